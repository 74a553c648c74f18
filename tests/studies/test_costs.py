"""Multiplications counted by hand and against another's ResNet50; hours that follow from them."""

import pytest
import torch
from torch import nn

from ldiv_utils.datasets.torchvision_cpu import import_torchvision
from ldiv_utils.networks import network
from ldiv_utils.specs import Spec
from ldiv_utils.studies import costs


def test_a_convolution_and_a_dense_layer_by_hand():
    """4 filters of 3·3·3 weights at 6 × 6 places; strided, at 3 × 3; in two groups, half as many; 5 outputs of 16."""
    assert costs.multiplications(nn.Conv2d(3, 4, 3, padding=1), (3, 6, 6)) == 4 * 27 * 36
    assert costs.multiplications(nn.Conv2d(3, 4, 3, 2, padding=1), (3, 6, 6)) == 4 * 27 * 9
    assert costs.multiplications(nn.Conv2d(4, 4, 3, padding=1, groups=2), (4, 6, 6)) == 4 * 18 * 36
    assert costs.multiplications(nn.Sequential(nn.Flatten(), nn.Linear(16, 5)), (1, 4, 4)) == 80


def test_small_cnn_by_hand():
    """Three convolutions on 32, 16 and 8 pixels a side, and 512 × 10."""
    layers = 27 * 16 * 1024 + 144 * 32 * 256 + 288 * 32 * 64 + 5120
    assert costs.multiplications(network("small_cnn", (3, 32, 32), 10), (3, 32, 32)) == layers
    assert costs.multiplications(network("small_cnn", (3, 32, 32), 100), (3, 32, 32)) == layers + 512 * 90


def test_counting_leaves_a_network_as_it_was():
    net = network("resnet20", (3, 32, 32), 10).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    costs.multiplications(net, (3, 32, 32))
    assert net.training and not any(module._forward_hooks for module in net.modules())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@pytest.mark.parametrize("side", [32, 64, 224])
def test_resnet50_is_as_large_as_torchvision_s(side):
    import_torchvision()
    models = pytest.importorskip("torchvision.models")
    with torch.random.fork_rng([]):
        net = models.resnet50(num_classes=1000)
    assert costs.resnet50(side) == costs.multiplications(net, (3, side, side))


def test_a_run_is_three_passes_over_every_image_of_every_epoch():
    """One forward and two backward; CIFAR's 49,500 training images."""
    each = costs.multiplications(network("medium_cnn", (3, 32, 32), 100), (3, 32, 32))
    spec = Spec(architecture="medium_cnn", dataset="cifar100", epochs=7)
    assert costs.of_run(spec) == 3 * each * 49_500 * 7
    assert costs.imagenet(10, 2) == 3 * costs.resnet50() * 20


def test_hours_by_hand_and_bad_input():
    assert costs.hours(21_600_000, 3_000.0) == pytest.approx(2.0)
    with pytest.raises(ValueError, match="0 multiplications a second were given; allowed: more than 0"):
        costs.hours(1, 0.0)
    with pytest.raises(ValueError, match=r"an image of 100 pixels was given; allowed: a multiple of 32"):
        costs.resnet50(100)
