"""What differs between two runs, and how far apart that leaves them."""

import itertools
from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import disagreement, pairs
from ldiv_utils.predict import predict
from ldiv_utils.runs import run, trajectory
from ldiv_utils.specs import Spec
from ldiv_utils.studies import causes

SEEDS = [(start, order) for start in (0, 1) for order in (0, 1, 2)]
TINY = Spec(dataset="digits", batch_size=32, epochs=1, precision="float32")


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    """Six runs of one epoch on the digits, crossed: what the study says of them, and their labels at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LDIV_RUNS", str(tmp_path_factory.mktemp("runs")))
        specs = [replace(TINY, init_seed=a, batch_seed=b) for a, b in SEEDS]
        ends = torch.stack([trajectory(spec)["points"][-1] for spec in specs])  # here: no process has to start
        return causes.crossed(specs), predict(TINY, ends, load("digits").test.images).argmax(-1)


def test_kinds_of_pairs_are_those_counted_one_by_one():
    found = causes.kinds(SEEDS)
    for n, ((a, b), (c, d)) in enumerate(itertools.combinations(SEEDS, 2)):
        kind = {(True, True): "both", (True, False): "initial weights", (False, True): "order"}[a != c, b != d]
        assert {name for name, chosen in found.items() if chosen[n]} == {kind}
    assert {name: chosen.sum().item() for name, chosen in found.items()} == {
        "both": 6,
        "initial weights": 3,
        "order": 6,
    }


def test_causes_that_add_up_are_found_as_they_were_put_in():
    distances = [2.0 * (a != c) + 0.5 * (b != d) for (a, b), (c, d) in itertools.combinations(SEEDS, 2)]
    found = causes.by_kind(torch.tensor([distances, distances]), SEEDS)
    means = {kind: values.mean(-1).tolist() for kind, values in found.items()}
    assert means == {"both": [2.5, 2.5], "initial weights": [2.0, 2.0], "order": [0.5, 0.5]}


def test_runs_that_share_both_seeds_are_one_and_those_that_share_one_are_two(six):
    result, labels = six
    torch.testing.assert_close(result["disagreement"], pairs(disagreement(labels)))
    assert (result["disagreement"] > 0).all()
    trajectory(TINY)
    again = causes.rerun(TINY)
    assert again["different"] == 0 and again["disagreement"] == 0
    torch.testing.assert_close(again["cosine"], torch.tensor(1.0))


def test_runs_of_one_start_are_one_network_before_training(six):
    before = causes.by_kind(six[0]["by_epoch"][0], SEEDS)
    assert (before["order"] == 0).all()
    assert (before["initial weights"] == before["both"].mean()).all()
    torch.testing.assert_close(six[0]["by_epoch"][-1], six[0]["disagreement"])  # all images: fewer than 2,000


def test_both_causes_make_at_most_the_sum_of_the_two(six):
    """Disagreement obeys the triangle inequality, and every path of a full grid has a corner."""
    effect = {kind: values.mean() for kind, values in causes.by_kind(six[0]["disagreement"], SEEDS).items()}
    assert effect["both"] <= effect["order"] + effect["initial weights"]


def test_pairs_apart_stand_beside_a_run_and_its_repetition(six):
    again = {"disagreement": torch.tensor(0.25)}
    apart = causes.apart([six[0], six[0]], [again, again], SEEDS, "disagreement")
    assert {cause: tuple(values.shape) for cause, values in apart.items()} == {
        "both": (2, 6),
        "initial weights": (2, 3),
        "order": (2, 6),
        "neither": (2, 1),
    }
    assert apart["neither"].tolist() == [[0.25], [0.25]]


def test_a_nudge_of_nothing_changes_nothing_and_a_large_one_starts_at_its_size():
    length = trajectory(TINY)["points"][0].norm()
    assert causes.nudged(TINY, 0.0)["distance"].tolist() == [0.0, 0.0]
    torch.testing.assert_close(causes.nudged(TINY, 0.1)["distance"][0], 0.1 / length)


def test_a_fork_before_the_first_epoch_is_two_runs_of_one_start():
    trajectory(TINY)
    ends = torch.stack([run(replace(TINY, batch_seed=seed))["points"][-1] for seed in (1, 2)])
    labels = predict(TINY, ends, load("digits").test.images).argmax(-1)
    torch.testing.assert_close(causes.forked(TINY, 0)["disagreement"], disagreement(labels)[0, 1])
