"""The experiments on the toy: what they find, and by another way."""

import torch

from ldiv_utils.points.wedges import wedge_loss
from ldiv_utils.studies.wedges import Wedges, along, hyperplanes_between, on_random_planes, optima, paths, probes

TOY = Wedges(axes=40, long=32, repeats=6)


def test_optima_have_no_loss_and_differ():
    found = optima(TOY)
    assert wedge_loss(found, TOY.short).max() == 0
    assert len({tuple((p == 0).tolist()) for p in found}) == 12


def test_a_random_cut_holds_an_optimum_from_as_many_dimensions_as_axes_are_short():
    left = on_random_planes(TOY, (2, 4, 6, 7, 8, 12))["left"]
    assert left[:4].min() > 1e-3
    assert left[4:].max() < 1e-9
    assert (left.mean(1).diff() <= 0).all()


def test_probes_climb_by_the_share_of_short_axes():
    slope = probes(Wedges(axes=1_000, long=750, repeats=4))["slope"]
    assert abs(slope.square().mean().sqrt() - 0.5) < 0.01
    assert slope.std() < 0.05


def test_the_points_of_a_tunnel_reach_the_floor_and_stay_in_their_hyperplanes():
    a, b = optima(TOY).view(2, TOY.repeats, TOY.axes)
    normal = (b - a) / (b - a).norm(dim=-1, keepdim=True)
    for begin in ("line", "both ends", "one end"):
        pivots = hyperplanes_between(a, b, TOY.short, begin, inner=4)
        assert wedge_loss(pivots, TOY.short).max() < 1e-4
        assert torch.equal(pivots[:, 0], a) and torch.equal(pivots[:, -1], b)
        share = ((pivots - a[:, None]) * normal[:, None]).sum(-1) / (b - a).norm(dim=-1, keepdim=True)
        torch.testing.assert_close(share, torch.linspace(0, 1, 6).expand(6, 6), atol=1e-4, rtol=0)


def test_a_path_is_higher_between_its_points_than_at_them():
    """Looked at in its points alone, a tunnel would pass for flat."""
    a, b = optima(TOY).view(2, TOY.repeats, TOY.axes)
    pivots = hyperplanes_between(a, b, TOY.short, "line", inner=4)
    at, between = (along(pivots, torch.linspace(0, 1, n), TOY.short).amax(1) for n in (6, 51))
    assert at.max() < 1e-4 < 0.05 < between.min()


def test_tunnels_begun_from_both_ends_lie_in_two_halves_that_meet_at_the_junction():
    found = paths(Wedges())
    within, across = found["cosines_from_ends"][:, :5, :5], found["cosines_from_ends"][:, :5, 5:]
    assert within.min() > 0.4
    assert across.mean().abs() < 0.1
    half = (found["t"] - 0.5).abs() < 0.5 / 11
    assert found["from_ends"][:, half].amax(1).mean() > 1.5 * found["from_ends"][:, ~half].amax(1).mean()
    assert found["crossing"].max() == 0
