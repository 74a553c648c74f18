"""Families of runs: lines between their ends, and averages of them."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import Split, load
from ldiv_utils.measures import accuracy, barrier, brier
from ldiv_utils.points import greedy
from ldiv_utils.predict import predict
from ldiv_utils.runs import fork, run
from ldiv_utils.specs import Spec
from ldiv_utils.studies import forked_runs
from ldiv_utils.studies.paths import first

TINY = Spec(dataset="digits", batch_size=100, epochs=2, precision="float32", learning_rate=6.4e-3, batch_seed=3)
STOPS, SETTINGS = (0, 8, 14), (300, "float32")
SHARES = torch.linspace(0, 1, forked_runs.PLACES)


@pytest.fixture(scope="module", autouse=True)
def family(tmp_path_factory):
    """The ends of a run and of its fork after 8 of 16 batches; all tests here share a folder of results."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LDIV_RUNS", str(tmp_path_factory.mktemp("runs")))
        yield torch.stack([forked_runs.end(TINY, STOPS), forked_runs.forked(TINY, STOPS, 8)])


@pytest.fixture
def test_images():
    return first(load("digits").test, 300)


def test_the_same_batches_leave_no_barrier_and_other_batches_do_differ(family, test_images):
    """A fork that sees its run's own batches is that run: a barrier of 0 would then say nothing."""
    itself = fork(TINY, STOPS[:2], TINY.batch_seed, "copied")["point"]
    found = forked_runs.across(TINY, family[0], itself, test_images, "float32")
    assert barrier(found["error"].mean(1), SHARES, "mean") == 0 and found["disagreement"].max() == 0
    others = [family[1], forked_runs.forked(TINY, STOPS, 8, member=2)]
    assert not any(other.equal(family[0]) for other in others) and not others[0].equal(others[1])
    seeds = [TINY.batch_seed + forked_runs.ORDERS * m for m in (0, 1, 2)]
    assert len(set(seeds)) == 3


def test_the_run_itself_and_its_members_are_runs_of_the_recipe(family):
    assert fork(replace(TINY, dropout=0.0), (0,), 3, "copied")["point"].equal(
        run(replace(TINY, dropout=0.0))["points"][-1]
    )
    assert family[0].equal(fork(TINY, (0,), 3, "copied")["point"])
    assert family[1].equal(fork(TINY, (0, 8), 1003, "copied")["point"])


def test_a_line_starts_at_one_end_and_stops_at_the_other_on_the_same_images(family, test_images):
    found = forked_runs.line(TINY, STOPS, 8, "copied", *SETTINGS)
    assert found["error"].shape == (31, 10)
    probs = predict(TINY, family, test_images.images)
    torch.testing.assert_close(1 - found["error"][[0, -1]].mean(1), accuracy(probs, test_images.labels))
    middle = predict(TINY, family.mean(0, keepdim=True), test_images.images)
    torch.testing.assert_close(
        1 - found["error"][15].mean(), accuracy(middle, test_images.labels)[0], atol=5e-3, rtol=0
    )
    labels = probs.argmax(-1)
    torch.testing.assert_close(found["disagreement"].mean(), (labels[0] != labels[1]).float().mean())


def test_the_later_the_fork_the_smaller_the_angle():
    cosines = [forked_runs.line(TINY, STOPS, k, "copied", *SETTINGS)["cosine"] for k in STOPS]
    assert 0 < cosines[0] < cosines[1] < cosines[2] < 1


def test_results_of_runs_and_forks_are_gathered_in_their_order():
    rows = [[{"x": torch.tensor([float(r), k])} for k in (0, 1, 2)] for r in (0, 1)]
    assert forked_runs.gathered(rows, "x")[1, 2].tolist() == [1, 2]


def test_blocks_have_their_heights_at_one_place_and_their_mean_is_the_barrier():
    error = torch.rand(31, 10, generator=torch.Generator().manual_seed(0)) / 10
    error[12] += 1
    found = forked_runs.heights(error)
    torch.testing.assert_close(found, error[12] - (error[0] + error[30]) / 2)
    torch.testing.assert_close(found.mean(), barrier(error.mean(1), SHARES, "mean"))


