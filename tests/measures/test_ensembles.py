"""Which members an ensemble is made of, and what it scores: by hand and against plain loops."""

import itertools
import math

import pytest
import torch

from ldiv_utils.measures.ensembles import blocks_of, ensemble, ensemble_scores, standard_error, subsets
from ldiv_utils.measures.metrics import accuracy, brier


def predictions(members, inputs=40, classes=3, seed=0):
    """Random probabilities (M, N, C) and labels (N,)."""
    generator = torch.Generator().manual_seed(seed)
    probs = torch.randn(members, inputs, classes, generator=generator).softmax(-1)
    return probs, torch.randint(classes, (inputs,), generator=generator)


def test_ensemble_by_hand():
    probs = torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.1, 0.9]]])
    torch.testing.assert_close(ensemble(probs), torch.tensor([[0.5, 0.5], [0.3, 0.7]]))


def test_ensemble_of_one_is_that_network_and_the_order_does_not_count():
    probs, _ = predictions(4)
    assert torch.equal(ensemble(probs[:1]), probs[0])
    torch.testing.assert_close(ensemble(probs), ensemble(probs.flip(0)))


def test_few_subsets_are_all_taken():
    assert subsets(4, 2) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert subsets(3, 3) == [(0, 1, 2)]
    assert subsets(5, 1) == [(0,), (1,), (2,), (3,), (4,)]


@pytest.mark.parametrize("members, size", [(6, 2), (6, 3), (6, 5), (10, 2), (10, 3), (10, 5)])
def test_as_many_as_there_are_but_never_more_than_asked(members, size):
    assert len(subsets(members, size)) == min(math.comb(members, size), 100)


def test_as_many_as_allowed_still_means_all():
    assert subsets(5, 2, most=10) == list(itertools.combinations(range(5), 2))


def test_many_subsets_are_drawn_distinct_and_each_of_distinct_members():
    drawn = subsets(20, 5)
    assert len(drawn) == len(set(drawn)) == 100
    for chosen in drawn:
        assert len(set(chosen)) == 5
        assert list(chosen) == sorted(chosen) and set(chosen) <= set(range(20))


def test_a_draw_hangs_on_its_seed_alone():
    assert subsets(20, 5, seed=1) == subsets(20, 5, seed=1)
    assert subsets(20, 5, seed=1) != subsets(20, 5, seed=2)


def test_drawn_subsets_use_every_member_alike():
    """Each of 12 members is in a subset of 6 with probability ½: 200 ± 10 times in 400 distinct draws."""
    counts = torch.tensor([member for chosen in subsets(12, 6, most=400) for member in chosen]).bincount()
    assert (counts - 200).abs().max() < 50


@pytest.mark.parametrize("size", [-1, 0, 4])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(ValueError, match="allowed: 1 to 3"):
        subsets(3, size)


def test_scores_by_hand():
    """One input of class 0: right, right, wrong; the wrong one is the surest."""
    probs = torch.tensor([[[0.6, 0.4]], [[0.6, 0.4]], [[0.0, 1.0]]])
    scores = ensemble_scores(probs, torch.tensor([0]), accuracy, (1, 2, 3))
    assert {size: values.tolist() for size, values in scores.items()} == {1: [1, 1, 0], 2: [1, 0, 0], 3: [0]}


@pytest.mark.parametrize("score", [accuracy, brier])
def test_scores_agree_with_plain_loops(score):
    probs, labels = predictions(5)
    scores = ensemble_scores(probs, labels, score, range(1, 6))
    assert list(scores) == [1, 2, 3, 4, 5]
    for size, values in scores.items():
        slow = []
        for chosen in itertools.combinations(range(5), size):
            total = torch.zeros_like(probs[0])
            for member in chosen:
                total += probs[member]
            slow.append(score((total / size)[None], labels).item())
        torch.testing.assert_close(values, torch.tensor(slow))


def test_brier_of_an_ensemble_is_the_members_mean_less_their_variance():
    """And so, over all subsets of size k: B_k = B_1 − 2 (1 − 1/k) (B_1 − B_2)."""
    probs, labels = predictions(6)
    probs = probs.double()
    variance = (probs - probs.mean(0)).square().sum(-1).mean()
    torch.testing.assert_close(brier(ensemble(probs)[None], labels)[0], brier(probs, labels).mean() - variance)
    mean = {size: values.mean() for size, values in ensemble_scores(probs, labels, brier, range(1, 7)).items()}
    for size in mean:
        torch.testing.assert_close(mean[size], mean[1] - 2 * (1 - 1 / size) * (mean[1] - mean[2]))


def test_every_input_is_in_one_block():
    blocks = [torch.arange(23)[block].tolist() for block in blocks_of(23)]
    assert sorted(itertools.chain(*blocks)) == list(range(23))
    assert blocks[2] == [2, 12, 22]


def test_the_standard_error_of_ten_blocks():
    blocks = torch.tensor([0.0, 2.0]).repeat(5)
    torch.testing.assert_close(standard_error(blocks), torch.tensor((10 / 9) ** 0.5 / 10**0.5))
