"""Networks with a variance: what they are fitted to, and what becomes of several."""

import pytest
import torch

from ldiv_utils.datasets.regression import CUBIC, cubic
from ldiv_utils.studies import heads
from ldiv_utils.studies.regression import Fit

DATA = heads.Cubic(count=40)


@pytest.fixture(scope="module")
def fits():
    return heads.cubic_fits.__wrapped__(DATA, 3, Fit(200, 1e-2, 0), 0.01)


def residuals(thetas):
    x, y = cubic(DATA.count, DATA.noise, DATA.seed)
    mean, variance = heads.heads(thetas, x / CUBIC)
    return (y - mean * CUBIC**3), variance.sqrt() * CUBIC**3


def test_a_variance_is_above_zero_whatever_the_output():
    _, variance = heads.heads(torch.full((1, 402), -50.0), torch.ones(1))
    assert variance.item() >= heads.LEAST * 0.99


def test_the_variance_is_fitted_to_the_residuals(fits):
    left, said = residuals(fits["likely"])
    assert 0.5 < (left / said).square().mean() < 1.5
    left, said = residuals(fits["squared"])
    assert not 0.5 < (left / said).square().mean() < 1.5  # fitted to the error alone, the second output says nothing


def test_every_way_begins_at_the_same_networks_and_ends_elsewhere(fits):
    assert not torch.equal(fits["likely"], fits["squared"])
    assert not torch.equal(fits["likely"], fits["hardened"])
    still = heads.cubic_fits.__wrapped__(DATA, 3, Fit(1, 1e-9, 0), 0.01)
    torch.testing.assert_close(still["likely"], still["squared"])


def test_moved_by_nothing_a_hardened_network_is_a_likely_one():
    still = heads.cubic_fits.__wrapped__(DATA, 2, Fit(20, 1e-2, 0), 0.0)
    torch.testing.assert_close(still["hardened"], still["likely"], atol=1e-4, rtol=1e-3)


def test_panels_are_the_spread_one_network_and_the_mixture(fits):
    x = torch.linspace(-6, 6, 7)
    panels = heads.cubic_panels(fits, x)
    alone = torch.stack([heads.heads(theta[None], x / CUBIC)[0][0] for theta in fits["squared"]]) * 64
    torch.testing.assert_close(panels["squared"][1], alone.std(0, correction=0), rtol=1e-3, atol=1e-3)
    means, variances = heads.heads(fits["likely"], x / CUBIC)
    torch.testing.assert_close(panels["one"][0], means[0] * 64)
    whole = (variances + means.square()).mean(0) - means.mean(0).square()
    torch.testing.assert_close(panels["mixture"][1], whole.sqrt() * 64, rtol=1e-3, atol=1e-2)


def test_what_a_band_holds_is_counted_where_data_may_lie_and_beyond():
    x = torch.tensor([-6.0, -1.0, 0.0, 5.0])
    panels = {"band": (x**3 + torch.tensor([1.0, 1.0, 4.0, 4.0]), torch.ones(4))}
    assert heads.covered(panels, x)["band"].tolist() == [0.5, 0.5]
