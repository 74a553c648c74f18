"""Rescaled units: the same function, and one shortest point."""

import pytest
import torch

from ldiv_utils.networks import from_point, initial_point, logits, network
from ldiv_utils.points.alignment import sizes
from ldiv_utils.points.gauge import balanced, rescaled
from ldiv_utils.points.twins import scaled_channels

SHAPE = (1, 6, 6)


@pytest.fixture
def net():
    return network("small_cnn", SHAPE, 4)


@pytest.fixture
def scales(net):
    generator = torch.Generator().manual_seed(1)
    return {group: torch.rand(n, generator=generator) * 3 + 0.2 for group, n in sizes(net).items()}


def test_scaled_units_give_the_same_logits(net, scales):
    point, images = initial_point(net, 0), torch.randn(5, *SHAPE, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(logits(net, rescaled(net, point, scales), images), logits(net, point, images))


def test_scaled_units_are_the_twin_with_these_channels(net, scales):
    """Two implementations, by groups of units and by layers, of one equation."""
    point = initial_point(net, 0)
    torch.testing.assert_close(rescaled(net, point, scales), scaled_channels(net, point, list(scales.values())))


def test_a_scaled_point_is_balanced_to_the_same_one(net, scales):
    point = initial_point(net, 0)
    torch.testing.assert_close(balanced(net, rescaled(net, point, scales)), balanced(net, point), atol=1e-4, rtol=1e-3)


def test_a_balanced_unit_is_made_by_as_much_as_reads_it_and_its_point_is_shorter(net):
    point = initial_point(net, 0)
    came = balanced(net, point)
    tensors = from_point(net, came)
    makes = tensors["convolutions.0.weight"].flatten(1).square().sum(1) + tensors["convolutions.0.bias"].square()
    reads = tensors["convolutions.1.weight"].square().sum((0, 2, 3))
    torch.testing.assert_close(makes, reads, atol=1e-4, rtol=1e-3)
    assert came.norm() < point.norm()


def test_normalised_networks_are_refused():
    net = network("resnet20", SHAPE, 4)
    with pytest.raises(ValueError, match="allowed: one without"):
        rescaled(net, initial_point(net, 0), {})
