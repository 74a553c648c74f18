"""The mixture of Gaussians: its gradient against torch's, its lattice and its visitors by hand."""

import torch

from ldiv_utils.points import lattice, mixture_gradient, visited


def test_the_gradient_is_that_of_the_log_density():
    centres, draw = lattice(3), torch.Generator().manual_seed(0)
    theta = torch.randn(6, 2, generator=draw, dtype=torch.float64).requires_grad_()
    log = (-torch.cdist(theta, centres).square() / (2 * 0.3**2)).logsumexp(1)
    [expected] = torch.autograd.grad(-log.sum(), theta)
    torch.testing.assert_close(mixture_gradient(theta.detach(), centres, 0.3), expected)


def test_a_lattice_has_its_centres_a_unit_apart_around_the_origin():
    centres = lattice(5)
    assert centres.shape == (25, 2) and centres.mean(0).abs().max() == 0
    nearest = (torch.cdist(centres, centres) + 9 * torch.eye(25)).amin(1)
    assert nearest.equal(torch.ones(25, dtype=torch.float64))


def test_a_centre_is_visited_by_who_comes_near():
    centres = lattice(3)
    path = torch.tensor([[[0.0, 0.1], [1.0, 1.0]], [[0.9, 0.0], [1.0, 0.6]]], dtype=torch.float64)
    assert visited(path, centres, 0.2).sum(1).tolist() == [2, 1]
