"""Many small dense networks at once: against plain PyTorch, one at a time."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from ldiv_utils.networks import perceptron

WIDTHS = (2, 5, 4, 3)


def plain(theta, inputs):
    """The same network, layer by layer, as PyTorch has it."""
    hidden, start = inputs, 0
    for layer, (fan_in, fan_out) in enumerate(pairwise(WIDTHS)):
        dense = nn.Linear(fan_in, fan_out)
        weights = theta[start : start + fan_in * fan_out].view(fan_in, fan_out)
        dense.weight.data = weights.T * (2 / fan_in) ** 0.5
        start += fan_in * fan_out
        dense.bias.data = theta[start : start + fan_out]
        start += fan_out
        hidden = dense(hidden.relu() if layer else hidden)
    return hidden


def test_each_network_is_that_of_pytorch():
    draw = torch.Generator().manual_seed(0)
    thetas = torch.randn(6, perceptron.entries(WIDTHS), generator=draw)
    inputs = torch.randn(7, 2, generator=draw)
    expected = torch.stack([plain(theta, inputs) for theta in thetas])
    torch.testing.assert_close(perceptron.outputs(thetas, WIDTHS, inputs), expected)


def test_networks_may_have_inputs_of_their_own():
    draw = torch.Generator().manual_seed(0)
    thetas = torch.randn(2, perceptron.entries(WIDTHS), generator=draw)
    inputs = torch.randn(2, 7, 2, generator=draw)
    own = perceptron.outputs(thetas, WIDTHS, inputs)
    for m in range(2):
        torch.testing.assert_close(own[m], perceptron.outputs(thetas[m : m + 1], WIDTHS, inputs[m])[0])


def test_functions_of_the_prior_are_as_large_at_any_width():
    draw, one = torch.Generator().manual_seed(0), torch.ones(1, 2)
    deviations = []
    for width in (10, 100):
        widths = (2, width, width, 1)
        thetas = torch.randn(4_000, perceptron.entries(widths), generator=draw)
        deviations.append(perceptron.outputs(thetas, widths, one).std().item())
    assert deviations[1] == pytest.approx(deviations[0], rel=0.1)


def test_a_point_of_another_length_is_refused():
    with pytest.raises(ValueError, match="points of 3 entries were given; allowed with widths"):
        perceptron.outputs(torch.zeros(1, 3), WIDTHS, torch.zeros(1, 2))
