"""What is measured along cycles: averages of the right snapshots, lines by hand, runs and cycles told apart."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import accuracy, brier, disagreement, disagreement_per_error
from ldiv_utils.points import mean_point
from ldiv_utils.predict import predict
from ldiv_utils.runs import Chain, Cycle, samples, snapshots
from ldiv_utils.specs import Spec
from ldiv_utils.studies import cycles

SPEC = Spec(dataset="digits", scaling="standardised", batch_size=200, epochs=1, precision="float32")
CYCLE, COUNT = Cycle(1, 0.02), 4


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The folder of results of this file, which its tests share."""
    return tmp_path_factory.mktemp("cycles")


@pytest.fixture(autouse=True)
def shared(runs, taken, monkeypatch):
    monkeypatch.setenv("LDIV_RUNS", str(taken))


def test_a_running_mean_is_that_of_the_first_ones():
    values = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    found = cycles.running(values)
    assert all(torch.allclose(found[m], mean_point(values[: m + 1])) for m in range(5))


def test_angles_of_a_quarter_turn_of_none_and_of_half_a_turn():
    plane = torch.tensor([[1.0, 0.0], [0.0, 3.0], [0.0, 1.0], [0.0, -2.0]])
    torch.testing.assert_close(cycles.angles(plane), torch.tensor([90.0, 0.0, 180.0]))


def test_averages_begin_with_the_snapshot_after_those_left_out():
    found = cycles.along(SPEC, CYCLE, COUNT, 2, 100, "float32")
    points, test = snapshots(SPEC, CYCLE, COUNT)["points"].float(), load("digits").test
    images, labels = test.images[:100], test.labels[:100]
    probs = predict(SPEC, points, images)
    soup = predict(SPEC, mean_point(points[2:])[None], images)
    assert found["accuracy"]["single"].equal(accuracy(probs, labels))
    assert found["accuracy"]["weights"][-1] == accuracy(soup, labels)[0]
    assert found["accuracy"]["predictions"][-1] == accuracy(probs[2:].mean(0, keepdim=True), labels)[0]
    assert found["accuracy"]["weights"][0] == found["accuracy"]["single"][2]
    assert found["change"].equal(disagreement(probs.argmax(-1)).diagonal(1))


