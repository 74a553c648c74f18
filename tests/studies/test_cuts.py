"""Cuts on the digits, from initial weights: what they hold, and what a loss is made of."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils import datasets, networks, predict
from ldiv_utils.measures import half_width
from ldiv_utils.points import axis, random_direction
from ldiv_utils.specs import Spec
from ldiv_utils.studies import cuts

SPEC = Spec(dataset="digits", epochs=1, batch_size=32, precision="float32")
REACH, HALF, INPUTS = 0.5, 2, 50


@pytest.fixture
def untrained(monkeypatch):
    """Solutions are initial points: a cut asks for nothing more."""
    data = datasets.facts("digits")
    net = networks.network("small_cnn", data.shape, data.classes)
    monkeypatch.setattr(
        cuts, "ends", lambda specs: torch.stack([networks.initial_point(net, s.init_seed) for s in specs])
    )
    return net, networks.initial_point(net, 0)


def cut(norm, twin=cuts.ITSELF, spec=SPEC, directions=2):
    return cuts.cuts.__wrapped__(spec, norm, REACH, HALF, INPUTS, twin, directions)


def test_a_cut_by_hand(untrained):
    """By another way: logits of the network itself, a filter at a time, at a place of the second direction."""
    net, theta = untrained
    drawn, weights = (networks.from_point(net, p) for p in (random_direction(net, 1), theta))
    step = {n: torch.zeros_like(d) if d.dim() == 1 else d.clone() for n, d in drawn.items()}
    for name, d in step.items():
        for i in range(len(d) if d.dim() > 1 else 0):
            d[i] *= weights[name][i].norm() / d[i].norm()
    point = theta + axis(REACH, HALF)[3] * torch.cat([d.flatten() for d in step.values()])
    train = datasets.load("digits").train
    outputs = networks.logits(net, point, train.images[:INPUTS])
    loss = torch.nn.functional.cross_entropy(outputs, train.labels[:INPUTS])
    torch.testing.assert_close(cut("filters")["loss"][1, 3], loss, atol=2e-2, rtol=2e-2)  # in bfloat16


def test_all_cuts_meet_in_the_solution(untrained):
    _, theta = untrained
    train = datasets.load("digits").train
    probs = predict.predict(SPEC, theta[None], train.images[:INPUTS], "bfloat16")[0]
    loss = -probs[torch.arange(INPUTS), train.labels[:INPUTS]].log().mean()
    for norm in ("length", "filters"):
        torch.testing.assert_close(cut(norm)["loss"][:, HALF], loss.expand(2))


def test_the_loss_has_no_penalty(untrained):
    plain, decayed = (cut("filters", spec=replace(SPEC, weight_decay=d))["loss"] for d in (0.0, 1.0))
    assert plain.equal(decayed)


def test_another_direction_is_another_sample(untrained):
    one, two = cut("filters")["loss"]
    assert (one - two).abs().max() > 0.01
    assert len(cuts.cuts.__wrapped__(SPEC, "filters", REACH, 1, INPUTS)["loss"]) == 5


def test_runs_are_cut_one_by_one_along_the_same_directions(untrained, monkeypatch):
    """Two runs, two directions: each run's own cuts, and how wide each is."""
    two = [SPEC, replace(SPEC, init_seed=1)]
    each = {spec: cut("filters", spec=spec) for spec in two}
    monkeypatch.setattr(cuts, "cuts", lambda spec, norm, reach, half, inputs: each[spec])
    found = cuts.of_runs(two, "filters", REACH, HALF, INPUTS)
    for i, spec in enumerate(two):
        assert found["loss"][i].equal(each[spec]["loss"])
        assert found["width"][i].equal(half_width(each[spec]["loss"], axis(REACH, HALF)))
    assert not found["loss"][0].equal(found["loss"][1])


def test_twins_by_layers_have_the_same_cut_and_twins_by_channels_another(untrained):
    layers, channels = cuts.Twin(layers=(8.0, 0.25, 2.0)), cuts.Twin(octaves=3)
    itself = cut("filters")
    assert cut("filters", layers)["loss"].equal(itself["loss"])
    assert (cut("filters", channels)["loss"] - itself["loss"]).abs().max() > 0.1
    assert (cut("length", layers)["loss"] - cut("length")["loss"]).abs().max() > 0.1
    for twin in (layers, channels):
        assert cut("length", twin)["loss"][:, HALF].equal(itself["loss"][:, HALF])


def test_twins_with_unit_channels_have_one_cut_whatever_they_came_from(untrained):
    one, two = (cut("filters", cuts.Twin(octaves=k, unit=True))["loss"] for k in (0, 3))
    torch.testing.assert_close(one, two, atol=2e-2, rtol=2e-2)


def test_a_plane_holds_the_cuts_of_its_axes(untrained):
    plane = cuts.plane.__wrapped__(SPEC, "filters", REACH, HALF, INPUTS)["loss"]
    lines = cut("filters")["loss"]
    torch.testing.assert_close(plane[HALF], lines[0], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(plane[:, HALF], lines[1], atol=1e-5, rtol=1e-5)


def test_directions_of_meaning_reach_where_they_should(untrained):
    """Along θ at −1 all weights are gone: one answer for all images, a tenth of them right."""
    other = replace(SPEC, init_seed=1)
    ways = cuts.chosen.__wrapped__(SPEC, other, 1.0, 1, 800)
    assert ways["accuracy"].shape == (2, 3)
    assert abs(ways["accuracy"][0, 0] - 0.1) < 0.05


def test_four_recipes():
    four = cuts.four(SPEC, 4, 1e-3)
    assert list(four) == [(0.0, 32), (0.0, 128), (1e-3, 32), (1e-3, 128)]
    assert four[0.0, 32] == SPEC
    assert four[1e-3, 128] == replace(SPEC, batch_size=128, learning_rate=3.2e-3, weight_decay=1e-3)


def test_twins_are_told_from_their_function(untrained):
    told = cuts.compared.__wrapped__(SPEC, [cuts.ITSELF, cuts.Twin(octaves=2)])
    assert told["labels"].tolist() == [0, 0]
    assert told["probs"].max() < 1e-5
    assert told["moved"][0] == 0
    assert told["moved"][1] > 0.5
