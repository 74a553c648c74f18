"""Subspace samples against their definitions: lengths, moments, covariances, and what must not enter them."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from ldiv_utils import networks
from ldiv_utils.points import subspaces

GENERATOR = torch.Generator().manual_seed(0)
CHECKPOINTS = torch.randn(6, 40, generator=GENERATOR) * torch.linspace(0.1, 2, 40)
THETA = CHECKPOINTS[-1]


def test_random_samples_lie_at_the_distance_of_their_scale():
    scales = torch.tensor([0.0, 0.5, 7.0])
    samples = subspaces.random_samples(THETA, scales, seed=1)
    torch.testing.assert_close((samples - THETA).norm(dim=1), scales)


def test_random_directions_are_uniform():
    directions = subspaces.random_samples(torch.zeros(5), torch.ones(40_000), seed=1)
    torch.testing.assert_close(directions.T @ directions / len(directions), torch.eye(5) / 5, atol=5e-3, rtol=0)
    torch.testing.assert_close(directions.mean(0), torch.zeros(5), atol=1e-2, rtol=0)


def test_dropout_keeps_each_weight_s_mean_and_drops_the_given_share():
    rates = torch.full((20_000,), 0.3)
    samples = subspaces.dropout_samples(THETA, rates, seed=1)
    torch.testing.assert_close((samples == 0).float().mean(0), torch.full((40,), 0.3), atol=0.02, rtol=0)
    torch.testing.assert_close(samples.mean(0), THETA, atol=0.05, rtol=0.05)
    kept = samples != 0
    torch.testing.assert_close(samples[kept], (THETA / 0.7).expand_as(samples)[kept])


def test_a_rate_belongs_to_its_own_sample():
    samples = subspaces.dropout_samples(torch.ones(10_000), torch.tensor([0.0, 0.5]), seed=1)
    assert samples[0].equal(torch.ones(10_000))
    torch.testing.assert_close((samples[1] == 0).float().mean(), torch.tensor(0.5), atol=0.02, rtol=0)


@pytest.mark.parametrize("seed", [0, 3])
def test_samples_know_nothing_of_the_initial_weights_of_their_seed(seed):
    """One stream of random numbers for both would tie the first sample to where the run began."""
    start = networks.initial_point(networks.network("small_cnn", (3, 32, 32), 10), seed)
    by_chance = 5 / len(start) ** 0.5
    for draw in (subspaces.random_samples, subspaces.dropout_samples):
        moved = draw(torch.ones(len(start)), torch.tensor([0.5]), seed)[0] - 1
        assert torch.corrcoef(torch.stack([moved, start]))[0, 1].abs() < by_chance


def test_late_checkpoints_by_hand():
    run = torch.arange(5.0)[:, None]
    assert subspaces.late(run, 2).flatten().tolist() == [3, 4]
    assert subspaces.late(run, 9).flatten().tolist() == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="0 late checkpoints were asked for; allowed: 1 or more"):
        subspaces.late(run, 0)


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_a_rate_that_is_no_probability_is_refused(rate):
    with pytest.raises(ValueError, match=r"allowed: \[0, 1\)"):
        subspaces.dropout_samples(THETA, torch.tensor([rate]), seed=0)


def test_diagonal_samples_have_the_checkpoints_moments_and_a_deviation_not_a_variance_as_scale():
    samples = subspaces.diagonal_samples(CHECKPOINTS, torch.full((50_000,), 2.0), seed=1).double()
    values = CHECKPOINTS.numpy()
    np.testing.assert_allclose(samples.mean(0), values.mean(0), atol=0.06)
    np.testing.assert_allclose(samples.std(0), 2 * values.std(0), rtol=0.02)
    correlations = np.corrcoef(samples.T.numpy())
    assert np.abs(correlations - np.eye(40)).max() < 0.03


def test_moments_do_not_include_the_initial_weights():
    """The moments of the given checkpoints are theirs alone: no running estimate that starts elsewhere."""
    still = THETA.repeat(5, 1)
    assert subspaces.diagonal_samples(still, torch.ones(3), seed=1).allclose(THETA.expand(3, -1))


@pytest.mark.parametrize("count", range(1, 12))
def test_the_mean_of_equal_points_is_that_point(count):
    """A float32 sum of them is not `count` times as large, to the last bit; samples would stand beside the point."""
    points = THETA.repeat(count, 1)
    assert subspaces.mean_point(points).equal(THETA)
    if count > 1:
        assert subspaces.diagonal_samples(points, torch.ones(3), seed=1).equal(THETA.expand(3, -1))


def test_the_mean_point_by_hand():
    """The second weight's small parts are lost where they are added to 4 in float32, one after the other."""
    points = torch.tensor([[1.0, 4.0], [2.0, 2.0**-22], [6.0, 2.0**-22], [3.0, 0.0]])
    assert subspaces.mean_point(points).tolist() == [3.0, 1 + 2.0**-23]
    with pytest.raises(ValueError, match=r"shape \(0, 40\) were given; allowed: \(M, D\) with M of 1 or more"):
        subspaces.mean_point(CHECKPOINTS[:0])


