"""What changes between two solutions, against networks taken one by one; and that the highest loss is looked for."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import accuracy, disagreement, log_likelihood
from ldiv_utils.networks import initial_point, network
from ldiv_utils.points import segment
from ldiv_utils.predict import predict
from ldiv_utils.runs import Curve
from ldiv_utils.runs.hyperplanes import Hyperplanes
from ldiv_utils.specs import Spec
from ldiv_utils.studies import between

SPEC = Spec(dataset="digits", batch_size=400, precision="float32")
ONE, OTHER = SPEC, replace(SPEC, init_seed=1)
HOW, COUNT = Hyperplanes(inner=2), 60


@pytest.fixture
def pivots(monkeypatch):
    """Two networks at their initial weights are the ends; the inner pivots lie off the line between them."""
    net = network("small_cnn", (1, 8, 8), 10)
    a, b, off = (initial_point(net, seed) for seed in (0, 1, 2))
    line = segment(a, b, 4)
    inner = line[1:-1] + torch.tensor([[1.0], [2.0]]) * off
    monkeypatch.setattr(between, "ends", lambda specs: torch.stack([a, b]))
    monkeypatch.setattr(between, "hyperplanes", lambda one, other, how: {"inner": inner.half()})
    monkeypatch.setattr(between, "curve", lambda one, other, how: {"pivots": torch.stack([a, off, b]).half()})
    return torch.cat([a[None], inner.half().float(), b[None]])


def test_ends_are_the_solutions_to_the_bit_and_inner_pivots_are_float32(pivots):
    """The trap: of pivots kept in half precision the ends would be rounded too."""
    assert between.pivots_of(ONE, OTHER, HOW).equal(pivots)
    corners = between.chain(pivots, HOW)
    assert corners.equal(pivots)


def test_a_smooth_curve_is_a_chain_of_its_own_points(pivots):
    """The trap: a Bezier curve does not pass through its bend."""
    how = Curve()
    control = between.pivots_of(ONE, OTHER, how)
    corners = between.chain(control, how)
    assert corners.shape[0] == between.LINKS + 1
    assert corners[[0, -1]].equal(control[[0, -1]])
    assert ((corners - control[1]).norm(dim=1) > 0.1).all()


def test_networks_along_a_tunnel_are_seen_one_by_one(pivots):
    result = between.along_tunnel.__wrapped__(ONE, OTHER, HOW, 7, COUNT)
    middle = (pivots[:-1] + pivots[1:]) / 2
    points = torch.stack([pivots[0], middle[0], pivots[1], middle[1], pivots[2], middle[2], pivots[3]])
    test = load("digits").test
    probs, truth = predict(ONE, points, test.images[:COUNT], "bfloat16"), test.labels[:COUNT]
    torch.testing.assert_close(result["accuracy"], accuracy(probs, truth))
    torch.testing.assert_close(result["loss"], -log_likelihood(probs, truth), rtol=5e-3, atol=0)
    torch.testing.assert_close(result["change"], disagreement(probs.argmax(-1))[[0, -1]])
    steps = pivots.diff(dim=0).norm(dim=1)
    length = torch.stack([0 * steps[0], steps[0] / 2, steps[0], steps[0] + steps[1] / 2, steps[:2].sum()])
    torch.testing.assert_close(result["length"][:5], length / steps.sum())
    assert result["length"][-1] == 1


def test_what_lies_between_two_pivots_is_looked_at(pivots, monkeypatch):
    """The trap: the highest loss over the pivots alone. Here a network's loss is how far it is from the next pivot."""

    def seen(spec, points, split, precision):
        loss = torch.stack([(pivots - point).norm(dim=1).min() for point in points])
        return {"loss": loss, "accuracy": 1 - loss, "labels": torch.zeros(len(loss), COUNT, dtype=torch.uint8)}

    monkeypatch.setattr(between, "seen", seen)
    loss = between.along_tunnel.__wrapped__(ONE, OTHER, HOW, 7, COUNT)["loss"]
    assert loss[::2].max() < 1e-4
    middles = (pivots[:-1] + pivots[1:]) / 2
    torch.testing.assert_close(loss[1::2], torch.cdist(middles, pivots).amin(1), rtol=1e-3, atol=0)


def test_ways_from_the_line(pivots):
    result = between.hyperplane_deviations.__wrapped__(ONE, OTHER, HOW)
    torch.testing.assert_close(result["cosine"], torch.ones(2, 2), atol=1e-4, rtol=0)
    line = pivots[-1] - pivots[0]
    gone = (pivots - segment(pivots[0], pivots[-1], 4))[1:-1]
    expected = torch.cosine_similarity(gone, line[None])
    torch.testing.assert_close(result["along_line"], expected, atol=1e-5, rtol=0)


def test_the_fan_holds_the_tunnel_at_radius_one_and_scaled_networks_elsewhere(pivots):
    result = between.over_the_fan.__wrapped__(ONE, OTHER, HOW, 2, (0.5, 1.0), COUNT)
    along = between.along_tunnel.__wrapped__(ONE, OTHER, HOW, 7, COUNT)
    torch.testing.assert_close(result["test"][1], along["accuracy"])
    torch.testing.assert_close(result["agreement_1"][1], 1 - along["change"][0])
    torch.testing.assert_close(result["agreement_2"][1], 1 - along["change"][1])
    digits = load("digits")
    halves = predict(ONE, pivots / 2, digits.train.images[:COUNT], "bfloat16")
    torch.testing.assert_close(result["train"][0, ::2], accuracy(halves, digits.train.labels[:COUNT]))
    torch.testing.assert_close(result["places"][0], torch.tensor([1.0, 0]), atol=1e-5, rtol=0)


def test_a_study_over_pairs_has_a_row_for_each():
    def study(one, other, how):
        return {"both": torch.tensor([one.init_seed, other.init_seed]), "at": torch.tensor(how.inner)}

    found = between.over_pairs(study, [(ONE, OTHER), (OTHER, ONE)], HOW)
    assert found["both"].tolist() == [[ONE.init_seed, OTHER.init_seed], [OTHER.init_seed, ONE.init_seed]]
    assert found["at"].tolist() == [2, 2]
