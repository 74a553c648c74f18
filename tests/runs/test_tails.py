"""A tail is a run that goes on: from its solution, at one rate, with the next batches, a point after each epoch."""

import pytest
import torch

from ldiv_utils.runs import Tail, ends, tail
from ldiv_utils.runs.descent import descend
from ldiv_utils.specs import Spec

SPEC = Spec(dataset="digits", batch_size=200, epochs=2, dropout=0.3, precision="float32")  # four steps an epoch


@pytest.fixture
def passed():
    return tail(SPEC, Tail(3, 2e-3))["points"]


def test_it_ends_where_one_long_descent_ends(passed):
    """Twelve steps in one: the optimiser is not reset between epochs, and batches go on where those of the run end."""
    rates = torch.full((12,), 2e-3, dtype=torch.float64)
    once = descend(SPEC, ends([SPEC]), torch.ones(12, 1), rates, first=8)
    assert passed[-1].equal(once.pivots[0])


def test_neither_the_solution_nor_the_initial_point_is_among_its_points(passed):
    assert passed.shape[0] == 3 and not (passed == ends([SPEC])).all(1).any()
    early = descend(SPEC, ends([SPEC]), torch.ones(4, 1), torch.full((4,), 2e-3, dtype=torch.float64), first=8)
    assert passed[0].equal(early.pivots[0])


def test_a_shorter_tail_is_the_beginning_of_a_longer_one(passed):
    assert tail(SPEC, Tail(2, 2e-3))["points"].equal(passed[:2])


def test_the_losses_are_means_over_an_epoch():
    losses = tail(SPEC, Tail(3, 2e-3))["losses"]
    rates = torch.full((12,), 2e-3, dtype=torch.float64)
    once = descend(SPEC, ends([SPEC]), torch.ones(12, 1), rates, first=8)
    torch.testing.assert_close(losses, once.losses.view(3, 4).mean(1))


def test_a_tail_of_no_epoch_is_named():
    with pytest.raises(ValueError, match="a tail of 0 epochs was given; allowed: 1 or more"):
        Tail(0)
