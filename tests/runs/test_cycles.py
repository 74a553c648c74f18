"""Cycles: the rates are those of the papers, snapshots come after the smallest, and a run goes on as it was."""

import math
from dataclasses import replace

import pytest
import torch

from ldiv_utils.runs import run
from ldiv_utils.runs.cycles import Cycle, between, cyclic_rates, snapshots, standing, taken_after
from ldiv_utils.runs.schedules import learning_rate
from ldiv_utils.specs import Spec

SPEC = Spec(dataset="digits", batch_size=200, epochs=2, dropout=0.2, precision="float32", schedule="cosine")


def test_restarts_are_the_equation_of_snapshot_ensembles():
    """Huang et al. (2017), equation 2, written out: steps t = 1 … T, M cycles, ⌈T / M⌉ steps in each."""
    rate, total, count = 0.1, 36, 4
    length = math.ceil(total / count)
    expected = [rate / 2 * (math.cos(math.pi * ((t - 1) % length) / length) + 1) for t in range(1, total + 1)]
    ours = cyclic_rates(Cycle(1, rate), length).repeat(count)
    torch.testing.assert_close(ours, torch.tensor(expected, dtype=torch.float64))


def test_triangles_are_those_of_fast_geometric_ensembling():
    """Garipov et al. (2018), their code, written out: t of a cycle falls to the lowest at ½ and rises again."""
    high, low, length = 0.05, 0.0005, 8
    expected = []
    for i in range(length):
        t = i / length
        expected.append((1 - 2 * t) * high + 2 * t * low if t <= 0.5 else (2 - 2 * t) * low + (2 * t - 1) * high)
    ours = cyclic_rates(Cycle(2, high, low, "triangle"), length)
    torch.testing.assert_close(ours, torch.tensor(expected, dtype=torch.float64))


def test_one_cycle_is_the_plain_cosine():
    spec = replace(SPEC, learning_rate=0.01, epochs=3)
    plain = [learning_rate(spec, s / 4) for s in range(12)]
    torch.testing.assert_close(cyclic_rates(Cycle(3, 0.01), 12), torch.tensor(plain, dtype=torch.float64))


@pytest.mark.parametrize("shape", ["restart", "triangle"])
@pytest.mark.parametrize("length", [4, 7, 10])
def test_a_snapshot_is_taken_after_the_step_with_the_smallest_rate(shape, length):
    rates = cyclic_rates(Cycle(1, 1.0, 0.1, shape), length)
    for number in range(3):
        whole = rates.repeat(3)
        last = whole[taken_after(rates, number) - 1]
        assert last == rates.min() and taken_after(rates, number) > number * length
    assert shape == "triangle" or taken_after(rates, 2) == 3 * length


@pytest.mark.parametrize("shape", ["restart", "triangle"])
def test_from_snapshot_to_snapshot_every_step_of_the_run_is_made_once(shape):
    rates = cyclic_rates(Cycle(1, 1.0, 0.1, shape), 6)
    parts = [between(rates, number) for number in range(3)]
    made = torch.cat([part for _, part in parts])
    assert made.equal(rates.repeat(3)[: taken_after(rates, 2)])
    assert [first for first, _ in parts] == [0, *(taken_after(rates, number) for number in (0, 1))]


@pytest.mark.parametrize("spec", [SPEC, replace(SPEC, optimizer="sgd", learning_rate=0.01)])
def test_a_single_cycle_is_the_run_with_that_schedule(spec):
    spec = replace(spec, dropout=0.0)  # `run` draws the masks of an epoch at once
    end = standing(spec, Cycle(2, spec.learning_rate), 0)["point"]
    torch.testing.assert_close(end, run(spec)["points"][-1], rtol=0, atol=1e-6)


def test_adam_keeps_its_memory_at_a_restart():
    """The steps that it has made go on counting, and its means of the gradients are those of the whole run."""
    first, second = (standing(SPEC, Cycle(1, 0.01), number) for number in (0, 1))
    assert first["optimizer"]["step"] == 4 and second["optimizer"]["step"] == 8
    assert first["optimizer"]["exp_avg"].norm() > 0


def test_two_cycles_are_one_run_of_all_their_steps():
    """A second implementation: both cycles in one descent, batches counted through."""
    from ldiv_utils.runs.cycles import initial
    from ldiv_utils.runs.descent import descend

    rates = cyclic_rates(Cycle(1, 0.01), 4).repeat(2)
    whole = descend(SPEC, initial(SPEC)[None], torch.ones(8, 1), rates)
    assert standing(SPEC, Cycle(1, 0.01), 1)["point"].equal(whole.pivots[0])


def test_snapshots_are_where_the_run_stands_in_half_precision():
    taken = snapshots(SPEC, Cycle(1, 0.01), 2)["points"]
    assert taken.dtype == torch.float16
    assert taken[1].equal(standing(SPEC, Cycle(1, 0.01), 1)["point"].half())


@pytest.mark.parametrize(
    "wrong", [(0, 0.1, 0.0), (1, 0.1, 0.1), (1, 0.1, -0.1), (1, math.inf, 0.0), (1, math.nan, 0.0)]
)
def test_a_cycle_that_does_not_fall_is_refused(wrong):
    with pytest.raises(ValueError, match="allowed: 1 or more, from a finite rate down"):
        Cycle(*wrong)


def test_an_unknown_shape_is_refused(as_a_user):
    with pytest.raises(ValueError, match="allowed: restart, triangle"):
        Cycle(1, 0.1, 0.0, "saw")
