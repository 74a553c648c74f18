"""Distances between networks, against cases counted by hand and a second implementation."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from sklearn.metrics.pairwise import cosine_similarity as reference_cosine

from ldiv_utils.measures.diversity import (
    cosine_similarity,
    disagreement,
    diversity_plane,
    jensen_shannon,
    label_difference,
    pairs,
)


def test_cosine_by_hand():
    points = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0], [-1.0, 0.0]])
    half = 0.5**0.5
    expected = [[1, 0, half, -1], [0, 1, half, 0], [half, half, 1, -half], [-1, 0, -half, 1]]
    torch.testing.assert_close(cosine_similarity(points), torch.tensor(expected, dtype=torch.float32))


def test_cosine_agrees_with_scikit_learn():
    points = torch.randn(7, 1000, generator=torch.Generator().manual_seed(0))
    np.testing.assert_allclose(cosine_similarity(points), reference_cosine(points), atol=1e-6)


def test_the_origin_has_no_direction():
    with pytest.raises(ValueError, match="zero everywhere"):
        cosine_similarity(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))


def test_disagreement_by_hand():
    labels = torch.tensor([[0, 1, 2, 1], [0, 1, 2, 2], [1, 0, 0, 2]])
    assert disagreement(labels).tolist() == [[0, 0.25, 1], [0.25, 0, 0.75], [1, 0.75, 0]]


def test_disagreement_agrees_with_a_double_loop():
    labels = torch.randint(10, (5, 200), generator=torch.Generator().manual_seed(0))
    slow = [[sum(a != b for a, b in zip(r, s, strict=True)) / 200 for s in labels.tolist()] for r in labels.tolist()]
    torch.testing.assert_close(disagreement(labels), torch.tensor(slow))


def test_a_share_of_labels_needs_inputs():
    none = torch.zeros(2, 0, dtype=torch.long)
    with pytest.raises(ValueError, match="no input"):
        disagreement(none)
    with pytest.raises(ValueError, match="no input"):
        label_difference(none, none[0])


def test_every_pair_is_taken_once():
    assert pairs(torch.arange(9.0).reshape(3, 3)).tolist() == [1, 2, 5]


def test_label_difference_by_hand():
    labels = torch.tensor([[0, 1, 2, 1], [0, 1, 2, 2], [1, 0, 0, 2]])
    assert label_difference(labels, labels[0]).tolist() == [0, 0.25, 1]


def test_label_difference_is_a_row_of_the_disagreement():
    labels = torch.randint(10, (5, 200), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(label_difference(labels, labels[2]), disagreement(labels)[2])


def test_diversity_plane_by_hand():
    """Wrong on 2 and 3 of 4 images, unlike the reference on 1 and 2: the standard errors by pencil."""
    truth, reference = torch.tensor([0, 0, 0, 0]), torch.tensor([0, 0, 0, 1])
    found = diversity_plane(torch.tensor([[0, 0, 2, 1], [0, 1, 1, 1]]), reference, truth)
    torch.testing.assert_close(found["accuracy"], torch.tensor([0.5, 0.25]))
    torch.testing.assert_close(found["diversity"], torch.tensor([1 / 2, 2 / 3]))
    # Of 1[y ≠ reference] − R 1[y ≠ truth]: (0, 0, 1/2, −1/2) and (0, 1/3, 1/3, −2/3), of variance 1/6 and 2/9.
    by_hand = [(1 / 6) ** 0.5 / 0.5 / 2, (2 / 9) ** 0.5 / 0.75 / 2]
    torch.testing.assert_close(found["standard_error"], torch.tensor(by_hand))


@pytest.mark.parametrize("copied", [0.0, 0.6, 0.9])
def test_the_standard_error_of_the_diversity_is_its_spread_over_redraws_of_the_images(copied):
    """A thousand draws of 500 images for a network that copies the reference on a share of them."""
    generator = torch.Generator().manual_seed(0)

    def wrong(share):
        return torch.randint(1, 10, (1000, 500), generator=generator) * chance(share)

    def chance(share):
        return torch.rand(1000, 500, generator=generator) < share

    references, truth = wrong(0.3), torch.zeros(500, dtype=torch.long)
    labels = torch.where(chance(copied), references, wrong(0.5))
    found = [diversity_plane(y[None], r, truth) for y, r in zip(labels, references, strict=True)]
    diversity, error = (torch.cat([each[key] for each in found]) for key in ("diversity", "standard_error"))
    assert error.mean().item() == pytest.approx(diversity.std().item(), rel=0.08)


def test_the_reference_itself_has_no_diversity():
    labels = torch.tensor([[0, 0, 0, 1]])
    found = diversity_plane(labels, labels[0], torch.tensor([0, 0, 0, 0]))
    assert found["diversity"].item() == found["standard_error"].item() == 0


def test_diversity_plane_needs_mistakes_and_inputs():
    truth = torch.tensor([0, 0])
    with pytest.raises(ValueError, match="no mistake"):
        diversity_plane(truth[None], truth, truth)
    with pytest.raises(ValueError, match="at least two"):
        diversity_plane(truth[None, :1] + 1, truth[:1], truth[:1])


def softmax_predictions(members, inputs=50, classes=4):
    return torch.randn(members, inputs, classes, generator=torch.Generator().manual_seed(0)).softmax(-1)


@pytest.mark.parametrize("members", range(1, 20))
def test_jensen_shannon_of_certain_networks_that_all_differ_is_ln_m(members):
    """Its upper bound, never above it, though the float32 number next to ln 2 is; zeros do no harm."""
    value = jensen_shannon(torch.eye(members)[:, None]).item()
    assert value == pytest.approx(math.log(members))
    assert 0 <= value <= math.log(members)


def test_jensen_shannon_is_a_mean_over_inputs():
    """Two certain networks that differ on one input of two: (ln 2 + 0) / 2."""
    probs = torch.tensor([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]])
    assert jensen_shannon(probs).item() == pytest.approx(math.log(2) / 2)


@pytest.mark.parametrize("members", range(1, 8))
@pytest.mark.parametrize("inputs", [1, 3, 50])
def test_jensen_shannon_of_equal_networks_is_zero(members, inputs):
    """In float64 the two entropies differ by −4e-16 and the like."""
    value = jensen_shannon(softmax_predictions(1, inputs).expand(members, -1, -1)).item()
    assert 0 <= value < 1e-7


def test_jensen_shannon_is_the_mean_divergence_from_the_mean():
    probs = softmax_predictions(3).double()
    mean = probs.mean(0)
    divergences = [(p * (p / mean).log()).sum(-1).mean() for p in probs]
    assert jensen_shannon(probs).item() == pytest.approx(torch.stack(divergences).mean().item(), rel=1e-6)


def test_jensen_shannon_of_two_agrees_with_scipy():
    p, q = softmax_predictions(2).double()
    expected = (jensenshannon(p.numpy(), q.numpy(), axis=1) ** 2).mean()
    assert jensen_shannon(torch.stack([p, q])).item() == pytest.approx(expected, rel=1e-6)


def test_jensen_shannon_stays_within_its_bounds():
    for sharpness in (0.1, 1, 10, 1000):
        value = jensen_shannon((softmax_predictions(5).log() * sharpness).softmax(-1)).item()
        assert 0 <= value <= math.log(5)
