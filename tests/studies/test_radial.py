"""The plane of two optima, against a second implementation, cases by hand, and the published results."""

import pytest
import torch

from ldiv_utils import presets
from ldiv_utils.datasets import load
from ldiv_utils.networks import initial_point, logits, network
from ldiv_utils.predict import predict
from ldiv_utils.specs import Spec
from ldiv_utils.studies import radial, rays

SPECS = [Spec(dataset="digits", precision="float32"), Spec(dataset="digits", precision="float32", init_seed=1)]
COUNT = 40


@pytest.fixture
def optima(monkeypatch):
    """Two networks at their initial weights stand for the ends of runs."""
    net = network("small_cnn", load("digits").shape, 10)
    both = torch.stack([initial_point(net, seed) for seed in (0, 1)])
    monkeypatch.setattr(radial, "ends", lambda specs: both)
    return both


def test_points_are_measured_as_by_hand(optima):
    test = load("digits").test
    probs = predict(SPECS[0], optima, test.images[:COUNT])
    labels, truth = probs.argmax(-1), test.labels[:COUNT]
    result = radial.measurements(SPECS, optima, "test", COUNT, "float32")
    torch.testing.assert_close(result["accuracy"], (labels == truth).float().mean(1))
    losses = [torch.nn.functional.nll_loss(p.log(), truth) for p in probs]
    torch.testing.assert_close(result["loss"], torch.stack(losses))
    between = (labels[0] == labels[1]).float().mean().item()
    torch.testing.assert_close(result["agreement_1"], torch.tensor([1, between]))
    torch.testing.assert_close(result["agreement_2"], torch.tensor([between, 1]))


def test_a_loss_ends_at_the_cut_off(optima):
    """Weights so large that every probability is zero or one: a wrong image costs 30 ln 10."""
    result = radial.measurements(SPECS, 1000 * optima[:1], "test", COUNT, "float32")
    torch.testing.assert_close(
        result["loss"], (1 - result["accuracy"]) * 30 * torch.tensor(10.0).log(), rtol=1e-3, atol=0
    )


def test_the_map_holds_the_origin_and_optimum_1_where_it_should(optima):
    values = radial.over_the_plane.__wrapped__(SPECS, "test", 1, 1, COUNT)  # x and y of -1, 0, 1
    own = radial.measurements(SPECS, optima[:1], "test", COUNT)
    assert values["agreement_1"][1, 2] == 1
    torch.testing.assert_close(values["loss"][1, 2], own["loss"][0])
    torch.testing.assert_close(values["loss"][1, 1], torch.tensor(10.0).log())  # at the origin all logits are zero
    assert radial.axis(1, 2).tolist() == [-0.5, 0, 0.5]


def test_the_plane_holds_both_optima(optima):
    result = radial.checks.__wrapped__(SPECS, COUNT)
    assert result["off"].max() < 1.5 / COUNT
    assert result["agreement"] == radial.measurements(SPECS, optima, "test", COUNT, "float32")["agreement_2"][0]


def test_paths_end_in_the_plane(optima, monkeypatch):
    monkeypatch.setattr(radial, "train", lambda specs: [{"points": torch.stack([0 * p, p])} for p in optima])
    result = radial.paths.__wrapped__(SPECS)
    cosine = torch.nn.functional.cosine_similarity(*optima, dim=0)
    length = optima[1].norm() / optima[0].norm()
    expected = torch.tensor([[1, 0], [cosine * length, (1 - cosine**2).sqrt() * length]])
    torch.testing.assert_close(result["places"][:, 1], expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(result["places"][:, 0], torch.zeros(2, 2))
    assert result["distance"].max() < 1e-5
    torch.testing.assert_close(result["norm"][:, 1], optima.norm(dim=1))


def test_samples_are_measured_from_the_plane_and_from_the_optimum(optima, monkeypatch):
    monkeypatch.setattr(radial, "late_points", lambda specs: optima[:1, None])
    result = radial.cloud.__wrapped__(SPECS, "random", 3, COUNT)
    expected = torch.tensor([10 / 6, 5, 50 / 6]) / optima[0].norm()  # lengths even up to 10
    torch.testing.assert_close(result["moved"], expected)
    off = result["places"] - torch.tensor([1.0, 0])
    torch.testing.assert_close(off.square().sum(1) + result["distance"] ** 2, expected**2, rtol=1e-4, atol=0)


def test_scales_are_even_up_to_a_furthest_or_one():
    torch.testing.assert_close(radial.scales("dropout", 2), torch.tensor([0.025, 0.075]))
    assert radial.scales("diagonal", 3).tolist() == [1, 1, 1]


def test_layer_by_layer_by_hand():
    nn = torch.nn
    tiny = nn.Sequential(nn.Flatten(), nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1))
    theta, one = torch.tensor([3.0, 1, 2, -1]), torch.ones(1, 1, 1, 1)
    twice = rays.scaled_by_layer(tiny, theta, 2)
    assert twice.tolist() == [6, 2, 4, -4]
    assert (logits(tiny, theta, one), logits(tiny, twice, one)) == (7, 28)


@pytest.mark.parametrize("t", [0.5, 1.5])
def test_layer_by_layer_no_label_changes(t):
    digits = load("digits")
    net = network("medium_cnn", digits.shape, 10)
    # Positive biases throughout, which the initial ones, all zero, would not test.
    theta = initial_point(net, seed=0) + 0.01
    images = digits.test.images[:5].float()
    expected = t**5 * logits(net, theta, images)
    torch.testing.assert_close(logits(net, rays.scaled_by_layer(net, theta, t), images), expected, rtol=1e-3, atol=1e-3)
    plain = logits(net, t * theta, images)
    assert not torch.allclose(plain, expected, rtol=1e-3, atol=1e-3)


def test_places_that_agree_with_both_are_counted():
    agreements = torch.tensor([[[0.9, 0.5], [0.8, 0.1]], [[0.7, 0.9], [0.8, 0.1]]])
    assert radial.share_of_both(agreements, torch.tensor(0.75)) == 0.25
    xs, optima = torch.tensor([0.0, 1.0]), torch.tensor([[1.0, 0], [0, 0]])
    torch.testing.assert_close(radial.away(xs, optima)[0], torch.tensor([[1, 0], [2**0.5, 1]]))
    assert radial.away(xs, optima)[1, 0].tolist() == [0, 1]


def test_the_published_maps_are_true_to_their_networks():
    """By construction, but for rounding: optima keep their accuracy in the plane, and layered rays their labels."""
    specs, count = presets.specs("medium_cnn")[:2], 500
    check = radial.checks(specs, count)
    assert check["off"].max() < 1.5 / count
    assert check["same_labels"].min() >= 0.99
    ts = [t / 10 for t in range(1, 16)]
    kept = torch.stack([rays.ray(specs, run, ts, count)["by_layer"] for run in range(2)])
    assert kept[:, 4:].min() >= 0.99  # t of 0.5 and more
