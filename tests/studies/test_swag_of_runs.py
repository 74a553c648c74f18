"""Ensembles of runs with tails: which points a way has, what is averaged, and what chooses the temperature."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils import datasets
from ldiv_utils.measures import accuracy, brier, log_likelihood
from ldiv_utils.points import swag, swag_samples
from ldiv_utils.predict import predict
from ldiv_utils.runs import Tail, ends, tail
from ldiv_utils.specs import Spec
from ldiv_utils.studies import shown
from ldiv_utils.studies import swag as study

SPEC = Spec(dataset="digits", batch_size=200, epochs=2, precision="float32", learning_rate=5e-3)
SPECS = [replace(SPEC, init_seed=seed, batch_seed=seed) for seed in (0, 1)]
DRAWN = study.Drawn(Tail(4, 5e-3), samples=3, rank=4, precision="float32")
BLUR = shown.Shown(("gaussian_blur",), "made by the book", "none", each=100, outside=1)


@pytest.fixture
def digits():
    return datasets.load("digits")


def test_a_way_has_its_points_and_a_run_its_own_noise():
    """With the same noise, the samples of an ensemble's runs would err together."""
    passed = tail(SPEC, DRAWN.tail)["points"]
    assert study.points_of(SPEC, "solution", DRAWN).equal(ends([SPEC]))
    assert study.points_of(SPEC, "last", DRAWN).equal(passed[-1:])
    torch.testing.assert_close(study.points_of(SPEC, "mean", DRAWN)[0], passed.mean(0))
    assert study.points_of(SPEC, "swag", DRAWN).equal(swag_samples(swag(passed, 4), "swag", 3, SPEC.init_seed))

    noise = [study.points_of(s, "swag_diagonal", DRAWN) - study.points_of(s, "mean", DRAWN) for s in SPECS]
    assert abs(torch.corrcoef(torch.stack([n.sign().flatten() for n in noise]))[0, 1]) < 0.05


def test_what_is_scored_is_the_mean_of_the_probabilities_of_all_samples_of_all_runs(digits):
    """A second implementation, from points to scores; the log-likelihood is a mean over images."""
    found = study.scores(SPECS, "swag", DRAWN, "test", BLUR)
    each = torch.stack([predict(SPEC, study.points_of(s, "swag", DRAWN), digits.test.images) for s in SPECS])
    labels = digits.test.labels
    for n in (1, 2, 3):
        runs = each[:, :n].mean(1)
        for name, score in (("accuracy", accuracy), ("brier", brier), ("log_likelihood", log_likelihood)):
            alone, both = (found[name][n][m].mean(1) for m in (1, 2))
            torch.testing.assert_close(alone, score(runs, labels), atol=3e-3, rtol=0)
            torch.testing.assert_close(both, score(runs.mean(0)[None], labels), atol=3e-3, rtol=0)


def test_the_held_out_images_alone_choose_the_temperature():
    """On the held-out images three of four labels are right, where 9^(1/T) = 3; on those that are scored, all."""
    held_out, tested = (torch.tensor([0.9, 0.1]).expand(2, n, 2) for n in (4, 20))
    found = study.of_size(tested, torch.zeros(20).long(), held_out, torch.tensor([0, 0, 0, 1]), 2)
    assert found["temperature"].item() == pytest.approx(2, rel=0.02)
    torch.testing.assert_close(found["calibrated"], torch.full((1, 10), 0.75).log(), atol=5e-3, rtol=0)
    torch.testing.assert_close(found["log_likelihood"], torch.full((1, 10), 0.9).log())


def test_every_ensemble_of_a_size_is_scored_on_ten_blocks():
    """Three runs, twenty images of class 0; run r is right on the even ones alone if r = 0, on all if r = 1, else on
    none."""
    right = torch.tensor([[0.8, 0.3] * 10, [0.6] * 20, [0.15] * 20])
    probs, labels = torch.stack([right, 1 - right], dim=-1), torch.zeros(20).long()
    found = {m: study.of_size(probs, labels, probs, labels, m)["accuracy"] for m in (1, 2, 3)}
    assert found[1].equal(torch.tensor([[1.0, 0.0] * 5, [1.0] * 10, [0.0] * 10]))
    assert found[2].equal(torch.tensor([[1.0, 0.0] * 5, [0.0] * 10, [0.0] * 10]))  # (0, 1), (0, 2), (1, 2)
    assert found[3].equal(torch.tensor([[1.0, 0.0] * 5]))


def test_one_point_is_counted_once_and_samples_at_every_number():
    assert study.Drawn(Tail(), 20, 20, "float32").counts("swag") == (1, 2, 5, 10, 20)
    assert DRAWN.counts("low_rank") == (1, 2, 3)
    assert {way: DRAWN.counts(way) for way in ("solution", "last", "mean")} == dict.fromkeys(
        ("solution", "last", "mean"), (1,)
    )


def test_batch_normalisation_is_that_of_each_sample(digits):
    """Two samples of a ResNet20v1 predict together as each does alone."""
    spec = replace(SPEC, architecture="resnet20", scaling="centred", epochs=1, dropout=0.0, batch_size=400)
    few = digits.test.images[:20]
    points = study.points_of(spec, "swag", replace(DRAWN, tail=Tail(2, 1e-2), samples=2, rank=2))
    alone = torch.cat([predict(spec, point[None], few) for point in points])
    assert predict(spec, points, few).equal(alone)
    assert not alone[0].allclose(alone[1], atol=1e-3)
