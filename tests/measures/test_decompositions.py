"""What averaging gains: identities, by hand, by the sum written out, and for what has no chance at all."""

import itertools
import math

import pytest
import torch

from ldiv_utils.measures import (
    brier,
    brier_by_size,
    ensemble_scores,
    expected_log_gain,
    geometric_mean,
    jensen_shannon,
    kullback_leibler,
    log_diversity,
    log_gain,
    log_likelihood,
    pair_diversity,
    uncertainty,
)


def networks(members, inputs=40, classes=5, seed=0):
    draw = torch.Generator().manual_seed(seed)
    probs = (2 * torch.randn(members, inputs, classes, generator=draw, dtype=torch.float64)).softmax(-1)
    return probs, torch.randint(classes, (inputs,), generator=draw)


def test_three_networks_by_hand():
    probs, labels = torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]], [[0.5, 0.5]]]), torch.tensor([0])
    assert pair_diversity(probs).item() == pytest.approx((2 + 0.5 + 0.5) / 3 / 2)
    assert brier_by_size(brier(probs, labels).mean(), pair_diversity(probs), 3).item() == pytest.approx(0.5)


def test_diversity_is_half_the_mean_squared_distance_of_different_members():
    probs, _ = networks(4)
    pairs = [(a - b).square().sum(-1).mean() for a, b in itertools.permutations(probs, 2)]
    torch.testing.assert_close(pair_diversity(probs), torch.stack(pairs).mean() / 2)


def test_the_curve_of_scores_is_that_of_all_subsets():
    probs, labels = networks(5)
    found = ensemble_scores(probs, labels, brier, range(1, 6))
    for size, scores in found.items():
        told = brier_by_size(found[1].mean(), pair_diversity(probs), size)
        assert scores.mean().item() == pytest.approx(told.item(), abs=1e-10)


def test_one_network_has_no_pair():
    with pytest.raises(ValueError, match="allowed: two or more"):
        pair_diversity(networks(1)[0])


def test_the_geometric_mean_is_the_softmax_of_the_mean_logits():
    logits = torch.randn(3, 6, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(geometric_mean(logits.softmax(-1)), logits.mean(0).softmax(-1))


def test_the_geometric_mean_gains_its_divergence_whatever_the_labels():
    probs, labels = networks(4)
    for truth in (labels, labels.roll(1)):
        gain = log_likelihood(geometric_mean(probs)[None], truth)[0] - log_likelihood(probs, truth).mean()
        assert abs(log_diversity(probs) - gain).item() < 1e-12


def test_the_arithmetic_mean_gains_by_the_labels():
    probs, labels = networks(4)
    apart = torch.stack([p[range(40), labels].log() for p in probs])
    torch.testing.assert_close(log_gain(probs, labels), (probs.mean(0)[range(40), labels].log() - apart.mean(0)).mean())
    assert log_gain(probs, labels) >= 0
    assert abs(log_gain(probs, labels) - log_gain(probs, labels.roll(1))) > 1e-3


def test_labels_drawn_from_the_average_gain_what_it_expects():
    probs, _ = networks(3, inputs=1)
    mean = probs.mean(0)[0]
    each = torch.stack([log_gain(probs, torch.tensor([y])) for y in range(5)])
    torch.testing.assert_close(expected_log_gain(probs), (mean * each).sum())


def test_the_expected_gain_is_the_other_direction_of_chapter_8_s_divergence():
    probs, _ = networks(3)
    forwards = torch.stack([kullback_leibler(p, probs.mean(0)) for p in probs]).mean()
    assert jensen_shannon(probs).item() == pytest.approx(forwards.item(), rel=1e-5)
    assert abs(expected_log_gain(probs) - forwards) > 1e-2


def test_uncertainty_is_split_by_hand():
    sure, undecided = torch.eye(2)[:, None], torch.full((2, 1, 2), 0.5)
    for probs, within, between in ((sure, 0, math.log(2)), (undecided, math.log(2), 0)):
        parts = {name: value.item() for name, value in uncertainty(probs).items()}
        assert parts == pytest.approx({"total": math.log(2), "within": within, "between": between})


def test_what_is_between_is_the_jensen_shannon_divergence():
    probs, _ = networks(4)
    assert uncertainty(probs)["between"].mean().item() == pytest.approx(jensen_shannon(probs).item(), rel=1e-5)


def test_a_class_without_a_chance_is_finite_where_its_limit_is():
    probs = torch.tensor([[[1.0, 0.0, 0.0]], [[0.5, 0.5, 0.0]]])
    assert log_diversity(probs).item() == pytest.approx(math.log(2) / 2)  # g is sure, as the first is
    assert expected_log_gain(probs).item() == math.inf  # the first gives no chance to what the average does
    assert all(value.isfinite().all() for value in uncertainty(probs).values())


def test_members_that_exclude_every_class_have_no_geometric_mean():
    with pytest.raises(ValueError, match="exclude every class"):
        geometric_mean(torch.eye(2)[:, None])


def test_more_members_of_one_kind_have_more_between_them_by_the_factor():
    logits = torch.randn(2000, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    noise = torch.randn(10, 2000, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    probs = (logits + 0.1 * noise).softmax(-1)
    two = torch.stack([uncertainty(probs[[i, i + 1]])["between"].mean() for i in range(0, 10, 2)]).mean()
    ten = uncertainty(probs)["between"].mean()
    assert (ten / two).item() == pytest.approx(0.9 / 0.5, rel=0.03)
