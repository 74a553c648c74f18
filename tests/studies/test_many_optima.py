"""Middles, ways in, tunnels and simplexes, each against its plain version."""

from dataclasses import replace

import pytest
import torch
from three_runs import SPEC, SPECS, three_runs, trained  # noqa: F401, the fixtures too

from ldiv_utils.datasets import load
from ldiv_utils.measures import brier
from ldiv_utils.points import segment
from ldiv_utils.points.simplexes import inside
from ldiv_utils.predict import predict
from ldiv_utils.runs import ends
from ldiv_utils.runs.connectors import Join, connector, simplex
from ldiv_utils.runs.descent import training_gradient
from ldiv_utils.runs.hyperplanes import Hyperplanes
from ldiv_utils.runs.one_epoch import reproducibly
from ldiv_utils.studies import many_optima, simplexes

HOW = Join(epochs=1)
pytestmark = pytest.mark.usefixtures("three_runs")


def test_groups_have_no_run_in_common_and_are_three_at_most():
    runs = [replace(SPEC, batch_seed=i) for i in range(10)]
    for m, count in ((1, 3), (2, 3), (3, 2), (4, 2), (9, 1)):
        sets = many_optima.groups(runs, m)
        flat = [spec for one in sets for spec in one]
        assert len(sets) == count
        assert len(set(flat)) == len(flat) == count * (m + 1)


def test_kinds_by_hand():
    sets = [{"loss": torch.tensor([1.0, 3, 9, 4])}, {"loss": torch.tensor([2.0, 2, 8, 5])}]
    kinds = {name: values.tolist() for name, values in many_optima.by_kind(sets, "loss").items()}
    assert kinds == {"optima": [2, 2], "hull": [9, 8], "connector": [4, 5]}


def test_middles_are_optima_hull_and_connector_in_this_order():
    found = many_optima.middles(SPECS[:2], HOW, 100)
    a, b = ends(SPECS[:2])
    points = torch.stack([a, b, (a + b) / 2, connector(SPECS[:2], HOW)["point"]])
    train, test = load("digits").train, load("digits").test
    losses = -predict(SPEC, points, train.images[:100])[:, range(100), train.labels[:100]].log().mean(1)
    torch.testing.assert_close(found["loss"], losses)
    labels = predict(SPEC, points, test.images).argmax(-1)
    torch.testing.assert_close(found["accuracy"], (labels == test.labels).float().mean(1))
    assert found["disagreement"][0, 3] == (labels[0] != labels[3]).float().mean()


def test_ways_begin_at_the_optima_and_end_together():
    ways = many_optima.ways_in(SPECS, "hull", HOW, 3, 100)["loss"]
    alone = many_optima.middles(SPECS, HOW, 100)["loss"]
    torch.testing.assert_close(ways[:, 0], alone[:3])
    torch.testing.assert_close(ways[:, -1], alone[3].expand(3))


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_middle_is_refused():
    with pytest.raises(ValueError, match="allowed: hull, connector, hub"):
        many_optima.middle_of(SPECS, "centre", HOW)


def test_a_tunnel_is_seen_half_way_too():
    """Between the fifth and the sixth of ten points lies the junction: places at the points alone would miss it."""
    how = Hyperplanes(inner=2, epochs=1)
    found = many_optima.tunnel(SPECS[0], SPECS[1], how, 2, 100)
    assert 0.5 in found["t"].tolist()
    assert found["from_one"][0] == found["from_other"][-1] == 0
    assert found["from_one"][-1] == found["from_other"][0]
    assert found["cosines"].shape == (2, 2)
    a, b = ends(SPECS[:2])
    train = load("digits").train
    loss = -predict(SPEC, segment(a, b, 2), train.images[:100])[:, range(100), train.labels[:100]].log().mean(1)
    torch.testing.assert_close(found["loss"][[0, -1]], loss)


def test_an_ensemble_from_inside_averages_probabilities():
    found = simplexes.from_inside(SPECS[0], 1, HOW, 4, 100)
    vertices, test = simplex(SPECS[0], 1, HOW)["vertices"], load("digits").test
    probs = predict(SPEC, vertices, test.images)
    torch.testing.assert_close(found["together"][0, 1], brier(probs.mean(0, keepdim=True), test.labels)[0])
    torch.testing.assert_close(found["alone"][:2, 1], brier(probs, test.labels))
    drawn = inside(4, 2, torch.Generator().manual_seed(HOW.seed)) @ vertices
    for row, some in ((1, drawn[:2]), (2, drawn)):  # as many as vertices, then all
        mean = predict(SPEC, some, test.images).mean(0, keepdim=True)
        torch.testing.assert_close(found["together"][row, 1], brier(mean, test.labels)[0])
    assert found["alone"].shape == (6, 3)
    torch.testing.assert_close(found["area"], (vertices[0] - vertices[1]).norm())
    torch.testing.assert_close(found["edges"][0, 1], found["area"])


def test_pull_of_the_volume_by_hand():
    """Of two vertices at a distance d it is 2 λ d / (d² + 1e-4): no larger than 1e-4 at λ = 1e-6, wherever they are."""
    distance = simplexes.from_inside(SPECS[0], 1, HOW, 4, 100)["area"]
    pull = simplexes.pulls(SPECS[0], 1, HOW, batches=1)
    torch.testing.assert_close(pull["volume"], 2e-6 * distance / (distance**2 + 1e-4))
    assert 0 < pull["volume"] < 1e-4 < pull["loss"]


def test_pull_of_the_loss_is_that_of_one_point_not_of_five():
    """Of two vertices the last has half the gradient in their middle: the mean over points, not their sum."""
    middle = simplex(SPECS[0], 1, HOW)["vertices"].mean(0)
    with reproducibly():
        gradient = training_gradient(SPECS[0])(middle, 0)[1]
    pull = simplexes.pulls(SPECS[0], 1, HOW, batches=1)["loss"]
    torch.testing.assert_close(pull, gradient.norm() / 2, rtol=1e-4, atol=0)


def test_a_triangle_has_its_corners_where_the_coefficients_say():
    found = simplexes.over_the_triangle(SPECS, None, 2, 100)
    assert found["places"].shape == (6, 3)
    assert (found["places"].sum(1) == 1).all()
    alone = many_optima.middles(SPECS, HOW, 100)["loss"]
    for corner in range(3):
        at = found["places"][:, corner] == 1
        torch.testing.assert_close(found["loss"][at], alone[corner : corner + 1])
