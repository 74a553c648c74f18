"""The directions of a hull, the spokes of a hub."""

import pytest
import torch

from ldiv_utils.points.connectors import hull_directions, spokes
from ldiv_utils.runs.descent import without


def test_hull_directions_are_orthonormal_and_hold_every_edge():
    optima = torch.randn(5, 40, generator=torch.Generator().manual_seed(0))
    rows = hull_directions(optima)
    torch.testing.assert_close(rows @ rows.T, torch.eye(4), atol=1e-6, rtol=0)
    edges = optima[:, None] - optima[None]
    assert without(edges.reshape(-1, 40), rows).norm(dim=1).max() < 1e-5


def test_a_hull_s_directions_say_nothing_of_where_it_lies():
    """Of edges, not of the optima themselves: far from the origin they stay what they are."""
    optima = torch.tensor([[0.0, 0, 0], [2, 0, 0]])
    for where in (0.0, 100.0):
        assert hull_directions(optima + torch.tensor([0, where, 0])).abs().tolist() == [[1, 0, 0]]


@pytest.mark.parametrize("optima", [torch.ones(1, 3), torch.tensor([[0.0, 0], [1, 1], [2, 2]]), torch.randn(4, 2)])
def test_hull_directions_refuse_what_spans_too_little(optima):
    with pytest.raises(ValueError, match="allowed"):
        hull_directions(optima)


def test_spokes_by_hand():
    rows = spokes(torch.tensor([0.0, 0.25, 1.0]), torch.tensor([2, 0, 1]), optima=3)
    assert rows.tolist() == [[0, 0, 1, 0], [0.75, 0, 0, 0.25], [0, 0, 0, 1]]


def test_spokes_sum_to_one():
    generator = torch.Generator().manual_seed(0)
    which = torch.randint(4, (1_000,), generator=generator)
    rows = spokes(torch.rand(1_000, generator=generator), which, 4)
    torch.testing.assert_close(rows.sum(1), torch.ones(1_000))
    assert (rows >= 0).all()
