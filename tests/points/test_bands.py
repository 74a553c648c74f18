"""A band's rules, by hand: its direction, its distances, where it gains a pivot."""

from itertools import pairwise

import pytest
import torch

from ldiv_utils.points.bands import Band, across, excess, filled, looks, redistributed, straight_band, tangents
from ldiv_utils.points.curves import arc_length

CORNER = torch.tensor([[0.0, 0], [1, 0], [1, 1]])  # right, then up
RIGHT, UP = torch.tensor([1.0, 0]), torch.tensor([0.0, 1])


def winding(pivots=9, seed=0):
    steps = torch.randn(pivots - 1, 30, generator=torch.Generator().manual_seed(seed))
    return Band(torch.cat([torch.zeros(1, 30), (steps + 1).cumsum(0)]), torch.ones(pivots - 1))


@pytest.mark.parametrize(("losses", "towards"), [([0, 1, 2], UP), ([2, 1, 0], RIGHT)])
def test_on_a_slope_the_band_points_to_its_higher_neighbour(losses, towards):
    """With the fault that it looks downhill the two would change places."""
    torch.testing.assert_close(tangents(CORNER, torch.tensor(losses).float())[0], towards)


@pytest.mark.parametrize(
    ("losses", "right", "up"),
    [
        ([2, 5, 1], 4, 3),  # top: 3 above the one behind, which is the higher, and 4 above the one ahead
        ([1, 5, 2], 3, 4),
        ([5, 1, 3], 4, 2),  # dip: 4 below the one behind, which is the higher
        ([3, 1, 5], 2, 4),
        ([1, 1, 1], 1, 1),  # flat: both alike
        ([1, 2, 1], 1, 1),
    ],
)
def test_on_a_top_and_in_a_dip_the_segment_to_the_higher_neighbour_has_the_larger_weight(losses, right, up):
    """Henkelman & Jónsson (2000), equations 10 and 11, by hand."""
    expected = right * RIGHT + up * UP
    torch.testing.assert_close(tangents(CORNER, torch.tensor(losses).float())[0], expected / expected.norm())


def test_a_tangent_counts_directions_only_however_long_the_segments():
    long = torch.tensor([[0.0, 0], [1, 0], [1, 100]])
    losses = torch.tensor([1.0, 2, 1])
    torch.testing.assert_close(tangents(long, losses), tangents(CORNER, losses))


def test_every_tangent_has_length_one_and_what_is_left_across_stands_at_right_angles():
    band, generator = winding(), torch.Generator().manual_seed(1)
    losses, gradients = torch.rand(9, generator=generator), torch.randn(7, 30, generator=generator)
    along = tangents(band.points, losses)
    torch.testing.assert_close(along.norm(dim=1), torch.ones(7))
    left = across(gradients, along)
    assert (left * along).sum(1).abs().max() < 1e-5 * left.norm(dim=1).min()
    torch.testing.assert_close(left + (gradients * along).sum(1, keepdim=True) * along, gradients)


def test_redistribution_keeps_both_ends_to_the_bit_and_the_order():
    band = winding()
    moved = redistributed(band).points
    assert torch.equal(moved[[0, -1]], band.points[[0, -1]])
    detours = torch.stack(  # of each pivot from each segment of the old band: 0 where it lies on it
        [
            (moved[1:-1] - a).norm(dim=1) + (moved[1:-1] - b).norm(dim=1) - (b - a).norm()
            for a, b in pairwise(band.points)
        ]
    )
    assert detours.min(0).values.max() < 1e-4
    assert detours.argmin(0).tolist() == sorted(detours.argmin(0).tolist())


def test_redistribution_puts_pivots_at_their_shares_of_the_length():
    """By hand: of a way of 2 right and 2 up a quarter is at (1, 0), and three quarters at (2, 1)."""
    points = torch.tensor([[0.0, 0], [2, 0], [2, 0.5], [2, 2]])
    moved = redistributed(Band(points, torch.tensor([1.0, 2, 1]))).points
    torch.testing.assert_close(moved, torch.tensor([[0.0, 0], [1, 0], [2, 1], [2, 2]]))


