"""The cheap mask is a dropout mask: right shares, right scale, independent entries."""

import pytest
import torch

from ldiv_utils.networks.cpu import dropout


@pytest.mark.parametrize("probability", [0.1, 0.5])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_share_and_value_of_what_is_kept(probability, dtype):
    torch.manual_seed(0)
    n = 1_000_000
    x = dropout(torch.ones(n, dtype=dtype), probability, training=True)
    dropped = (x == 0).double().mean().item()
    assert abs(dropped - probability) < 5 * (probability * (1 - probability) / n) ** 0.5 + 2**-15
    kept = torch.tensor(1 / (1 - probability), dtype=dtype)
    assert (x[x != 0] == kept).all()


def test_neighbours_are_dropped_independently():
    torch.manual_seed(0)
    dropped = (dropout(torch.ones(1_000_000, dtype=torch.bfloat16), 0.5, training=True) == 0).double()
    for lag in (1, 2, 3, 4, 8):
        correlation = torch.corrcoef(torch.stack([dropped[:-lag], dropped[lag:]]))[0, 1]
        assert abs(correlation) < 5e-3


def test_the_global_seed_decides_the_mask_and_the_layout_stays():
    x = torch.ones(8, 6, 4, 4, dtype=torch.bfloat16).contiguous(memory_format=torch.channels_last)
    masks = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        masks.append(dropout(x, 0.5, training=True))
    assert masks[0].equal(masks[1])
    assert not masks[0].equal(masks[2])
    assert masks[0].stride() == x.stride()


def test_gradients_are_masked_alike():
    torch.manual_seed(0)
    x = torch.ones(1000, dtype=torch.bfloat16, requires_grad=True)
    y = dropout(x, 0.5, training=True)
    y.sum().backward()
    assert x.grad.equal(y.detach())


def test_evaluation_changes_nothing():
    x = torch.ones(3)
    assert dropout(x, 0.5, training=False) is x
