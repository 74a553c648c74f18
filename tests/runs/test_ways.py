"""The points of each way to predict with one run, against the run itself."""

import pytest
import torch

from ldiv_utils import datasets
from ldiv_utils.measures.metrics import accuracy
from ldiv_utils.points.subspaces import late, principal_components
from ldiv_utils.predict import predict
from ldiv_utils.runs import ways
from ldiv_utils.runs.training import trajectory
from ldiv_utils.specs import Spec

SPEC = Spec(dataset="digits", batch_size=100, epochs=8)


def points(way, samples=12, reach=3.0):
    return ways.points_of(SPEC, way, ways.Sampling(samples, reach, "float32"))


def test_late_checkpoints_never_hold_the_initial_weights():
    run = torch.arange(4.0)[:, None]  # the initial weights and three epochs
    run[0] = 1e6
    assert late(run).flatten().tolist() == [1, 2, 3]
    assert late(run, 2).flatten().tolist() == [2, 3]
    assert late(run).mean() == 2


def test_the_solution_and_the_mean_of_the_weights():
    run = trajectory(SPEC)["points"]
    assert points("original").equal(run[-1:])
    torch.testing.assert_close(points("weight_average")[0], run[1:].mean(0))


@pytest.mark.parametrize("way", ["diagonal", "low_rank", "low_rank_unit", "random_low_rank"])
def test_gaussians_have_the_samples_asked_for(way):
    assert points(way).shape == (12, trajectory(SPEC)["points"].shape[1])
    assert points(way).equal(points(way))


def test_the_two_spreads_differ_by_the_components_own():
    checkpoints = late(trajectory(SPEC)["points"])
    mean, components, deviations = principal_components(checkpoints, 5)
    own, unit = ((points(way) - mean) @ components.T for way in ("low_rank", "low_rank_unit"))
    torch.testing.assert_close(own, unit * deviations, atol=1e-3, rtol=1e-3)


def test_random_samples_are_good_and_not_too_far():
    theta, held_out = trajectory(SPEC)["points"][-1], datasets.load("digits").validation
    right = accuracy(predict(SPEC, torch.cat([theta[None], points("random")]), held_out.images), held_out.labels)
    assert (right[1:] >= right[0] - 0.02 - 1e-6).all()
    distance = (points("random") - theta).norm(dim=1)
    assert (distance <= 3.0).all()
    assert len(distance.unique()) == 12


def test_a_reach_at_which_nothing_is_good_is_refused(monkeypatch):
    monkeypatch.setattr(ways, "TRIES", 2)
    with pytest.raises(ValueError, match=r"of 20 random samples .* only 0 are good; lower reach"):
        points("random", reach=1e4)


def test_an_unknown_way_is_named(as_a_user):
    with pytest.raises(ValueError, match="'all' is unknown; allowed: original"):
        points("all")
