"""The gain of a second run: by hand, from a plant, and against many draws of the runs."""

import itertools

import pytest
import torch

from ldiv_utils.studies import second_runs


def pairs_of(alone, gain):
    """Scores of all pairs: the mean of the two, and what they gain."""
    return torch.stack([alone[[i, j]].mean() + gain(i, j) for i, j in itertools.combinations(range(len(alone)), 2)])


def test_three_runs_by_hand():
    """Without run 0: 0.9 − 0.5; without 1: 0.6 − 0.4; without 2: 0.6 − 0.3; all: 0.7 − 0.4."""
    gain, error = second_runs.gain(torch.tensor([0.2, 0.4, 0.6]), torch.tensor([0.6, 0.6, 0.9]))
    torch.testing.assert_close(gain, torch.tensor(0.3))
    torch.testing.assert_close(error, torch.tensor((2 / 3 * (0.1**2 + 0.1**2)) ** 0.5))


def test_what_every_pair_gains_alike_has_no_error():
    """However unlike the runs themselves are."""
    alone = torch.tensor([0.1, 0.5, 0.6, 0.9])
    gain, error = second_runs.gain(alone, pairs_of(alone, lambda i, j: 0.07))
    torch.testing.assert_close(gain, torch.tensor(0.07))
    torch.testing.assert_close(error, torch.tensor(0.0), atol=1e-6, rtol=0)


def test_the_error_is_that_of_the_runs():
    """Each run brings a worth of its own, of variance 1, to all its pairs: their mean is twice that of 8 runs, of
    variance 4/8. Pairs taken for independent would promise a seventh of it."""
    draw, squares = torch.Generator().manual_seed(0), []
    for _ in range(400):
        worth = torch.randn(8, generator=draw)
        together = pairs_of(torch.zeros(8), lambda i, j, w=worth: w[i] + w[j])
        squares.append(second_runs.gain(torch.zeros(8), together)[1] ** 2)
    torch.testing.assert_close(torch.stack(squares).mean(), torch.tensor(0.5), atol=0.05, rtol=0)


@pytest.mark.parametrize(("runs", "pairs"), [(2, 1), (4, 5)])
def test_too_few_runs_or_pairs_are_refused(runs, pairs):
    with pytest.raises(ValueError, match=f"{runs} runs and {pairs} pairs were given; allowed: 3 runs or more"):
        second_runs.gain(torch.zeros(runs), torch.zeros(pairs))
