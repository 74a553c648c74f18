"""Each metric against a case counted by hand, and against scikit-learn or a plain second implementation."""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss

from ldiv_utils.measures.metrics import accuracy, brier, calibration_error, log_likelihood

METRICS = [accuracy, brier, log_likelihood, calibration_error]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)

# Two networks, three inputs, two classes.
PROBS = torch.tensor([[[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], [[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]]])
LABELS = torch.tensor([0, 1, 1])


def predictions(members=3, inputs=200, classes=4, seed=0):
    """Random probabilities (M, N, C), float64, rather sure, and labels (N,) of every class."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(members, inputs, classes, generator=generator, dtype=torch.float64)
    return logits.softmax(-1), torch.randint(classes, (inputs,), generator=generator)


def test_accuracy_by_hand():
    torch.testing.assert_close(accuracy(PROBS, LABELS), torch.tensor([2 / 3, 1 / 3]))


def test_brier_by_hand():
    """2 (1 − p_y)² with two classes: 0.02, 0.08, 0.72 for the first network, 1.62, 1.28, 0.32 for the second."""
    torch.testing.assert_close(brier(PROBS, LABELS), torch.tensor([0.82 / 3, 3.22 / 3]))


def test_brier_at_its_ends():
    certain = torch.eye(3)[None]
    assert brier(certain, torch.tensor([0, 1, 2])).item() == 0
    assert brier(certain, torch.tensor([1, 2, 0])).item() == 2
    torch.testing.assert_close(brier(torch.full((1, 5, 10), 0.1), torch.arange(5)), torch.tensor([0.9]))


def test_log_likelihood_by_hand():
    torch.testing.assert_close(
        log_likelihood(PROBS, LABELS),
        torch.tensor([math.log(0.9 * 0.8 * 0.4) / 3, math.log(0.1 * 0.2 * 0.6) / 3]),
    )


def test_log_likelihood_of_what_was_ruled_out_is_minus_infinity():
    probs = torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]]])
    assert log_likelihood(probs, torch.tensor([1, 0])).tolist() == [-math.inf, pytest.approx(-math.log(2))]


def test_calibration_error_by_hand():
    """Four bins. Confidences 0.9 (right), 0.8 (right), 0.6 (wrong): |0.1 + 0.2| in one, |−0.6| in the other."""
    torch.testing.assert_close(calibration_error(PROBS, LABELS, bins=4)[0], torch.tensor(0.9 / 3))


def test_gaps_cancel_within_a_bin_but_not_between_bins():
    probs = torch.tensor([[[0.8, 0.2], [0.8, 0.2]]])
    labels = torch.tensor([0, 1])  # half right at confidence 0.8
    torch.testing.assert_close(calibration_error(probs, labels), torch.tensor([0.3]))
    certain = torch.tensor([[[1.0, 0.0], [1.0, 0.0]]])
    torch.testing.assert_close(calibration_error(certain, labels), torch.tensor([0.5]))


def test_bins_hold_their_upper_end():
    """With two bins, 0.5 belongs to the lower one: gaps of +0.5 and −0.75 lie apart, and do not cancel."""
    probs = torch.tensor([[[0.5, 0.3, 0.2], [0.75, 0.15, 0.1]]])
    torch.testing.assert_close(calibration_error(probs, torch.tensor([0, 1]), bins=2), torch.tensor([0.625]))


@pytest.mark.parametrize("bins", [1, 5, 15])
def test_calibration_error_agrees_with_a_plain_loop(bins):
    probs, labels = predictions()
    for network, measured in zip(probs, calibration_error(probs, labels, bins), strict=True):
        expected = 0.0
        for b in range(bins):
            inside = [
                (p.max().item(), int(p.argmax() == y))
                for p, y in zip(network, labels, strict=True)
                if b / bins < p.max() <= (b + 1) / bins
            ]
            if inside:
                confidence = sum(c for c, _ in inside) / len(inside)
                share_right = sum(r for _, r in inside) / len(inside)
                expected += len(inside) / len(labels) * abs(share_right - confidence)
        assert measured.item() == pytest.approx(expected, abs=1e-6)


def test_a_calibrated_network_has_nearly_no_calibration_error():
    """Labels drawn from the predictions themselves."""
    probs, _ = predictions(members=1, inputs=50_000)
    labels = torch.multinomial(probs[0], 1, generator=torch.Generator().manual_seed(1))[:, 0]
    assert calibration_error(probs, labels).item() < 0.01


@pytest.mark.parametrize(
    "metric, reference",
    [
        (accuracy, lambda y, p: accuracy_score(y, p.argmax(1))),
        (brier, lambda y, p: brier_score_loss(y, p, labels=range(p.shape[1]), scale_by_half=False)),
        (log_likelihood, lambda y, p: -log_loss(y, p, labels=range(p.shape[1]))),
    ],
    ids=["accuracy", "brier", "log_likelihood"],
)
@pytest.mark.parametrize("classes", [2, 4])
def test_metric_agrees_with_scikit_learn(metric, reference, classes):
    probs, labels = predictions(classes=classes)
    expected = [reference(labels.numpy(), network.numpy()) for network in probs]
    np.testing.assert_allclose(metric(probs, labels), expected, rtol=1e-6)


@every_metric
def test_one_number_for_each_network_of_its_own(metric):
    probs, labels = predictions()
    together = metric(probs, labels)
    assert together.shape == (3,)
    torch.testing.assert_close(together, torch.cat([metric(network[None], labels) for network in probs]))


@every_metric
def test_metric_needs_inputs(metric):
    with pytest.raises(ValueError, match="no input"):
        metric(torch.zeros(1, 0, 2), torch.zeros(0, dtype=torch.long))
