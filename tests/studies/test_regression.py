"""One network, one prior, one noise: the density, its peaks, and a curve between two of them."""

import pytest
import torch
from torch.distributions import Normal

from ldiv_utils.datasets.regression import features
from ldiv_utils.networks.perceptron import outputs
from ldiv_utils.studies import regression
from ldiv_utils.studies.regression import Ensemble, Fit, Problem

SMALL = Problem(count=12, widths=(2, 6, 1))
PAIR = Ensemble(3, Fit(600, 2e-2))


@pytest.fixture(scope="module")
def points():
    return regression.solutions.__wrapped__(SMALL, Ensemble(3, Fit(1_500, 2e-2)))["points"]


def test_the_density_is_a_sum_over_the_points_and_the_prior_s():
    thetas = regression.from_prior(SMALL, 4, 0)
    x, y = SMALL.data()
    expected = []
    for theta in thetas:
        values = outputs(theta[None], SMALL.widths, features(x))[0, :, 0]
        likelihood = Normal(values, SMALL.noise).log_prob(y) - Normal(0.0, SMALL.noise).log_prob(torch.zeros(()))
        prior = Normal(0.0, 1.0).log_prob(theta) - Normal(0.0, 1.0).log_prob(torch.zeros(()))
        expected.append(likelihood.sum() + prior.sum())
    torch.testing.assert_close(regression.log_density(SMALL, thetas), torch.stack(expected))


def test_twice_the_noise_is_a_quarter_of_the_misfit():
    thetas, (x, y) = regression.from_prior(SMALL, 2, 0), SMALL.data()
    louder = Problem(count=12, noise=0.4, widths=(2, 6, 1))
    values = regression.functions(SMALL, thetas, x)
    torch.testing.assert_close(regression.misfit(SMALL, thetas), (y - values).square().sum(1) / 0.08)
    assert louder.data()[1].sub(y).abs().max() > 0  # the data are as noisy as the likelihood says


def test_functions_hold_no_noise():
    twice = regression.from_prior(SMALL, 1, 0).repeat(2, 1)
    assert regression.functions(SMALL, twice, torch.linspace(-7, 7, 15)).std(0).max() == 0


def test_a_member_hangs_on_its_seed_alone():
    torch.testing.assert_close(regression.from_prior(SMALL, 5, 3)[:2], regression.from_prior(SMALL, 2, 3))


def test_a_solution_is_a_peak_of_the_same_density(points):
    thetas = points.clone().requires_grad_()
    slope = torch.autograd.grad(regression.log_density(SMALL, thetas).sum(), thetas)[0]
    start = regression.from_prior(SMALL, 3, 1).requires_grad_()
    steep = torch.autograd.grad(regression.log_density(SMALL, start).sum(), start)[0]
    assert slope.norm() < 0.02 * steep.norm()
    assert (regression.log_density(SMALL, points) > regression.log_density(SMALL, start)).all()


def test_anchored_members_of_a_linear_model_are_solved_exactly():
    line, ensemble = Problem(count=12, widths=(2, 1)), Ensemble(4, Fit(2_000, 3e-2, 7))
    x, y = line.data()
    phi = torch.cat([features(x), torch.ones(12, 1)], dim=1)
    noisy = y + 0.2 * torch.randn(4, 12, generator=torch.Generator().manual_seed(8))
    precision = phi.T @ phi / 0.04 + torch.eye(3)
    expected = torch.linalg.solve(precision, (noisy @ phi / 0.04 + regression.from_prior(line, 4, 7)).T).T
    found = regression.anchored.__wrapped__(line, ensemble)["points"]
    torch.testing.assert_close(found, expected, atol=2e-3, rtol=0)


def test_a_curve_keeps_its_ends_to_the_bit_and_is_better_than_the_line():
    ends = regression.solutions(SMALL, PAIR)["points"]
    pivots = regression.curve(SMALL, PAIR, (0, 2), Fit(300, 1e-2))["pivots"]
    assert torch.equal(pivots[0], ends[0])
    assert torch.equal(pivots[2], ends[2])
    t = torch.linspace(0, 1, 21)
    line = ends[0] + (ends[2] - ends[0]) * t[:, None]
    curve = regression.along(pivots, t)
    assert torch.equal(curve[0], ends[0])
    assert regression.log_density(SMALL, curve).min() > regression.log_density(SMALL, line).min()


def test_the_whole_curve_lies_on_its_plane_and_its_middle_is_no_pivot():
    pivots = torch.randn(3, 9, generator=torch.Generator().manual_seed(0))
    curve = regression.along(pivots, torch.linspace(0, 1, 5))
    assert regression.plane_of(pivots).distance(curve).max() < 1e-5
    torch.testing.assert_close(curve[2], 0.25 * pivots[0] + 0.5 * pivots[1] + 0.25 * pivots[2])
