"""Barriers by hand: above the line between the ends or above their mean, never below nothing."""

import pytest
import torch

from ldiv_utils.measures import barrier

T = torch.tensor([0.0, 0.25, 1.0])


def test_the_height_above_the_line_and_above_the_mean_of_the_ends():
    values = torch.tensor([1.0, 4.0, 3.0])
    assert barrier(values, T).item() == 4.0 - 1.5
    assert barrier(values, T, above="mean").item() == 4.0 - 2.0


def test_ends_of_unequal_height_are_a_barrier_above_their_mean_but_not_above_their_line():
    values = torch.tensor([1.0, 1.5, 3.0])
    assert barrier(values, T).item() == 0
    assert barrier(values, T, above="mean").item() == 1


def test_a_path_that_dips_has_none():
    assert barrier(torch.tensor([2.0, 1.0, 2.0]), T).item() == 0


def test_several_paths_at_once():
    values = torch.tensor([[1.0, 0.0], [4.0, 0.0], [3.0, 0.0]])
    assert barrier(values, T).tolist() == [2.5, 0]


NO_PATHS = [([1.0, 2], [0, 0.9]), ([1.0, 2, 3], [0, 1, 1]), ([1.0], [0.0]), ([1.0, 2, 3], [0, 1])]


@pytest.mark.parametrize(("values", "t"), NO_PATHS)
def test_a_path_that_is_none_is_refused_in_one_sentence(values, t, as_a_user):
    with pytest.raises(ValueError, match="allowed: 2 or more"):
        barrier(torch.tensor(values), torch.tensor(t, dtype=torch.float32))


def test_another_word_for_above_is_refused(as_a_user):
    with pytest.raises(ValueError, match="allowed: line, mean"):
        barrier(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 1.0]), above="median")
