"""Renumbered units: the same function, by data that say which axis of which tensor moves."""

import pytest
import torch
from torch import nn

from ldiv_utils.networks import from_point, logits, network, size, to_point
from ldiv_utils.points.alignment import axes_of, inverse, permute, random_permutations, sizes
from ldiv_utils.studies.widths import normalised, perceptron

SHAPE = (3, 12, 12)  # leaves SmallCNN 2 × 2 places, so that its dense layer reads blocks


def some(name):
    match name:
        case "perceptron":
            return perceptron(SHAPE, 4, 7).eval()
        case "layer norm":
            return nn.Sequential(nn.Flatten(), nn.Linear(432, 6), nn.LayerNorm(6), nn.ReLU(), nn.Linear(6, 4)).eval()
        case "batch norm":
            return normalised((3, 4), SHAPE, 4).eval()
    return network(name, SHAPE, 4)


def drawn(net, seed=0):
    """A point without a zero, biases and scales of normalisation included."""
    return 0.2 * torch.randn(size(net), generator=torch.Generator().manual_seed(seed))


every_kind = pytest.mark.parametrize(
    "name", ["small_cnn", "medium_cnn", "resnet20", "perceptron", "layer norm", "batch norm"]
)


@every_kind
def test_a_renumbered_network_gives_the_same_logits(name):
    net = some(name)
    point, generator = drawn(net), torch.Generator().manual_seed(1)
    images = torch.randn(5, *SHAPE, generator=generator)
    moved = permute(net, point, random_permutations(net, generator))
    assert (moved != point).float().mean() > 0.5
    torch.testing.assert_close(logits(net, moved, images), logits(net, point, images), atol=1e-4, rtol=1e-4)


@every_kind
def test_the_axes_of_each_tensor_are_told_and_as_long_as_their_groups(name):
    net = some(name)
    tensors, axes, groups = dict(net.named_parameters()), axes_of(net), sizes(net)
    assert set(axes) == set(tensors)
    for key, of in axes.items():
        assert len(of) == tensors[key].dim()
        assert all(n % groups[group] == 0 for group, n in zip(of, tensors[key].shape, strict=True) if group)


@every_kind
def test_the_inverse_undoes_a_renumbering(name):
    net = some(name)
    p = random_permutations(net, torch.Generator().manual_seed(2))
    point = drawn(net)
    assert torch.equal(permute(net, permute(net, point, p), inverse(p)), point)


def test_two_units_by_hand():
    """Place 0 takes the old unit 1: its row, its bias, its column."""
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    point = torch.tensor([1.0, 2, 3, 4, 5, 6, 10, 20, 30, 100, 200, 300, 7])
    came = permute(net, point, {"0": torch.tensor([1, 2, 0])})
    assert came.tolist() == [3, 4, 5, 6, 1, 2, 20, 30, 10, 200, 300, 100, 7]


def test_a_unit_s_block_of_a_dense_layer_moves_whole():
    net = network("small_cnn", SHAPE, 4)
    point, p = drawn(net), torch.randperm(32, generator=torch.Generator().manual_seed(3))
    last = list(sizes(net))[-1]
    before, after = (from_point(net, x)["dense.weight"].view(4, 32, 4) for x in (point, permute(net, point, {last: p})))
    assert torch.equal(after, before[:, p])


def test_resnet_has_three_streams_and_nine_blocks_and_its_shortcuts_move_with_their_biases():
    axes = axes_of(network("resnet20", SHAPE, 4))
    groups = {group for of in axes.values() for group in of if group}
    streams = {"conv", "blocks.3.shortcut", "blocks.6.shortcut"}
    assert groups == streams | {f"blocks.{k}.conv1" for k in range(9)}
    assert axes["blocks.3.shortcut.bias"] == ("blocks.3.shortcut",)
    assert axes["blocks.3.shortcut.weight"] == ("blocks.3.shortcut", "conv", None, None)
    assert axes["blocks.5.conv2.weight"] == ("blocks.3.shortcut", "blocks.5.conv1", None, None)


def test_what_cannot_be_renumbered_is_refused():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.GroupNorm(2, 4), nn.Flatten(), nn.Linear(400, 2))
    with pytest.raises(ValueError, match="GroupNorm was given; allowed: convolutions, dense layers"):
        axes_of(net)


def test_a_network_s_own_point_is_what_the_axes_are_of():
    net = some("perceptron")
    assert torch.equal(permute(net, to_point(net), {}), to_point(net))
