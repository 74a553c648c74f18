"""Networks and points: sizes counted by hand, and the way there and back."""

import pytest
import torch
from torch import nn

from ldiv_utils import networks

SHAPES = [(3, 32, 32), (1, 8, 8), (3, 7, 5)]
ARCHITECTURES = ["small_cnn", "medium_cnn", "resnet20"]


def convolution(before, after, kernel=3, bias=True):
    return before * after * kernel**2 + after * bias


def test_sizes_counted_by_hand():
    small = convolution(3, 16) + convolution(16, 32) + convolution(32, 32) + (4 * 4 * 32 * 10 + 10)
    medium = sum(convolution(*c) for c in [(3, 64), (64, 128), (128, 256), (256, 256)]) + (2 * 2 * 256 * 10 + 10)
    blocks = [(16, 16)] * 3 + [(16, 32)] + [(32, 32)] * 2 + [(32, 64)] + [(64, 64)] * 2
    resnet = convolution(3, 16, bias=False) + 2 * 16 + (64 * 10 + 10)
    for before, after in blocks:
        resnet += convolution(before, after, bias=False) + convolution(after, after, bias=False) + 4 * after
        resnet += convolution(before, after, kernel=1) if before != after else 0
    sizes = [networks.size(networks.network(a, (3, 32, 32), 10)) for a in ARCHITECTURES]
    assert sizes == [small, medium, resnet] == [19_466, 971_146, 272_378]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("shape", SHAPES)
def test_any_input_size_gives_one_row_of_logits_per_image(architecture, shape):
    net = networks.network(architecture, shape, 7)
    assert networks.logits(net, networks.initial_point(net, 0), torch.rand(2, *shape)).shape == (2, 7)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_point_survives_the_way_to_a_network_and_back(architecture):
    net = networks.network(architecture, (3, 32, 32), 10)
    point = torch.randn(networks.size(net))
    net.load_state_dict(networks.from_point(net, point), strict=False)
    assert networks.to_point(net).equal(point)


def test_logits_are_those_of_the_plain_module():
    net = networks.network("small_cnn", (3, 32, 32), 10)
    point, images = networks.initial_point(net, 3), torch.rand(4, 3, 32, 32)
    first, second, third = net.convolutions
    plain = nn.Sequential(
        first,
        nn.MaxPool2d(2),
        nn.ReLU(),
        second,
        nn.MaxPool2d(2),
        nn.ReLU(),
        third,
        nn.MaxPool2d(2),
        nn.Flatten(),
        net.dense,
    )
    torch.testing.assert_close(networks.logits(net, point, images), plain(images))


def test_a_point_of_the_wrong_length_is_named():
    net = networks.network("small_cnn", (1, 8, 8), 10)
    with pytest.raises(ValueError, match=r"shape \(3,\) was given; this network has 14378 parameters"):
        networks.from_point(net, torch.zeros(3))


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_architecture_is_named():
    with pytest.raises(ValueError, match="'vgg' is unknown; allowed: small_cnn, medium_cnn, resnet20"):
        networks.network("vgg", (3, 32, 32), 10)


def test_initial_weights_are_uniform_within_glorots_bounds():
    net = networks.network("medium_cnn", (3, 32, 32), 10)
    point = networks.from_point(net, networks.initial_point(net, 0))
    weight, bias = point["convolutions.1.weight"], point["convolutions.1.bias"]
    for values, bound in [(weight, (6 / (9 * 64 + 9 * 128)) ** 0.5), (bias, (6 / (1 + 128)) ** 0.5)]:
        assert values.abs().max() <= bound
        assert values.abs().max() > 0.9 * bound
    torch.testing.assert_close(weight.std().item(), (6 / (9 * 192)) ** 0.5 / 3**0.5, rtol=0.02, atol=0)


def test_the_seed_decides_the_initial_point():
    net = networks.network("small_cnn", (1, 8, 8), 10)
    assert networks.initial_point(net, 1).equal(networks.initial_point(net, 1))
    assert not networks.initial_point(net, 1).equal(networks.initial_point(net, 2))


def test_calibration_takes_the_statistics_of_these_images_at_this_point():
    net = networks.network("resnet20", (3, 8, 8), 10)
    images = torch.rand(50, 3, 8, 8)
    networks.calibrate(net, networks.initial_point(net, 9), torch.rand(20, 3, 8, 8))  # must leave no trace
    point = networks.initial_point(net, 0)
    networks.calibrate(net, point, images)
    after_first = nn.functional.conv2d(images, networks.from_point(net, point)["conv.weight"], padding=1)
    torch.testing.assert_close(net.norm.running_mean, after_first.mean((0, 2, 3)))
    torch.testing.assert_close(net.norm.running_var, after_first.transpose(0, 1).flatten(1).var(1))
    assert not net.training
