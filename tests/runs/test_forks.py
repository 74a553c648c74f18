"""Forks: the run that does not fork is the run, one that does shares its beginning, and nothing else."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.runs import fork, run, trunk
from ldiv_utils.runs.descent import descend, steps_of
from ldiv_utils.runs.schedules import learning_rate
from ldiv_utils.specs import Spec

PLAIN = Spec(dataset="digits", batch_size=200, epochs=3, dropout=0.0, precision="float32", schedule="cosine")
STOPS = (0, 3, 6)  # an epoch has four steps, so that 3 and 6 lie within


@pytest.mark.parametrize("spec", [PLAIN, replace(PLAIN, optimizer="sgd", learning_rate=0.01)])
@pytest.mark.parametrize("stops", [(0,), STOPS, (11,)])
def test_the_run_that_does_not_fork_is_the_run_to_the_last_bit(spec, stops):
    assert fork(spec, stops, spec.batch_seed, "copied")["point"].equal(run(spec)["points"][-1])


def test_with_dropout_too_a_run_is_the_same_wherever_it_rests():
    spec = replace(PLAIN, dropout=0.3)
    once = fork(spec, (0,), spec.batch_seed, "copied")["point"]
    assert fork(spec, STOPS, spec.batch_seed, "copied")["point"].equal(once)


def test_a_fork_before_the_first_batch_is_the_run_of_the_other_order():
    other = fork(PLAIN, (0,), 7, "copied")["point"]
    assert other.equal(run(replace(PLAIN, batch_seed=7))["points"][-1])


def test_a_fork_shares_its_beginning_and_goes_on_with_the_other_batches_rates_and_memory():
    """A second implementation of the part after the fork: its batches are those that the other run sees by then."""
    there = trunk(PLAIN, (0, 3))
    rates = torch.tensor([learning_rate(PLAIN, s / 4) for s in range(3, 12)], dtype=torch.float64)
    rest = descend(
        replace(PLAIN, batch_seed=7),
        there["point"][None],
        torch.ones(9, 1),
        rates,
        optimizer=there["optimizer"],
        first=3,
    )
    assert steps_of(PLAIN) == 4
    assert fork(PLAIN, (0, 3), 7, "copied")["point"].equal(rest.pivots[0])


def test_the_later_the_fork_the_nearer_the_end_to_that_of_the_run():
    end = run(PLAIN)["points"][-1]
    away = [(fork(PLAIN, (k,), 7, "copied")["point"] - end).norm() for k in (0, 4, 8, 11)]
    assert away == sorted(away, reverse=True) and away[-1] > 0


def test_a_reset_memory_is_an_empty_one_and_gradient_descent_has_none_to_lose():
    copied, reset = (fork(PLAIN, (0, 6), 7, memory)["point"] for memory in ("copied", "reset"))
    assert not copied.equal(reset)
    own = fork(PLAIN, (0, 6), PLAIN.batch_seed, "reset")["point"]
    assert not own.equal(run(PLAIN)["points"][-1])
    sgd = replace(PLAIN, optimizer="sgd", learning_rate=0.01)
    assert fork(sgd, (0, 6), 7, "copied")["point"].equal(fork(sgd, (0, 6), 7, "reset")["point"])


def test_a_trunk_stands_where_the_run_does_and_its_stops_are_stored():
    assert trunk(PLAIN, (0,))["point"].equal(run(PLAIN)["points"][0])
    assert trunk(PLAIN, (0, 4))["point"].equal(run(PLAIN)["points"][1])
    assert trunk(PLAIN, (0, 4)).origin == "stored"
    assert trunk(PLAIN, (0, 4))["optimizer"]["step"] == 4


@pytest.mark.parametrize("stops", [(3, 3), (0, 6, 3)])
def test_stops_that_do_not_rise_are_named(stops):
    with pytest.raises(ValueError, match="allowed: numbers of steps that rise"):
        trunk(PLAIN, stops)


@pytest.mark.usefixtures("as_a_user")
def test_a_memory_of_another_kind_is_named():
    with pytest.raises(ValueError, match="memory 'kept' is unknown; allowed: copied, reset"):
        fork(PLAIN, (0,), 7, "kept")
