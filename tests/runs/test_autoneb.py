"""A band that settles: over a pass that is known, and between networks, at the cost that was asked for."""

from dataclasses import replace

import joblib
import pytest
import torch

from ldiv_utils import networks, presets
from ldiv_utils.datasets import load
from ldiv_utils.measures import log_likelihood
from ldiv_utils.points import segment
from ldiv_utils.points.bands import looks, straight_band
from ldiv_utils.predict import predict
from ldiv_utils.runs import Elastic, autoneb, band, ends, relaxed
from ldiv_utils.runs.descent import training_gradient
from ldiv_utils.runs.one_epoch import reproducibly
from ldiv_utils.store.recipes import file_name
from ldiv_utils.studies import valley

ONE = replace(presets.QUICK["small_cnn"], epochs=1)
OTHER = replace(ONE, init_seed=1, batch_seed=1)
MINIMA = torch.tensor(valley.MINIMA)
HOW = Elastic(gradients=40, cycles=2, pivots=2, inside=2)


def slopes(points, step):
    return valley.valley(points), valley.slope(points)


def settled(steps, move=lambda across, step: -0.002 * across):
    start = straight_band(*MINIMA, 3)
    return relaxed(start, valley.valley(MINIMA), slopes, move, steps)


def test_the_ends_stay_to_the_bit_and_the_band_falls_from_the_line_to_the_pass():
    band = settled(200)
    assert torch.equal(band.points[[0, -1]], MINIMA)
    assert valley.valley(looks(straight_band(*MINIMA, 3), 30)).max() > 25
    assert valley.valley(band.points).max() < 1.01


def test_pivots_alone_say_less_than_the_band_between_them():
    """A maximum taken at the pivots hides what lies between: 0.99 there, over 1.5 on the way."""
    heights = valley.valley(looks(settled(200), 30))
    assert heights[:, 0].max() < 1.0 < 1.5 < heights.max()


def test_a_move_along_the_band_is_passed_over():
    """Momentum, or Adam, may push a pivot along the band: only the part across counts."""
    pushed = settled(1, move=lambda across, step: torch.tensor([[5.0, -0.01]]).expand(3, 2))  # the band lies along x
    expected = torch.tensor([[-1, 0], [-0.5, -0.01], [0, -0.01], [0.5, -0.01], [1, 0]])
    torch.testing.assert_close(pushed.points, expected, atol=1e-4, rtol=0)


def test_the_steps_are_counted_on():
    seen = []

    def counting(points, step):
        seen.append(step)
        return slopes(points, step)

    start = straight_band(*MINIMA, 1)
    relaxed(start, torch.zeros(2), counting, lambda across, step: 0 * across, steps=3, first=5)
    assert seen == [5, 6, 7]


def test_a_band_between_networks_keeps_its_ends_and_its_cost():
    result = band(ONE, OTHER, HOW)
    assert torch.equal(result["pivots"][[0, -1]], ends([ONE, OTHER]))
    assert result["inner"][0] == 2
    used = sum(HOW.steps(n) * n for n in result["inner"].tolist())
    assert result["gradients"] == used <= HOW.gradients
    assert len(result["pivots"]) == result["inner"][-1] + 2


def test_a_killed_band_goes_on_from_its_last_cycle_to_the_same_bytes(monkeypatch, runs):
    whole = band(ONE, OTHER, HOW)["pivots"]
    for killed in ("band", "_after"):
        recipe = getattr(autoneb, killed).recipe(ONE, OTHER, HOW, *[1] * (killed == "_after"))
        (runs / file_name(recipe)).unlink()
    cycles = []
    monkeypatch.setattr(autoneb, "training_gradient", lambda spec: cycles.append(1) or training_gradient(spec))
    assert torch.equal(band(ONE, OTHER, HOW)["pivots"], whole)
    assert len(cycles) == 1


def test_every_pivot_has_a_batch_of_its_own(monkeypatch):
    numbers = []

    def noting(spec):
        gradient = training_gradient(spec)
        return lambda theta, step: numbers.append(step) or gradient(theta, step)

    monkeypatch.setattr(autoneb, "training_gradient", noting)
    result = band(ONE, OTHER, HOW)
    assert numbers == list(range(result["gradients"]))


def test_pivots_side_by_side_give_the_same_bytes():
    points = straight_band(*ends([ONE, OTHER]), 2).points[1:-1]
    with joblib.parallel_config(n_jobs=2):
        beside = autoneb._slopes(ONE)(points, 7)
    with reproducibly():  # on one thread, as the processes are
        alone = autoneb._slopes(ONE)(points, 7)
    for one, other in zip(beside, alone, strict=True):
        assert torch.equal(one, other)


def test_a_band_of_networks_is_looked_at_between_its_pivots_on_training_images():
    """The trap: losses at the pivots alone, which never ask for one more."""
    net = networks.network("small_cnn", (1, 8, 8), 10)
    a, b = (3 * networks.initial_point(net, seed) for seed in (0, 1))
    train = load("digits").train
    images, labels = train.images[: autoneb.LOOKED_AT], train.labels[: autoneb.LOOKED_AT]
    loss = -log_likelihood(predict(ONE, segment(a, b, 9), images, ONE.precision), labels)
    found = autoneb.heights(ONE, straight_band(a, b, 1), 3)
    torch.testing.assert_close(found, torch.stack([loss[:5], loss[4:]]))


def test_a_band_feels_the_gradient_of_its_spec():
    """One step of one pivot by hand: descent across the band, by Adam's first step."""
    how = Elastic(gradients=1, cycles=1, pivots=1)
    a, b = ends([ONE, OTHER])
    with reproducibly():
        _, at_middle = training_gradient(ONE)((a + b) / 2, 0)
    along = (b - a) / (b - a).norm()
    descent = at_middle - (at_middle @ along) * along
    step = -how.learning_rate * descent / (descent.abs() + 1e-8)
    expected = (a + b) / 2 + step - (step @ along) * along
    # `relaxed` ends with a redistribution, which moves the only pivot to the middle of the band: where it is.
    torch.testing.assert_close(band(ONE, OTHER, how)["pivots"][1], expected, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("wrong", [{"cycles": 0}, {"pivots": 0}, {"inside": 0}, {"gradients": 35}])
def test_a_band_without_a_step_for_each_pivot_is_refused(wrong):
    with pytest.raises(ValueError, match="allowed:"):
        Elastic(**wrong)
