"""Points drawn from inside a simplex, and its volume."""

import math

import pytest
import torch

from ldiv_utils.points.simplexes import inside, squared_volume


@pytest.mark.parametrize("k", [2, 3, 5])
def test_points_from_inside_have_the_moments_of_dirichlet(k):
    """Mean 1/k, variance (k − 1)/(k²(k + 1)): uniform numbers, normalised, have less variance."""
    drawn = inside(200_000, k, torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(drawn.mean(0), torch.full((k,), 1 / k, dtype=torch.float64), atol=2e-3, rtol=0)
    variance = (k - 1) / (k**2 * (k + 1))
    torch.testing.assert_close(drawn.var(0), torch.full((k,), variance, dtype=torch.float64), atol=0, rtol=0.02)


def test_coefficients_from_inside_sum_to_one():
    drawn = inside(1_000, 4, torch.Generator().manual_seed(1))
    assert (drawn > 0).all()
    torch.testing.assert_close(drawn.sum(1), torch.ones(1_000))


def test_two_vertices_from_inside_are_even():
    drawn = inside(100_000, 2, torch.Generator().manual_seed(2))[:, 0]
    quarters = torch.histc(drawn, bins=4, min=0, max=1) / len(drawn)
    torch.testing.assert_close(quarters, torch.full((4,), 0.25), atol=5e-3, rtol=0)


def test_volumes_of_a_segment_a_triangle_and_a_tetrahedron():
    """3-4-5: a length of 5, an area of 6; and the corner of a cube of side 2 holds 8/6."""
    triangle = torch.tensor([[0.0, 0], [3, 0], [0, 4]])
    corner = torch.cat([torch.zeros(1, 3), 2 * torch.eye(3)])
    for vertices, volume in ((triangle[1:], 5), (triangle, 6), (corner, 8 / 6)):
        assert squared_volume(vertices).sqrt().item() == pytest.approx(volume, rel=1e-9)


@pytest.mark.parametrize("k", [2, 3, 4, 6])
def test_volume_is_that_of_the_gram_determinant(k):
    vertices = torch.randn(k, 30, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
    edges = vertices[1:] - vertices[0]
    expected = torch.linalg.det(edges @ edges.T) / math.factorial(k - 1) ** 2
    torch.testing.assert_close(squared_volume(vertices), expected, rtol=1e-8, atol=0)


def test_a_flat_simplex_has_no_volume_and_one_vertex_is_refused():
    assert squared_volume(torch.tensor([[0.0, 0], [1, 1], [2, 2]])) < 1e-12
    with pytest.raises(ValueError, match="allowed: 2 or more"):
        squared_volume(torch.ones(1, 3))
