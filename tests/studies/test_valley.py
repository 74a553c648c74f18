"""The landscape whose pass is known, and the film of a band on it."""

import torch

from ldiv_utils.studies import valley


def test_the_slope_is_the_gradient():
    points = torch.randn(20, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    [gradient] = torch.autograd.grad(valley.valley(points).sum(), points)
    torch.testing.assert_close(valley.slope(points), gradient)


def test_minima_and_pass_are_where_they_are_said_to_be():
    places = torch.tensor([*valley.MINIMA, valley.PASS])
    torch.testing.assert_close(valley.valley(places), torch.tensor([0.0, 0, 1]))
    torch.testing.assert_close(valley.slope(places), torch.zeros(3, 2))
    curvature = torch.autograd.functional.hessian(valley.valley, torch.tensor(valley.PASS))
    assert torch.linalg.eigvalsh(curvature).sign().tolist() == [-1, 1]  # down one way, up across it


def test_no_way_crosses_below_the_pass():
    across = torch.stack([torch.zeros(1001), torch.linspace(-5, 5, 1001)], -1)
    assert valley.valley(across).min() >= 1 - 1e-6


def test_the_film_begins_on_the_line_and_ends_on_the_valley_s_floor():
    frames = valley.settling()
    assert (frames[0].cycle, frames[0].step) == (1, 0)
    assert torch.equal(frames[0].band.points[:, 1], torch.zeros(5))
    assert all(torch.equal(f.band.points[[0, -1]], torch.tensor(valley.MINIMA)) for f in frames)
    last = {f.cycle: f for f in frames}  # the last frame of each cycle
    highest = [last[cycle].heights(50).max().item() for cycle in (1, 2, 3)]
    assert highest[0] > 1.5
    assert 1 <= highest[-1] < 1.03
    pivots = [len(last[cycle].band.points) for cycle in (1, 2, 3)]
    assert pivots == sorted(pivots) and pivots[-1] > 5
