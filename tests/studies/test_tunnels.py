"""Paths between two solutions: what is measured along them, and where."""

import math
from dataclasses import replace

import pytest
import torch

from ldiv_utils import presets
from ldiv_utils.datasets import load
from ldiv_utils.predict import predict
from ldiv_utils.runs import Curve, Elastic, band, curve, ends
from ldiv_utils.studies import tunnels

ONE = replace(presets.QUICK["small_cnn"], epochs=2)
OTHER = replace(ONE, init_seed=1, batch_seed=1)
CHAIN, SMALL_BAND = Curve(kind="polychain", epochs=1), Elastic(gradients=40, cycles=2, pivots=2, inside=2)


@pytest.fixture(scope="module", autouse=True)
def kept(tmp_path_factory):
    """The two runs, trained once for all tests of this file."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def runs(kept, monkeypatch):
    monkeypatch.setenv("LDIV_RUNS", str(kept))


def test_a_profile_is_what_predict_says_at_the_ends_and_at_the_bend():
    p, test = tunnels.profile(ONE, OTHER, CHAIN, 50, 60, pieces=4), load("digits").test
    bend = curve(ONE, OTHER, CHAIN)["pivots"][1]
    points = torch.stack([*ends([ONE, OTHER]), bend])
    probs = predict(ONE, points, test.images[:60])
    right = (probs.argmax(-1) == test.labels[:60]).float().mean(1)
    at = torch.tensor([0, 4, 2])  # the first end, the last, and the kink between
    torch.testing.assert_close(p["test_accuracy"][at], right)
    loss = -probs[:, torch.arange(60), test.labels[:60]].log().mean(1)
    torch.testing.assert_close(p["test_loss"][at], loss, rtol=1e-4, atol=1e-5)
    changed = (probs.argmax(-1)[:, None] != probs.argmax(-1)[None, :2]).float().mean(-1)
    torch.testing.assert_close(p["test_change"][:, at], changed.T)
    assert p["training_accuracy"].shape == (5,)


def test_lengths_begin_at_zero_and_are_one_on_the_straight_line_and_more_on_a_bent_path():
    line, bent = (tunnels.profile(ONE, OTHER, how, 10, 10, pieces=8)["length"] for how in (None, CHAIN))
    torch.testing.assert_close(line, torch.linspace(0, 1, 9))
    assert bent[0] == 0
    assert bent[-1] > 1
    a, bend, b = curve(ONE, OTHER, CHAIN)["pivots"]
    torch.testing.assert_close(bent[-1], ((a - bend).norm() + (bend - b).norm()) / (a - b).norm(), rtol=1e-4, atol=0)


def test_a_band_is_looked_at_between_its_pivots_and_at_them():
    p = tunnels.profile(ONE, OTHER, SMALL_BAND, 10, 10, pieces=8)
    pivots = band(ONE, OTHER, SMALL_BAND)["pivots"]
    gaps = len(pivots) - 1
    assert p["pivot"].sum() == gaps + 1
    assert len(p["length"]) == gaps * math.ceil(8 / gaps) + 1
    steps = pivots.diff(dim=0).norm(dim=1).cumsum(0) / (pivots[-1] - pivots[0]).norm()
    torch.testing.assert_close(p["length"][p["pivot"]][1:], steps, rtol=1e-4, atol=1e-5)


def test_pieces_that_would_miss_the_kink_are_refused():
    with pytest.raises(ValueError, match="allowed: multiples of 2"):
        tunnels.profile(ONE, OTHER, CHAIN, 10, 10, pieces=59)


def test_paths_of_all_kinds_are_kept_under_names_of_their_own():
    """Settings at their defaults are left out of a name: a curve and a band must not share one."""
    scale = (10, 10, 8)
    named = [
        tunnels.line_profile.recipe(ONE, OTHER, *scale),
        tunnels.curve_profile.recipe(ONE, OTHER, Curve(), *scale),
        tunnels.curve_profile.recipe(ONE, OTHER, Curve(kind="polychain"), *scale),
        tunnels.band_profile.recipe(ONE, OTHER, Elastic(), *scale),
    ]
    assert len({str(recipe) for recipe in named}) == 4


def test_numbers_of_a_path_by_hand():
    one = {
        "training_loss": torch.tensor([0.5, 2, 1]),
        "test_accuracy": torch.tensor([0.8, 0.3, 0.7]),
        "length": torch.tensor([0, 0.6, 1.5]),
    }
    found = tunnels.compared([one, one | {"training_loss": torch.tensor([0.5, 0.75, 0.5])}])
    torch.testing.assert_close(found["highest"], torch.tensor([2, 0.75]))
    torch.testing.assert_close(found["ratio"], torch.tensor([2, 1.5]))
    torch.testing.assert_close(found["lowest"], torch.tensor([0.3, 0.3]))
    torch.testing.assert_close(found["lost"], torch.tensor([0.4, 0.4]))
    torch.testing.assert_close(found["middle"], torch.tensor([0.3, 0.3]))
    torch.testing.assert_close(found["length"], torch.tensor([1.5, 1.5]))


def test_the_highest_place_of_a_band_counts_between_its_pivots_too():
    """The trap: a maximum taken at the pivots."""
    band = {
        "training_loss": torch.tensor([0.5, 2, 1]),
        "test_accuracy": torch.tensor([0.8, 0.3, 0.7]),
        "length": torch.tensor([0, 0.6, 1.5]),
        "pivot": torch.tensor([True, False, True]),
    }
    found = tunnels.compared([band])
    assert (found["highest"], found["ratio"]) == (2, 2)
    torch.testing.assert_close(found["lowest"], torch.tensor([0.3]))


def test_a_path_of_scaled_networks_keeps_every_label_and_shows_in_its_loss():
    """So a tunnel is judged by its loss: accuracy alone would call this path one, all the way to the origin."""
    found = tunnels.scaled(ONE, (1.0, 0.5, 0.1, 0.0), 360)
    torch.testing.assert_close(found["accuracy"][1:3], found["accuracy"][:1].expand(2))
    assert (found["loss"].diff() > 0).all()
    torch.testing.assert_close(found["loss"][-1], torch.tensor(10.0).log())
