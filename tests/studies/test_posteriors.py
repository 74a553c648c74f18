"""Posteriors of a small network: exact on a plane, by chains, by normal distributions, and how far apart they are."""

import inspect

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from ldiv_utils.points import Plane, grid
from ldiv_utils.studies import posteriors, regression
from ldiv_utils.studies.posteriors import Sampler
from ldiv_utils.studies.regression import Ensemble, Fit, Problem

SMALL = Problem(count=12, widths=(2, 6, 1))
PAIR = Ensemble(3, Fit(300, 2e-2))


@pytest.fixture
def without_data(monkeypatch):
    """No point says anything: the posterior is the prior."""
    for module in (regression, posteriors):
        monkeypatch.setattr(module, "log_density", lambda problem, thetas: -thetas.square().sum(1) / 2)


def plane_of_axes(size):
    u, v = torch.eye(size)[:2]
    return Plane(torch.zeros(size), u, v)


def test_on_a_plane_the_prior_is_a_normal_distribution(without_data):
    xs = torch.linspace(-6, 6, 121)
    exact = posteriors.on_plane(SMALL, plane_of_axes(25), xs, xs)
    assert exact["weight"].sum().item() == pytest.approx(1, abs=1e-5)
    assert exact["log_density"].max() == 0
    mean, deviation = posteriors.moments(exact["weight"].flatten(), grid(xs, xs))
    assert mean.abs().max() < 1e-4
    torch.testing.assert_close(deviation, torch.ones(2), atol=1e-3, rtol=0)


def test_rows_of_the_plane_are_its_second_coordinate():
    xs, ys = torch.linspace(-1, 1, 5), torch.linspace(0, 3, 4)
    exact = posteriors.on_plane(SMALL, plane_of_axes(25), xs, ys)["log_density"]
    at = torch.zeros(2, 25)
    at[0, 0], at[0, 1], at[1, 0], at[1, 1] = xs[3], ys[2], xs[0], ys[0]
    one, other = regression.log_density(SMALL, at)
    assert (exact[2, 3] - exact[0, 0]).item() == pytest.approx((one - other).item(), rel=1e-4)


def test_chains_on_a_plane_find_what_the_grid_has():
    loud, fit = Problem(count=12, noise=1.0, widths=(2, 6, 1)), Fit(200, 1e-2)  # one broad hill, which chains can cross
    how = Sampler(chains=60, step=0.4, leaps=5, dropped=20, kept=80)
    walked = posteriors.chains_on_plane(loud, PAIR, (0, 2), fit, how)["points"].flatten(0, 1)
    plane = regression.plane_of(regression.curve(loud, PAIR, (0, 2), fit)["pivots"])
    xs, ys = (torch.linspace(walked[:, i].min() - 1, walked[:, i].max() + 1, 121) for i in (0, 1))
    weights = posteriors.on_plane(loud, plane, xs, ys)["weight"].flatten()
    mean, deviation = posteriors.moments(weights, grid(xs, ys))
    assert ((walked.mean(0) - mean).abs() < 0.1 * deviation).all()
    torch.testing.assert_close(walked.std(0), deviation, rtol=0.05, atol=0)


def test_chains_keep_what_the_sampler_says_and_begin_at_the_solutions():
    how = Sampler(chains=2, step=1e-6, leaps=1, dropped=1, kept=6, every=3)
    found = posteriors.chains(SMALL, PAIR, how)
    assert found["points"].shape == (2, 2, 25)
    starts = regression.solutions(SMALL, PAIR)["points"][:2]
    torch.testing.assert_close(found["points"][0], starts, atol=1e-3, rtol=0)


def test_a_sampler_knows_no_place_where_functions_are_looked_at():
    for sampled in (posteriors.chains, posteriors.chains_on_plane):
        assert not {"x", "grid", "inputs"} & set(inspect.signature(sampled).parameters)


def test_without_data_the_best_normal_distribution_is_the_prior(without_data):
    normal = posteriors.mean_field.__wrapped__(SMALL, 2, 8, Fit(1_500, 2e-2))
    assert normal["mean"].abs().max() < 0.15
    torch.testing.assert_close(normal["spread"], torch.ones(2, 25), atol=0.15, rtol=0)


def test_the_bound_is_the_likelihood_less_the_divergence_from_the_one_prior(without_data):
    normal = posteriors.mean_field.__wrapped__(SMALL, 2, 4, Fit(1, 1e-6))
    divergence = kl_divergence(Normal(normal["mean"], normal["spread"]), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(normal["bound"], 25 / -2 - divergence, atol=1.0, rtol=0)


def test_draws_have_the_moments_of_their_normal_distributions():
    normal = {"mean": torch.tensor([[1.0, -1.0]]), "spread": torch.tensor([[0.5, 2.0]])}
    found = posteriors.drawn(normal, 20_000, 0)[0]
    torch.testing.assert_close(found.mean(0), normal["mean"][0], atol=0.05, rtol=0)
    torch.testing.assert_close(found.std(0), normal["spread"][0], rtol=0.03, atol=0)


def test_distances_fall_as_draws_of_one_distribution_grow_in_number():
    draw = torch.Generator().manual_seed(0)
    members, reference = torch.randn(40, 3, generator=draw), torch.randn(2_000, 3, generator=draw)
    found = posteriors.distances(members, reference, (1, 5, 40)).mean(1)
    assert found[0] > found[1] > found[2]
    alone = (members[:, None] - reference).abs().mean((1, 2))
    assert posteriors.distances(members, reference, (1,), 40)[0].mean().item() == pytest.approx(
        alone.mean().item(), rel=1e-3
    )
