"""Connectors, hubs and simplexes of short runs on the digits."""

from dataclasses import replace

import pytest
import torch
from three_runs import SPEC, SPECS, three_runs, trained  # noqa: F401, the fixtures too

from ldiv_utils import datasets, networks
from ldiv_utils.points.connectors import hull_directions
from ldiv_utils.runs import connectors, ends
from ldiv_utils.runs.connectors import Join, connector, hub, simplex, unheld
from ldiv_utils.runs.descent import descend

HOW = Join(epochs=1)
pytestmark = pytest.mark.usefixtures("three_runs")


def test_a_connector_moves_at_right_angles_to_the_hull():
    """Adam bends a gradient: it is the step itself that must stay out of the hull."""
    optima = ends(SPECS)
    moved = connector(SPECS, HOW)["point"] - optima.mean(0)
    along = hull_directions(optima) @ moved
    assert moved.norm() > 0.1
    assert along.norm() < 1e-5 * moved.norm()


def test_a_connector_is_trained_one_loss_for_each_epoch():
    losses = connector(SPECS[:2], Join(epochs=3))["losses"]
    assert losses.shape == (3,)
    assert losses[-1] < losses[0]


def test_a_middle_that_is_free_leaves_the_hull_s_right_angles_by_the_same_batches_and_rates(monkeypatch):
    """The control differs from the connector in the hull alone: so do what both ask of the descent."""
    asked = []
    monkeypatch.setattr(connectors, "descend", lambda *of, **more: asked.append((of, more)) or descend(*of, **more))
    held, free = connector.__wrapped__(SPECS, HOW), unheld.__wrapped__(SPECS, "middle", HOW)
    (with_hull, one), (without, other) = asked
    assert with_hull[0] == without[0]
    assert all(torch.equal(a, b) for a, b in zip(with_hull[1:], without[1:], strict=True))
    assert one.pop("normals") is not None
    assert one.pop("partial") != other.pop("partial")
    assert one == other
    along = hull_directions(ends(SPECS)) @ (free["point"] - ends(SPECS).mean(0))
    assert along.norm() > 0.01
    assert not torch.equal(held["point"], free["point"])


def test_controls_begin_where_they_say(monkeypatch):
    starts = []
    monkeypatch.setattr(
        connectors, "descend", lambda spec, start, *_, **__: starts.append(start) or descend(spec, start, *_, **__)
    )
    for begun in ("fresh", "optimum", "middle"):
        unheld.__wrapped__(SPECS, begun, HOW)
    fresh, optimum, middle = torch.cat(starts)
    data = datasets.facts("digits")
    assert torch.equal(fresh, networks.initial_point(networks.network("small_cnn", data.shape, 10), SPECS[0].init_seed))
    assert torch.equal(optimum, ends(SPECS)[0])
    assert torch.equal(middle, ends(SPECS).mean(0))


def test_a_hub_moves_and_optima_stay_to_the_bit(monkeypatch):
    """The trap: an optimum that is trained too; the hub's result would not show it."""
    ended = []

    def noting(*of, **more):
        ended.append(descend(*of, **more))
        return ended[-1]

    monkeypatch.setattr(connectors, "descend", noting)
    optima, point = ends(SPECS), hub.__wrapped__(SPECS, HOW)["point"]
    assert torch.equal(ended[0].pivots, torch.cat([optima, point[None]]))
    assert hull_directions(torch.stack([optima.mean(0), point])).shape == (1, len(point))


def test_a_simplex_keeps_the_vertices_it_has_to_the_bit():
    """Growing the third vertex leaves the solution and the second as they were."""
    two, three = simplex(SPECS[0], 1, HOW)["vertices"], simplex(SPECS[0], 2, HOW)["vertices"]
    assert torch.equal(three[0], ends(SPECS[:1])[0])
    assert torch.equal(three[:2], two)
    assert (three[2] - three[:2].mean(0)).norm() > 0.01


def test_another_seed_takes_other_points_from_inside():
    one, other = (simplex(SPECS[0], 1, replace(HOW, seed=seed))["vertices"][1] for seed in (0, 1))
    assert not torch.equal(one, other)


def test_no_epoch_is_refused():
    with pytest.raises(ValueError, match="allowed: 1 or more"):
        Join(epochs=0)
