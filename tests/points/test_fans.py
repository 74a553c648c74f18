"""Unfolded triangles against corners counted by hand, and their lengths and angles against those in weight space."""

from itertools import pairwise

import pytest
import torch

from ldiv_utils.points.fans import spokes, unfolded


def test_three_corners_at_right_angles_by_hand():
    places = unfolded(torch.eye(3), each=2)
    expected = torch.tensor([[1, 0], [0.5, 0.5], [0, 1], [-0.5, 0.5], [-1, 0]])
    torch.testing.assert_close(places, expected, atol=1e-6, rtol=0)


def test_spokes_are_the_corners_and_even_steps_between():
    corners = torch.tensor([[0.0, 3], [3, 0], [3, 6]])
    expected = [[0, 3], [1, 2], [2, 1], [3, 0], [3, 2], [3, 4], [3, 6]]
    torch.testing.assert_close(torch.stack(list(spokes(corners, each=3))), torch.tensor(expected, dtype=torch.float32))


def test_corners_stay_as_they_are_to_the_bit():
    corners = torch.randn(4, 7, generator=torch.Generator().manual_seed(0))
    made = torch.stack(list(spokes(corners, each=3)))
    assert made[::3].equal(corners)


def test_lengths_and_steps_stay_and_the_angle_is_the_sum():
    corners = torch.randn(5, 40, generator=torch.Generator().manual_seed(1)).double().float()
    places, made = unfolded(corners, each=4), torch.stack(list(spokes(corners, each=4)))
    torch.testing.assert_close(places.norm(dim=1), made.norm(dim=1))
    torch.testing.assert_close(places.diff(dim=0).norm(dim=1), made.diff(dim=0).norm(dim=1))
    angles = [torch.cosine_similarity(a, b, dim=0).acos() for a, b in pairwise(corners)]
    turned = torch.stack(angles).sum()
    expected = corners[-1].norm() * torch.stack([turned.cos(), turned.sin()])
    torch.testing.assert_close(places[-1], expected, atol=1e-4, rtol=0)


def test_neighbours_on_a_ray_span_no_triangle():
    with pytest.raises(ValueError, match="lie on one line"):
        unfolded(torch.tensor([[1.0, 0], [2, 0]]), each=1)
