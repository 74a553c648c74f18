"""Curves: their coefficients against the formulas by hand, their ends, and lengths that are known."""

import math

import pytest
import torch

from ldiv_utils.points import curves

T = torch.linspace(0, 1, 9)
GENERATOR = torch.Generator().manual_seed(0)


def test_a_bezier_curve_with_one_bend_is_the_papers_formula():
    expected = torch.stack([(1 - T) ** 2, 2 * T * (1 - T), T**2], dim=1)
    torch.testing.assert_close(curves.bezier(T, 3), expected)


def test_a_chain_with_one_bend_is_the_papers_two_segments():
    first, second = T <= 0.5, T > 0.5
    expected = torch.stack([(1 - 2 * T) * first, 2 * T * first + 2 * (1 - T) * second, (2 * T - 1) * second], dim=1)
    torch.testing.assert_close(curves.polychain(T, 3), expected)


def test_a_chain_of_four_pivots_by_hand():
    t = torch.tensor([0.0, 1 / 6, 0.5, 1.0])
    expected = torch.tensor([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1]])
    torch.testing.assert_close(curves.polychain(t, 4), expected)


@pytest.mark.parametrize("kind", curves.CURVES)
@pytest.mark.parametrize("pivots", [2, 3, 4, 7])
def test_coefficients_are_shares_and_sum_to_one(kind, pivots):
    shares = curves.CURVES[kind](torch.rand(100, generator=GENERATOR), pivots)
    assert shares.min() >= 0
    torch.testing.assert_close(shares.sum(1), torch.ones(100))


@pytest.mark.parametrize("kind", curves.CURVES)
@pytest.mark.parametrize("pivots", [2, 3, 6])
def test_a_curve_begins_and_ends_at_its_end_pivots_bit_for_bit(kind, pivots):
    points = torch.randn(pivots, 50, generator=GENERATOR)
    ends = curves.CURVES[kind](torch.tensor([0.0, 1.0]), pivots) @ points
    assert ends.equal(points[[0, -1]])


def test_with_two_pivots_every_curve_is_the_line_between_them():
    torch.testing.assert_close(curves.bezier(T, 2), curves.polychain(T, 2))


def test_a_bezier_curve_of_pivots_on_a_line_moves_along_it_evenly():
    """The curve of evenly placed pivots is the segment, at the pace of t: linear precision."""
    points = curves.segment(torch.tensor([1.0, 2.0]), torch.tensor([5.0, -6.0]), 5)
    torch.testing.assert_close(curves.bezier(T, 5) @ points, curves.polychain(T, 2) @ points[[0, -1]])


def test_a_segment_keeps_its_ends_bit_for_bit_and_is_even():
    a, b = torch.randn(2, 30, generator=GENERATOR)
    points = curves.segment(a, b, 4)
    assert points[0].equal(a) and points[-1].equal(b)
    torch.testing.assert_close(points.diff(dim=0), ((b - a) / 3).expand(3, -1))


def test_arc_length_adds_up_the_steps():
    corners = torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0], [3.0, 16.0]])
    assert curves.arc_length(corners).tolist() == [0, 5, 5, 17]


def test_the_length_of_a_curve_comes_near_the_known_one_of_a_parabola():
    """The Bezier curve through (0, 0), (½, 0) and (1, 1) is y = x²."""
    points = curves.bezier(torch.linspace(0, 1, 2_001), 3) @ torch.tensor([[0.0, 0], [0.5, 0], [1, 1]])
    assert curves.arc_length(points)[-1].item() == pytest.approx(math.sqrt(5) / 2 + math.asinh(2) / 4, abs=1e-5)
