"""Half-widths against valleys whose width is known."""

import pytest
import torch

from ldiv_utils.measures import half_width

PLACES = torch.arange(-25, 26) / 25


def test_a_parabola_rises_by_one_at_the_root_of_its_curvature():
    values = torch.stack([4 * PLACES**2, 25 * PLACES**2 + 3])
    torch.testing.assert_close(half_width(values, PLACES, rise=1.0), torch.tensor([0.5, 0.2]), atol=2e-3, rtol=0)


def test_two_sides_by_hand():
    """Rises by 1 a quarter beyond the first place on the right, at the second on the left."""
    values = torch.tensor([[9.0, 3.0, 2.5, 2.0, 2.8, 3.6]])
    places = torch.tensor([-3.0, -2, -1, 0, 1, 2])
    torch.testing.assert_close(half_width(values, places, rise=1.0), torch.tensor([(2 + 1.25) / 2]))


def test_the_first_place_counts_and_what_comes_after_does_not():
    values = torch.tensor([[5.0, 0, 0, 1, 0, 9]])
    torch.testing.assert_close(half_width(values, torch.tensor([-2.0, -1, 0, 1, 2, 3]), rise=1.0), torch.tensor([1.1]))


def test_a_rise_is_above_the_solution_not_above_zero_or_the_lowest_place():
    values = torch.tensor([[3.0, 1.0, 2.0, 1.5, 3.0]])
    assert half_width(values, torch.tensor([-2.0, -1, 0, 1, 2]), rise=1.0).tolist() == [2]


def test_a_valley_is_measured_half_a_nat_above_its_floor():
    torch.testing.assert_close(half_width(2 * PLACES[None] ** 2, PLACES), torch.tensor([0.5]), atol=2e-3, rtol=0)


def test_an_error_rises_by_another_amount():
    values = torch.tensor([[0.5, 0.0, 0.5]])
    assert half_width(values, torch.tensor([-1.0, 0, 1]), rise=0.25).tolist() == [0.5]


def test_a_valley_wider_than_the_cut_has_no_end():
    values = torch.tensor([[1.0, 0.0, 0.5], [2.0, 0.0, 2.0]])
    assert half_width(values, torch.tensor([-1.0, 0, 1]), rise=1.0).tolist() == [torch.inf, 0.5]


@pytest.mark.parametrize("places", [[-1.0, 0.5, 1], [0.0, 1, 2], [-1.0, 0, 0]])
def test_places_without_the_solution_inside_are_refused(places):
    with pytest.raises(ValueError, match="allowed: a value at each place"):
        half_width(torch.zeros(1, 3), torch.tensor(places))
