"""Distances of sets of functions, mixtures, likelihoods, and whether chains tell one story."""

import pytest
import torch
from scipy.stats import wasserstein_distance

from ldiv_utils import measures


def draws(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("m", "s"), [(1, 1), (4, 4), (3, 50), (50, 3)])
def test_the_distance_is_scipy_s(m, s):
    one, other = draws(m, 5), 1 + 2 * draws(s, 5, seed=1)
    expected = torch.tensor([wasserstein_distance(a.numpy(), b.numpy()) for a, b in zip(one.T, other.T, strict=True)])
    torch.testing.assert_close(measures.wasserstein(one, other), expected, check_dtype=False)
    torch.testing.assert_close(measures.wasserstein(one, other), measures.wasserstein(other, one))


def test_of_as_many_functions_it_is_the_mean_distance_of_sorted_values():
    one, other = draws(20, 3), draws(20, 3, seed=1)
    expected = (one.sort(0).values - other.sort(0).values).abs().mean(0)
    torch.testing.assert_close(measures.wasserstein(one, other), expected)


def test_functions_repeated_are_no_other_functions():
    values = draws(4, 3)
    assert measures.wasserstein(values, values.repeat(5, 1)).abs().max() < 1e-6


def test_inputs_must_be_the_same(as_a_user):
    with pytest.raises(ValueError, match=r"functions of shapes \(2, 3\) and \(2, 4\) were given; allowed"):
        measures.wasserstein(torch.zeros(2, 3), torch.zeros(2, 4))


def test_a_mixture_has_the_moments_of_its_draws():
    means, variances = torch.tensor([[0.0], [4.0]]), torch.tensor([[1.0], [9.0]])
    mean, variance = measures.mixture(means, variances)
    drawn = means + variances.sqrt() * draws(2, 200_000)
    assert mean.item() == pytest.approx(2)
    assert variance.item() == pytest.approx(5 + 4)  # what the members say, and how they differ, once over M
    assert drawn.flatten().var().item() == pytest.approx(9, rel=0.02)


def test_the_likelihood_is_that_of_a_normal_distribution():
    mean, variance, y = draws(2, 6), draws(2, 6, seed=1).exp(), draws(6, seed=2)
    expected = -torch.distributions.Normal(mean, variance.sqrt()).log_prob(y).mean(-1)
    constant = torch.tensor(2 * torch.pi).log() / 2
    torch.testing.assert_close(measures.gaussian_nll(mean, variance, y) + constant, expected)


def test_chains_that_tell_one_story_have_a_ratio_of_one():
    assert measures.split_r_hat(draws(2_000, 4, 3)).max() < 1.01


def test_a_chain_that_stays_elsewhere_is_seen():
    told = draws(400, 4, 1)
    told[:, 0] += 3
    assert measures.split_r_hat(told).item() > 1.3


def test_a_chain_that_drifts_is_seen_even_alone():
    told = draws(400, 1, 1) + torch.linspace(0, 6, 400)[:, None, None]
    assert measures.split_r_hat(told).item() > 1.3


def test_the_ratio_by_hand():
    told = torch.tensor([0.0, 2.0, 4.0, 6.0]).view(4, 1, 1)  # halves 0, 2 and 4, 6: W = 2, means 1 and 5, B = 8
    assert measures.split_r_hat(told).item() == pytest.approx(((0.5 * 2 + 8) / 2) ** 0.5)


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="3 draws of each chain were given; allowed: 4 or more"):
        measures.split_r_hat(torch.zeros(3, 2, 1))
