"""Even distances along a curve, against lengths by hand and a second implementation."""

import pytest
import torch

from ldiv_utils.points import arc_length, bezier, polychain
from ldiv_utils.points.spacing import evenly


def chain(t):
    return polychain(t, 3)


def test_a_chain_with_a_long_link_by_hand():
    """Links of 1 and 3 lengths, each half of t: the points at 0, 1, 2, 3, 4 lengths."""
    pivots = torch.tensor([[0.0, 0], [1, 0], [1, 3]])
    expected = torch.tensor([0, 1 / 2, 1 / 2 + 1 / 6, 1 / 2 + 2 / 6, 1])
    torch.testing.assert_close(evenly(chain, pivots, 5), expected)


def test_even_steps_of_t_are_not_even_distances():
    """The trap: on that chain the point of t = ¼ lies an eighth of the way, not a quarter."""
    pivots = torch.tensor([[0.0, 0], [1, 0], [1, 3]])
    assert (evenly(chain, pivots, 5) - torch.linspace(0, 1, 5)).abs().max() > 0.2


def test_a_bezier_curve_against_its_points():
    pivots = torch.tensor([[0.0, 0, 0], [5, 1, 0], [0, 1, 1]])
    t = evenly(lambda t: bezier(t, 3), pivots, 9)
    fine = torch.linspace(0, 1, 10_001)
    length = arc_length(bezier(fine, 3) @ pivots)
    at = length[(t * 10_000).round().long()]
    torch.testing.assert_close(at, torch.linspace(0, 1, 9) * length[-1], rtol=0, atol=2e-3 * length[-1].item())
    assert t[0] == 0 and t[-1] == 1


def test_one_point_is_refused():
    with pytest.raises(ValueError, match="2 or more, the ends among them"):
        evenly(chain, torch.eye(3), 1)