def test_the_line_from_one_snapshot_to_the_next():
    found = cycles.along(SPEC, CYCLE, COUNT, 2, 100, "float32")
    points, test = snapshots(SPEC, CYCLE, COUNT)["points"].float(), load("digits").test
    middle = (points[1] + points[2]) / 2
    expected = 1 - accuracy(predict(SPEC, middle[None], test.images[:100]), test.labels[:100])[0]
    assert found["error"].shape == (cycles.PLACES, COUNT - 1)
    assert abs(found["error"][cycles.PLACES // 2, 1] - expected) < 0.011
    assert found["error"][0, 1:].equal(found["error"][-1, :-1])


def test_successive_pairs_are_those_after_the_snapshots_left_out():
    error = torch.full((cycles.PLACES, 3), 0.2)
    error[2:6, 1:] = torch.tensor([[0.3, 0.5], [0.6, 0.4], [0.2, 0.2], [0.2, 0.2]])
    means = {"weights": torch.tensor([0.5, 0.6]), "predictions": torch.tensor([0.5, 0.75])}
    three = torch.tensor([1.0, 2.0, 3.0])
    found = cycles.successive([{"accuracy": means, "angle": three, "change": three, "error": error}], 1)
    torch.testing.assert_close(found["barrier"], torch.tensor([[0.4, 0.3]]))
    assert found["angle"].tolist() == [[2.0, 3.0]]
    torch.testing.assert_close(found["less"], torch.tensor([-0.15]))


def test_at_equal_cost_each_has_as_many_epochs():
    found = cycles.at_equal_cost(SPEC, CYCLE, 3, 1, 100, "float32")
    test = load("digits").test
    labels = test.labels[:100]
    short = [snapshots(replace(SPEC, init_seed=s, batch_seed=s), CYCLE, 1)["points"] for s in range(3)]
    probs = predict(SPEC, torch.cat(short).float(), test.images[:100])
    assert found["short runs"]["accuracy"][0] == accuracy(probs, labels).mean()
    assert found["short runs"]["brier"][1] == brier(probs.mean(0, keepdim=True), labels)[0]
    expected = disagreement_per_error(probs.argmax(-1), labels).sum() / 6
    torch.testing.assert_close(found["short runs"]["apart"], expected)
    long = predict(SPEC, snapshots(SPEC, Cycle(3, 0.02), 1)["points"].float(), test.images[:100])
    assert found["long run"]["accuracy"].tolist() == [accuracy(long, labels)[0]] * 2
    assert found["long run"]["apart"] == 0
    kept = predict(SPEC, snapshots(SPEC, CYCLE, 3)["points"][1:].float(), test.images[:100])
    assert found["snapshots of one run"]["accuracy"][0] == accuracy(kept, labels).mean()
    again = cycles.at_equal_cost(replace(SPEC, init_seed=1, batch_seed=1), CYCLE, 2, 0, 100, "float32")
    short = [snapshots(replace(SPEC, init_seed=s, batch_seed=s), CYCLE, 1)["points"] for s in (2, 3)]
    probs = predict(SPEC, torch.cat(short).float(), test.images[:100])
    assert again["short runs"]["accuracy"][0] == accuracy(probs, labels).mean()


def test_the_first_snapshot_is_the_first_short_run():
    assert snapshots(SPEC, CYCLE, COUNT)["points"][0].equal(snapshots(SPEC, CYCLE, 1)["points"][0])


def test_chains_stand_run_after_run():
    specs, chain = [replace(SPEC, dropout=0.0, init_seed=s, batch_seed=s) for s in range(2)], Chain(CYCLE, 1.0)
    found = cycles.chains(specs, chain, 2, 100, "float32")
    points = torch.cat([samples(spec, chain, 2)["points"] for spec in specs]).float()
    test = load("digits").test
    probs = predict(SPEC, points, test.images[:100])
    assert found["accuracy"].flatten().equal(accuracy(probs, test.labels[:100]))
    assert found["apart"].equal(disagreement_per_error(probs.argmax(-1), test.labels[:100]))
    assert abs(found["angle"][0, 0]) < 0.1 and found["angle"][0, 2] > 45


def test_cycles_of_a_run_and_the_same_cycles_of_others_are_told_apart():
    """Two cycles of three runs: within a run 0.1 r, between runs 1 for the first cycle, 2 for the second, 9 across."""
    apart = torch.full((3, 2, 3, 2), 9.0)
    for r in range(3):
        for s in range(3):
            if r == s:
                apart[r, :, r, :] = 0.1 * r * (1 - torch.eye(2))
            else:
                apart[r, 0, s, 0], apart[r, 1, s, 1] = 1.0, 2.0
    found = cycles.within_and_between(apart.reshape(6, 6), 2)
    torch.testing.assert_close(found["within"], torch.tensor([0.0, 0.1, 0.2]))
    torch.testing.assert_close(found["between"], torch.tensor([1.5, 1.5, 1.5]))


def test_at_three_temperatures_stands_what_the_chains_say_of_each_run():
    specs = [replace(SPEC, dropout=0.0, init_seed=s, batch_seed=s) for s in range(2)]
    found = cycles.at_temperatures(specs, CYCLE, 2, 100, "float32")
    assert list(found) == ["0", "1/N", "1"]
    for name, heat in (("0", 0.0), ("1/N", 1 / 800), ("1", 1.0)):
        one, at = cycles.chains(specs, Chain(CYCLE, heat), 2, 100, "float32"), found[name]
        assert at["accuracy"].equal(one["accuracy"][:, 1])
        torch.testing.assert_close(at["within"], torch.stack([one["apart"][0, 1], one["apart"][2, 3]]))
        between = (one["angle"][0, 2] + one["angle"][1, 3]) / 2
        torch.testing.assert_close(at["angle between"], between.expand(2))


def test_repeats_stand_in_a_row_of_their_own():
    one, two = ({"long run": {"apart": torch.tensor(x), "brier": torch.tensor([x, 2 * x])}} for x in (1.0, 3.0))
    found = cycles.stacked([one, two])["long run"]
    assert found["apart"].tolist() == [1.0, 3.0] and found["brier"].tolist() == [[1.0, 2.0], [3.0, 6.0]]
