"""The toy landscape, by hand and by brute force."""

from itertools import combinations

import pytest
import torch

from ldiv_utils.points.wedges import crossing, wedge_descent, wedge_gradient, wedge_loss


def test_loss_and_gradient_by_hand():
    point = torch.tensor([5.0, -4, 3, 12])
    assert wedge_loss(point, 2) == 5
    assert wedge_gradient(point, 2).tolist() == [0, -4, 3, 0]


def test_loss_is_the_distance_from_the_nearest_of_all_wedges():
    """By brute force over every choice of the short axes."""
    points = torch.randn(20, 7, generator=torch.Generator().manual_seed(0))
    each = torch.stack([points[:, list(short)].norm(dim=1) for short in combinations(range(7), 3)])
    torch.testing.assert_close(wedge_loss(points, 3), each.amin(0))


def test_gradient_is_that_of_half_the_squared_loss():
    point = torch.randn(9, generator=torch.Generator().manual_seed(1)).requires_grad_()
    (expected,) = torch.autograd.grad(0.5 * wedge_loss(point, 4) ** 2, point)
    torch.testing.assert_close(wedge_gradient(point.detach(), 4), expected)


def test_descent_reaches_a_wedge_and_keeps_its_place_along_a_normal():
    generator = torch.Generator().manual_seed(2)
    points, normals = torch.randn(2, 6, 30, generator=generator)
    normals = normals / normals.norm(dim=1, keepdim=True)
    ended = wedge_descent(points, 6, normals)
    assert wedge_loss(ended, 6).max() < 1e-4
    moved = ((ended - points) * normals).sum(1)
    assert moved.abs().max() < 1e-5 < (wedge_descent(points, 6) - points).norm(dim=1).min()


def test_ways_by_the_crossing_cost_nothing():
    generator = torch.Generator().manual_seed(3)
    a, b = (p - wedge_gradient(p, 20) for p in torch.randn(2, 5, 100, generator=generator))
    t = torch.linspace(0, 1, 21)[:, None, None]
    for end in (a, b):
        assert wedge_loss((1 - t) * end + t * crossing(a, b), 20).max() == 0
    assert wedge_loss((a + b) / 2, 20).min() > 0.1


@pytest.mark.parametrize("short", [0, 5])
def test_short_axes_are_some_of_all(short):
    with pytest.raises(ValueError, match="allowed: 1 to 4"):
        wedge_loss(torch.ones(4), short)
