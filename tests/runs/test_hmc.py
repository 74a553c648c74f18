"""Hamiltonian Monte Carlo: on Gaussians, whose variances are known, and by what exact motion keeps."""

import pytest
import torch

from ldiv_utils.runs import hmc

VARIANCES = torch.tensor([0.25, 1.0, 4.0])


def gaussian(places):
    return -(places.square() / (2 * VARIANCES.to(places.dtype))).sum(1)


def quartic(places):
    return -(places**4).sum(1) / 4 - places.square().sum(1) / 2


def start(count, seed=0):
    return torch.randn(count, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_variances_of_a_gaussian_come_out_to_five_per_cent():
    draws = hmc.hmc(gaussian, torch.zeros(400, 3), 0.3, 6, 120, torch.Generator().manual_seed(0)).draws[20:]
    torch.testing.assert_close(draws.flatten(0, 1).var(0), VARIANCES, rtol=0.05, atol=0)
    assert draws.flatten(0, 1).mean(0).abs().max() < 0.05


def test_a_step_too_long_for_the_motion_is_mended_by_rejection():
    """Leaps alone keep another energy: the narrow direction would have a variance of 0.25 / (1 − 0.7²) = 0.49."""
    found = hmc.hmc(gaussian, torch.zeros(400, 3), 0.7, 4, 220, torch.Generator().manual_seed(1))
    assert found.accepted.mean() < 0.95
    torch.testing.assert_close(found.draws[20:].flatten(0, 1).var(0), VARIANCES, rtol=0.05, atol=0)


def test_the_error_of_the_energy_falls_as_the_square_of_the_step():
    place, momenta, errors = hmc.at(quartic, start(50)), start(50, seed=1), []
    for step, leaps in ((0.04, 25), (0.02, 50), (0.01, 100)):  # one way, in finer leaps
        end, ended = hmc.leapfrog(quartic, place, momenta, step, leaps)
        errors.append((hmc.energy(end, ended) - hmc.energy(place, momenta)).abs().mean().item())
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.1)


def test_a_way_can_be_gone_back():
    place, momenta = hmc.at(quartic, start(5)), start(5, seed=1)
    end, ended = hmc.leapfrog(quartic, place, momenta, 0.1, 20)
    back, returned = hmc.leapfrog(quartic, end, -ended, 0.1, 20)
    torch.testing.assert_close(back.places, place.places)
    torch.testing.assert_close(-returned, momenta)


def test_chains_do_not_touch_each_other():
    """Where the second chain is, and whether it is accepted, plays no part for the first."""
    one, other = torch.tensor([[0.0, 0, 0], [1, 1, 1]]), torch.tensor([[0.0, 0, 0], [50, 50, 50]])
    found = [hmc.hmc(gaussian, starts, 0.3, 5, 20, torch.Generator().manual_seed(0)).draws for starts in (one, other)]
    torch.testing.assert_close(found[0][:, 0], found[1][:, 0])
    assert not torch.equal(found[0][:, 1], found[1][:, 1])


def test_a_place_without_density_is_never_taken():
    def half(places):
        return torch.where(places[:, 0] > 0, gaussian(places), torch.nan)

    found = hmc.hmc(half, torch.ones(50, 3), 0.3, 5, 50, torch.Generator().manual_seed(0))
    assert (found.draws[..., 0] > 0).all()
    assert 0 < found.accepted.mean() < 1