def test_a_straight_band_keeps_its_length_and_a_second_redistribution_changes_nothing():
    a, b = torch.randn(2, 30, generator=torch.Generator().manual_seed(3)).double()
    t = torch.tensor([0, 0.1, 0.15, 0.7, 1.0]).double()[:, None]
    band = Band((1 - t) * a + t * b, torch.tensor([1.0, 2, 1, 1]))
    once = redistributed(band)
    torch.testing.assert_close(arc_length(once.points)[-1], arc_length(band.points)[-1], rtol=1e-6, atol=0)
    torch.testing.assert_close(redistributed(once).points, once.points, rtol=1e-9, atol=1e-9)


def test_a_bent_band_is_never_longer_after_redistribution_and_comes_to_rest():
    """Corners are cut, so that a bent band may lose length; repeated, it settles at the shares asked for."""
    band = winding()
    lengths = [arc_length(band.points)[-1]]
    for _ in range(50):
        band = redistributed(band)
        lengths.append(arc_length(band.points)[-1])
    assert all(after <= before * (1 + 1e-6) for before, after in pairwise(lengths))
    gaps = band.points.diff(dim=0).norm(dim=1)
    torch.testing.assert_close(gaps, gaps.mean().expand(8), rtol=1e-3, atol=0)


def test_pivots_that_coincide_are_no_trouble():
    points = torch.tensor([[0.0, 0], [0, 0], [0, 0], [3, 0]])
    moved = redistributed(Band(points, torch.ones(3))).points
    torch.testing.assert_close(moved, torch.tensor([[0.0, 0], [1, 0], [2, 0], [3, 0]]))


def test_looks_are_the_pivots_and_points_evenly_between_them():
    at = looks(Band(torch.tensor([[0.0], [4], [8]]), torch.ones(2)), 3)
    assert at[..., 0].tolist() == [[0, 1, 2, 3, 4], [4, 5, 6, 7, 8]]


def test_the_excess_is_what_rises_above_the_line_between_pivots():
    """By hand: pivots of heights 0, 4, 2, range 4. A hill of 3 where the line has 2 is + 1/4, and a dip is negative."""
    heights = torch.tensor([[0.0, 3, 4], [4, 1, 2]])
    torch.testing.assert_close(excess(heights), torch.tensor([[0, 0.25, 0], [0, -0.5, 0]]))


def test_a_dip_between_pivots_asks_for_none():
    """With the sign the other way round, as a text prints it, the dip would get the pivot and the hill none."""
    band, heights = straight_band(torch.zeros(1), torch.ones(1), 1), torch.tensor([[0.0, 3, 4], [4, 1, 2]])
    more = filled(band, heights, threshold=0.2)
    torch.testing.assert_close(more.points[:, 0], torch.tensor([0, 0.25, 0.5, 1]))
    torch.testing.assert_close(more.shares, torch.tensor([0.5, 0.5, 1]))
    assert filled(band, heights, threshold=0.3).points.shape == (3, 1)


def test_at_most_so_many_gaps_gain_a_pivot_the_worst_ones_where_they_are_worst():
    band = straight_band(torch.zeros(1), torch.full((1,), 8.0), 3)  # gaps of length 2
    heights = torch.tensor([[0.0, 0, 3, 0, 0], [0, 9, 0, 0, 0], [0, 0, 0, 6, 0], [0, 0, 0, 0, 1]])
    more = filled(band, heights, threshold=0.2, most=2)
    torch.testing.assert_close(more.points[:, 0], torch.tensor([0, 2, 2.5, 4, 5.5, 6, 8]))
    torch.testing.assert_close(more.shares, torch.tensor([1, 0.25, 0.75, 0.75, 0.25, 1]))
    again = redistributed(more)
    torch.testing.assert_close(again.points, more.points)  # an inserted pivot parts its gap, and stays where it is


def test_pivots_of_one_height_take_any_rise_for_too_high():
    heights = torch.tensor([[1.0, 1, 1], [1, 1.001, 1]])
    assert excess(heights).tolist() == [[0, 0, 0], [0, torch.inf, 0]]