def test_a_place_is_chosen_on_one_half_and_measured_on_the_other_by_hand():
    """Half one: ends 0.2 and 0.4, highest 0.9 at the second place; half two: 0 and 0.2, highest 0.5 at the third."""
    halves = torch.tensor([[0.2, 0.9, 0.5, 0.4], [0.0, 0.3, 0.5, 0.2]])
    came = forked_runs.on_the_other_half(halves.T.repeat(1, 3))
    torch.testing.assert_close(came, torch.tensor(((0.3 - 0.1) + (0.5 - 0.3)) / 2))


def test_a_flat_line_of_noisy_errors_has_a_barrier_and_none_on_the_other_half():
    noise = 0.3 + 0.01 * torch.randn(400, 31, 2, generator=torch.Generator().manual_seed(0))
    plain = torch.stack([barrier(one.mean(1), SHARES, "mean") for one in noise])
    honest = torch.stack([forked_runs.on_the_other_half(one) for one in noise])
    assert plain.mean() > 0.01
    assert honest.mean().abs() < 3 * honest.std() / 400**0.5 < 0.002


def test_averages_are_of_weights_and_of_probabilities(family, test_images):
    found = forked_runs.averages(TINY, family, test_images, "float32")
    probs = predict(TINY, family, test_images.images)
    soup = predict(TINY, (family[:1] + family[1:]) / 2, test_images.images)
    mean = (probs[:1] + probs[1:]) / 2
    for name, score in (("accuracy", accuracy), ("brier", brier)):
        expected = [score(part, test_images.labels) for part in (probs, soup, mean)]
        torch.testing.assert_close(found[name], torch.cat(expected), atol=5e-6, rtol=0)
    of_logits = probs.log().mean(0, keepdim=True).softmax(-1)
    assert (brier(of_logits, test_images.labels) - found["brier"][-1]).abs() > 1e-5  # another average


def test_one_network_is_its_own_soup_and_its_own_ensemble(family, test_images):
    found = forked_runs.averages(TINY, family[:1], test_images, "float32")
    assert found["accuracy"].shape == (3,) and len(set(found["accuracy"].tolist())) == 1


def test_siblings_are_the_first_members(family, test_images):
    three = torch.stack([*family, forked_runs.forked(TINY, STOPS, 8, member=2)])
    expected = forked_runs.averages(TINY, three, test_images, "float32")
    found = forked_runs.siblings(TINY, STOPS, 8, 3, *SETTINGS)
    assert all(found[name].equal(values) for name, values in expected.items())


def test_a_greedy_soup_is_chosen_on_held_out_images_alone(monkeypatch):
    found = forked_runs.pot.__wrapped__(TINY, STOPS, STOPS, *SETTINGS)
    points = torch.stack([forked_runs.end(TINY, STOPS), *(forked_runs.forked(TINY, STOPS, k) for k in STOPS)])
    digits = load("digits")

    def held_out(thetas):
        return accuracy(predict(TINY, thetas, digits.validation.images), digits.validation.labels)

    assert found["held_out"].equal(held_out(points))
    assert found["kept"].tolist() == greedy(points, held_out)
    with_other_test_labels = replace(digits, test=Split(digits.test.images, 9 - digits.test.labels))
    monkeypatch.setattr(forked_runs, "load", lambda name: with_other_test_labels)
    assert forked_runs.pot.__wrapped__(TINY, STOPS, STOPS, *SETTINGS)["kept"].equal(found["kept"])


def test_a_run_stands_at_its_initial_weights_first_and_nearer_to_its_end_later():
    found = forked_runs.standing(TINY, STOPS, *SETTINGS)
    initial = run(replace(TINY, epochs=1))["points"][:1]
    test = first(load("digits").test, 300)
    assert found["accuracy"][0] == accuracy(predict(TINY, initial, test.images), test.labels)[0]
    assert found["disagreement"].tolist() == sorted(found["disagreement"].tolist(), reverse=True)


def test_a_fork_elsewhere_than_at_a_stop_is_named():
    with pytest.raises(ValueError, match="number of batches 5 is unknown; allowed: 0, 8, 14"):
        forked_runs.forked(TINY, STOPS, 5)
