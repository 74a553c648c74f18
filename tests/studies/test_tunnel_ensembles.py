"""Ensembles of a tunnel's points: by hand, each point once, probabilities averaged, and no test image chooses."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import accuracy, brier
from ldiv_utils.networks import initial_point, network
from ldiv_utils.points import arc_length, bezier
from ldiv_utils.predict import predict
from ldiv_utils.runs import Curve
from ldiv_utils.specs import Spec
from ldiv_utils.studies import between, shown
from ldiv_utils.studies import tunnel_ensembles as study

SPEC = Spec(dataset="digits", batch_size=400, precision="float32")
ONE, OTHER, THIRD, FOURTH = (replace(SPEC, init_seed=seed) for seed in range(4))
SHOWN = shown.Shown(("gaussian_noise", "contrast"), "made by the book", "test images with shuffled patches", 20, 20)
COUNT = 5


@pytest.fixture
def point(monkeypatch):
    """Networks at their initial weights stand for the ends of runs; the bend of the curve is a fifth."""
    net = network("small_cnn", (1, 8, 8), 10)
    points = {seed: initial_point(net, seed) for seed in range(5)}
    pivots = points[0], 3 * points[4], points[1]
    monkeypatch.setattr(between, "curve", lambda one, other, how: {"pivots": torch.stack(pivots)})
    monkeypatch.setattr(study, "ends", lambda specs: torch.stack([points[spec.init_seed] for spec in specs]))
    for kept in ("predicted_along", "predicted_by"):  # a function that names a stand-in has no name in the store
        monkeypatch.setattr(study, kept, getattr(study, kept).__wrapped__)
    return points


def test_of_which_sizes_evenly_spaced_points_can_be_taken():
    assert study.sizes(25) == [2, 3, 4, 5, 7, 9, 13, 25]
    assert study.sizes(5) == [2, 3, 5]


def test_a_tunnel_of_two_is_its_ends_and_each_point_counts_once():
    """The trap: ends counted twice, as points of the tunnel and beside it."""
    probs = torch.eye(5)[:, None]  # each of five points is sure of a class of its own
    torch.testing.assert_close(study.tunnel(probs, 2), torch.tensor([[0.5, 0, 0, 0, 0.5]]))
    torch.testing.assert_close(study.tunnel(probs, 3), torch.tensor([[1, 0, 1, 0, 1]]) / 3)
    torch.testing.assert_close(study.tunnel(probs, 5), torch.full((1, 5), 0.2))


def test_ensembles_by_hand():
    """Three points, two other runs and a short one, each sure of a class of its own: the mean of their probabilities,
    which logits of −∞ would make impossible."""
    sure = torch.eye(6)[:, None]
    made = study.ensembles(sure[:3], list(sure[3:5]), list(sure[5:]))
    third = torch.tensor([[1, 0, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0]]) / 3
    torch.testing.assert_close(made["third"][:, 0], third)
    torch.testing.assert_close(made["fourth"][:, 0], torch.tensor([[1, 0, 1, 1, 1, 0]]) / 4)
    torch.testing.assert_close(made["shorter"][:, 0], torch.tensor([[1, 0, 1, 0, 0, 1]]) / 3)
    torch.testing.assert_close(made["with_first"][1, 0], torch.tensor([0.5, 0.5, 0, 0, 0, 0]))
    assert made["with_first"][0].equal(sure[0]) and made["alone"].equal(sure[:3])
    assert set(study.ensembles(sure[:3], [], [])) == {"alone", "with_first", "tunnel"}


def test_scores_against_networks_taken_one_by_one(point):
    result = study.tunnel_scores.__wrapped__(ONE, OTHER, Curve(), COUNT, (THIRD, FOURTH), (), SHOWN)
    points = bezier(result["t"], 3) @ torch.stack([point[0], 3 * point[4], point[1]])
    lengths = arc_length(points).diff()
    torch.testing.assert_close(lengths, lengths.mean().expand(4), rtol=0.05, atol=0)  # chords, of arcs
    test = load("digits").test
    probs = predict(ONE, points, test.images, "bfloat16")
    near = {"rtol": 0, "atol": 2e-3}  # predictions are kept in half precision
    torch.testing.assert_close(result["test"]["brier"]["alone"], brier(probs, test.labels), **near)
    others = predict(ONE, torch.stack([point[2], point[3]]), test.images, "bfloat16")
    three = torch.stack([torch.stack([probs[0], probs[-1], one]).mean(0) for one in others])
    torch.testing.assert_close(result["test"]["brier"]["third"], brier(three, test.labels), **near)
    all_five = accuracy(probs.mean(0)[None], test.labels)
    torch.testing.assert_close(result["test"]["accuracy"]["tunnel"][-1:], all_five, rtol=0, atol=5e-3)
    assert result["change"][0, 0] == result["change"][1, -1] == 0
    assert result["change"][0, -1] == result["change"][1, 0] > 0
    assert set(result["shifted"]) == {1, 2, 3, 4, 5}


def test_held_out_images_are_the_validation_images_and_no_test_image():
    digits = load("digits")
    assert study.images_of("digits", "validation", SHOWN).images.equal(digits.validation.images)
    noisy = study.images_of("digits", 3, SHOWN)
    assert len(noisy.images) == len(noisy.labels) == 40
    assert noisy.labels.equal(digits.test.labels[:40])


def test_only_validation_images_choose_how_many_points():
    """The trap: on the test images, here, another number would win."""
    table = {"validation": torch.tensor([0.4, 0.2, 0.3]), "test": torch.tensor([0.1, 0.2, 0.3])}
    result = {place: {"brier": {"tunnel": values}} for place, values in table.items()}
    assert study.chosen([result, result], 5) == 3


def test_a_pair_stands_beside_its_other_runs_and_a_run_of_half_the_epochs(monkeypatch):
    """The trap: a whole run where the rival at the same cost is half of one."""
    monkeypatch.setattr(study, "tunnel_scores", lambda *arguments: {"of": arguments})
    runs = [replace(ONE, epochs=6, init_seed=seed) for seed in range(5)]
    found = study.of_pairs(runs, [(0, 1), (1, 4)], [(2, 3), (3,)], Curve(), COUNT, SHOWN)
    assert [one["of"] for one in found] == [
        (runs[0], runs[1], Curve(), COUNT, (runs[2], runs[3]), (replace(runs[2], epochs=3),), SHOWN),
        (runs[1], runs[4], Curve(), COUNT, (runs[3],), (replace(runs[3], epochs=3),), SHOWN),
    ]


def test_pairs_are_compared_place_by_place():
    """Two pairs, five points: the ends, three points of the tunnel, and the mean over two third runs."""
    table = {"brier": {"tunnel": torch.tensor([0.5, 0.4, 0.3]), "third": torch.tensor([0.2, 0.4])}}
    worse = {"brier": {kind: values + 0.1 for kind, values in table["brier"].items()}}
    results = [{"test": table, "shifted": {3: worse}}, {"test": worse, "shifted": {3: worse}}]
    found = study.compared(results, "test", "brier", count=5, size=3)
    assert set(found) == {"ends", "tunnel", "third"}
    torch.testing.assert_close(found["ends"], torch.tensor([0.5, 0.6]))
    torch.testing.assert_close(found["tunnel"], torch.tensor([0.4, 0.5]))
    torch.testing.assert_close(found["third"], torch.tensor([0.3, 0.4]))
    torch.testing.assert_close(study.compared(results, 3, "brier", 5, 2)["tunnel"], torch.tensor([0.6, 0.6]))
