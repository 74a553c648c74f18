"""Disagreement over the error: by hand, and in its limits."""

import pytest
import torch

from ldiv_utils.measures import disagreement_per_error


def test_three_networks_by_hand():
    """Errors 1/4, 2/4, 1/4; the first two differ on 1 of 4 images, first and third on 2, second and third on 3."""
    truth = torch.tensor([0, 0, 0, 0])
    labels = torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 2, 0]])
    found = disagreement_per_error(labels, truth)
    expected = torch.tensor([[0, 0.25 / 0.375, 0.5 / 0.25], [0.25 / 0.375, 0, 0.75 / 0.375], [2, 2, 0]])
    torch.testing.assert_close(found, expected)


def test_mistakes_on_other_images_give_two_and_the_same_mistakes_nothing():
    truth = torch.zeros(10, dtype=torch.long)
    labels = torch.zeros(3, 10, dtype=torch.long)
    labels[0, :3], labels[1, 3:6], labels[2, :3] = 1, 1, 1
    found = disagreement_per_error(labels, truth)
    assert found[0, 1] == 2 and found[0, 2] == 0


def test_independent_guesses_among_two_classes_give_one():
    draw = torch.Generator().manual_seed(0)
    truth, labels = torch.zeros(200_000, dtype=torch.long), torch.randint(2, (2, 200_000), generator=draw)
    assert abs(disagreement_per_error(labels, truth)[0, 1] - 1) < 0.01


def test_two_networks_without_a_mistake_are_refused():
    truth = torch.zeros(4, dtype=torch.long)
    with pytest.raises(ValueError, match="division by zero"):
        disagreement_per_error(torch.zeros(2, 4, dtype=torch.long), truth)
    one = torch.tensor([[0, 0, 0, 0], [1, 0, 0, 0]])
    assert disagreement_per_error(one, truth)[0, 1] == 2
