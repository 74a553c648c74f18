"""One call draws every family."""

import pytest
import torch

from ldiv_utils import points

CHECKPOINTS = torch.randn(6, 40, generator=torch.Generator().manual_seed(0))
SCALES = torch.tensor([0.1, 0.2, 0.3])


def test_each_family_is_its_own_function():
    end = CHECKPOINTS[-1]
    drawn = {
        "random": points.random_samples(end, SCALES, 3),
        "dropout": points.dropout_samples(end, SCALES, 3),
        "diagonal": points.diagonal_samples(CHECKPOINTS, SCALES, 3),
        "low_rank": points.low_rank_samples(CHECKPOINTS, 4, SCALES, 3, "own"),
        "low_rank_unit": points.low_rank_samples(CHECKPOINTS, 4, SCALES, 3, "unit"),
    }
    for family, expected in drawn.items():
        assert points.draw(family, CHECKPOINTS, SCALES, 3, rank=4).equal(expected)
    assert points.draw("low_rank", CHECKPOINTS, SCALES, 3).equal(points.low_rank_samples(CHECKPOINTS, 5, SCALES, 3))


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_family_is_named():
    with pytest.raises(ValueError, match="family 'own' is unknown; allowed: random, dropout, diagonal, low_rank"):
        points.draw("own", CHECKPOINTS, SCALES, 0)


def test_scales_are_even_up_to_the_furthest_and_stand_in_the_middle_of_their_shares():
    torch.testing.assert_close(points.even_scales(8.0, 4), torch.tensor([1.0, 3, 5, 7]))
