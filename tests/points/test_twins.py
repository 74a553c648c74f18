"""Twins give the same logits, and another picture: both ConvNets, on images that end in blocks of 1×1 and of more."""

import pytest
import torch

from ldiv_utils.networks import from_point, initial_point, logits, network
from ldiv_utils.points import (
    filter_normalised,
    octaves,
    random_direction,
    scaled_channels,
    scaled_layers,
    unit_channels,
)
from ldiv_utils.points.twins import widths

NETS = [("small_cnn", (1, 8, 8)), ("small_cnn", (3, 32, 32)), ("medium_cnn", (1, 8, 8)), ("medium_cnn", (3, 32, 32))]


def case(architecture, shape):
    net = network(architecture, shape, 10)
    images = torch.randn(4, *shape, generator=torch.Generator().manual_seed(1))
    return net, initial_point(net, 0), images


@pytest.mark.parametrize(("architecture", "shape"), NETS)
def test_channels_scaled_by_powers_of_two_give_the_same_logits_to_the_last_bit(architecture, shape):
    net, theta, images = case(architecture, shape)
    twin = scaled_channels(net, theta, octaves(net, 3, seed=0))
    assert (twin - theta).norm() > theta.norm()
    assert logits(net, twin, images).equal(logits(net, theta, images))


@pytest.mark.parametrize(("architecture", "shape"), NETS)
def test_channels_scaled_by_anything_positive_give_the_same_logits(architecture, shape):
    net, theta, images = case(architecture, shape)
    generator = torch.Generator().manual_seed(2)
    factors = [0.1 + 3 * torch.rand(n, generator=generator) for n in widths(net)]
    outputs = logits(net, theta, images)
    torch.testing.assert_close(logits(net, scaled_channels(net, theta, factors), images), outputs, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(logits(net, unit_channels(net, theta), images), outputs, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("architecture", "shape"), NETS[1::2])
def test_layers_scaled_give_the_same_logits(architecture, shape):
    net, theta, images = case(architecture, shape)
    factors = [0.3, 5.0, 2.0, 0.7][: len(widths(net))]
    twin = scaled_layers(net, theta, factors)
    torch.testing.assert_close(logits(net, twin, images), logits(net, theta, images), atol=1e-4, rtol=1e-4)
    one, other = from_point(net, theta), from_point(net, twin)
    torch.testing.assert_close(other["convolutions.0.bias"], 0.3 * one["convolutions.0.bias"])
    torch.testing.assert_close(other["convolutions.1.weight"], 5.0 / 0.3 * one["convolutions.1.weight"])
    torch.testing.assert_close(other["dense.weight"], one["dense.weight"] / factors[-1])
    assert other["dense.bias"].equal(one["dense.bias"])


def test_what_is_given_stays():
    net, theta, _ = case("small_cnn", (1, 8, 8))
    before = theta.clone()
    scaled_channels(net, theta, octaves(net, 3, seed=0))
    assert theta.equal(before)


def test_filter_normalised_cuts_are_those_of_any_twin_by_layers_and_of_no_twin_by_channels():
    """The claim of the chapter: the same step along the same random numbers is the same function again, or another."""
    net, theta, images = case("small_cnn", (3, 32, 32))
    direction = random_direction(net, 0)

    def stepped(theta, norm=filter_normalised):
        return logits(net, theta + 0.3 * norm(net, direction, theta), images)

    by_layers = scaled_layers(net, theta, (8.0, 0.25, 4.0))
    by_channels = scaled_channels(net, theta, octaves(net, 3, seed=0))
    assert stepped(by_layers).equal(stepped(theta))
    assert (stepped(by_channels) - stepped(theta)).abs().max() > 1
    plain = [stepped(point, lambda _, d, __: d / d.norm()) for point in (theta, by_layers)]
    assert (plain[0] - plain[1]).abs().max() > 1


def test_unit_channels_are_of_length_one_and_the_same_of_all_twins():
    net, theta, _ = case("small_cnn", (3, 32, 32))
    unit = unit_channels(net, theta)
    for name, weights in from_point(net, unit).items():
        if name.startswith("convolutions") and name.endswith("weight"):
            torch.testing.assert_close(weights.flatten(1).norm(dim=1), torch.ones(len(weights)))
    twin = unit_channels(net, scaled_channels(net, theta, octaves(net, 3, seed=1)))
    torch.testing.assert_close(twin, unit, atol=1e-5, rtol=1e-5)


def test_octaves_are_powers_of_two_up_to_the_most():
    net = network("medium_cnn", (1, 8, 8), 10)
    drawn = torch.cat(octaves(net, 2, seed=0)).log2()
    assert sorted(set(drawn.tolist())) == [-2, -1, 0, 1, 2]
    assert not torch.cat(octaves(net, 2, seed=1)).log2().equal(drawn)


def test_what_does_not_fit_is_refused():
    net, theta, _ = case("small_cnn", (1, 8, 8))
    with pytest.raises(ValueError, match=r"allowed: \[\(16,\), \(32,\), \(32,\)\]"):
        scaled_channels(net, theta, [torch.ones(16), torch.ones(32)])
    with pytest.raises(ValueError, match="all positive"):
        scaled_layers(net, theta, (1.0, -1.0, 1.0))
    with pytest.raises(ValueError, match="allowed: 3"):
        scaled_layers(net, theta, (1.0, 2.0))
    with pytest.raises(ValueError, match="allowed: a ConvNet"):
        octaves(network("resnet20", (1, 8, 8), 10), 1, seed=0)
    dead = theta.clone()
    from_point(net, dead)["convolutions.0.weight"][3] = 0
    with pytest.raises(ValueError, match="only zeros"):
        unit_channels(net, dead)
