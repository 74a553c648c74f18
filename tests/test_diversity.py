"""Cosine and disagreement against cases counted by hand and a second implementation."""

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity as reference_cosine

from ldiv_utils.diversity import cosine_similarity, disagreement, pairs
from ldiv_utils.metrics import accuracy


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


def test_disagreement_needs_inputs():
    with pytest.raises(ValueError, match="no input"):
        disagreement(torch.zeros(2, 0, dtype=torch.long))


def test_every_pair_is_taken_once():
    assert pairs(torch.arange(9.0).reshape(3, 3)).tolist() == [1, 2, 5]


def test_accuracy_by_hand():
    probs = torch.tensor([[[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], [[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]]])
    torch.testing.assert_close(accuracy(probs, torch.tensor([0, 1, 1])), torch.tensor([2 / 3, 1 / 3]))


def test_accuracy_needs_inputs():
    with pytest.raises(ValueError, match="no input"):
        accuracy(torch.zeros(1, 0, 2), torch.zeros(0, dtype=torch.long))