@pytest.mark.parametrize("count", range(2, 12))
@pytest.mark.parametrize("spread", ["own", "unit"])
def test_equal_checkpoints_have_no_component(count, spread):
    with pytest.raises(ValueError, match="span fewer directions"):
        subspaces.low_rank_samples(THETA.repeat(count, 1), 1, torch.ones(4), seed=0, spread=spread)


@pytest.mark.parametrize("step", [1e-1, 1e-3, 1e-4])
def test_rounding_makes_no_component(step):
    """Six points on a line, each rounded to float32: however near they are, one component and no second."""
    generator = torch.Generator().manual_seed(3)
    theta, along = torch.randn(2, 10_000, generator=generator, dtype=torch.float64)
    places = torch.linspace(-1, 1, 6, dtype=torch.float64)
    points = (theta + step * places[:, None] * along / along.norm()).float()
    _, components, deviations = subspaces.principal_components(points, 1)
    torch.testing.assert_close(deviations[0].item(), step * places.std(correction=0).item(), rtol=1e-2, atol=0)
    assert abs(components[0] @ (along / along.norm()).float()) > 0.99
    with pytest.raises(ValueError, match="span fewer directions"):
        subspaces.principal_components(points, 2)


def test_components_just_above_the_rounding_are_kept():
    """Five random directions of a millionth of the point each."""
    generator = torch.Generator().manual_seed(3)
    theta, steps = torch.randn(10_000, generator=generator), torch.randn(6, 10_000, generator=generator)
    deviations = subspaces.principal_components(theta + 1e-6 * steps, 5)[2]
    torch.testing.assert_close(deviations, torch.full((5,), 1e-4 / 6**0.5), rtol=0.05, atol=0)


def test_principal_components_equal_scikit_learn_s():
    mean, components, deviations = subspaces.principal_components(CHECKPOINTS, 4)
    reference = PCA(4).fit(CHECKPOINTS.numpy())
    np.testing.assert_allclose(mean, reference.mean_, atol=1e-6)
    np.testing.assert_allclose(np.abs((components.numpy() * reference.components_).sum(1)), 1, atol=1e-5)
    np.testing.assert_allclose(deviations, np.sqrt(reference.explained_variance_ * 5 / 6), rtol=1e-5)


def test_one_noise_vector_serves_all_layers_so_the_covariance_is_the_empirical_one():
    """At full rank the covariance of own-spread samples is the checkpoints', between layers too."""
    samples = subspaces.low_rank_samples(CHECKPOINTS, 5, torch.ones(200_000), seed=1).double()
    ours, empirical = np.cov(samples.T.numpy()), np.cov(CHECKPOINTS.T.double().numpy(), bias=True)
    np.testing.assert_allclose(ours, empirical, atol=0.03)
    first, second = slice(0, 20), slice(20, 40)  # two "layers"
    assert np.abs(empirical[first, second]).max() > 0.3


def test_unit_spread_has_deviation_one_along_every_component():
    mean, components, deviations = subspaces.principal_components(CHECKPOINTS, 3)
    for spread, expected in [("unit", torch.ones(3)), ("own", deviations)]:
        samples = subspaces.low_rank_samples(CHECKPOINTS, 3, torch.full((50_000,), 2.0), seed=1, spread=spread)
        along = (samples - mean) @ components.T
        torch.testing.assert_close(along.std(0), 2 * expected, rtol=0.02, atol=0)
        torch.testing.assert_close(along @ components, samples - mean, atol=1e-4, rtol=0)  # nothing outside them


def test_unit_and_own_spread_share_their_draws():
    _, components, deviations = subspaces.principal_components(CHECKPOINTS, 2)
    own, unit = (
        subspaces.low_rank_samples(CHECKPOINTS, 2, torch.ones(4), seed=3, spread=s) - CHECKPOINTS.mean(0)
        for s in ("own", "unit")
    )
    torch.testing.assert_close(own @ components.T, unit @ components.T * deviations, atol=1e-5, rtol=0)


@pytest.mark.parametrize("sample", [subspaces.random_samples, subspaces.dropout_samples])
def test_a_seed_decides_the_samples(sample):
    scales = torch.full((3,), 0.4)
    assert sample(THETA, scales, 5).equal(sample(THETA, scales, 5))
    assert not sample(THETA, scales, 5).equal(sample(THETA, scales, 6))


@pytest.mark.parametrize("rank", [0, 6])
def test_a_rank_beyond_the_checkpoints_is_refused(rank):
    with pytest.raises(ValueError, match=f"rank {rank} was given; allowed with 6 points: 1 to 5"):
        subspaces.principal_components(CHECKPOINTS, rank)


def test_bad_input_is_refused_in_one_sentence(as_a_user):
    with pytest.raises(ValueError, match="span fewer directions"):
        subspaces.principal_components(torch.stack([THETA, -THETA, 2 * THETA]), 2)
    with pytest.raises(ValueError, match=r"shape \(1, 40\)"):
        subspaces.diagonal_samples(CHECKPOINTS[:1], torch.ones(1), seed=0)
    with pytest.raises(ValueError, match="'both' is unknown; allowed: own, unit"):
        subspaces.low_rank_samples(CHECKPOINTS, 1, torch.ones(1), 0, "both")
