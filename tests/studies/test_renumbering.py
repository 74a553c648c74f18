"""Units matched by what they say, networks made as loud again, and the line between solutions."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import barrier, cosine_similarity
from ldiv_utils.networks import from_point, initial_point, network
from ldiv_utils.points.alignment import permute, random_permutations, sizes
from ldiv_utils.presets import QUICK
from ldiv_utils.runs import trajectory
from ldiv_utils.studies import hearing, matching, renumbering, repair, widths

SMALL, RESNET = (replace(QUICK[name], epochs=1) for name in ("small_cnn", "resnet20"))
IMAGES = load("digits").train.images[:60]


def net_of(spec):
    return network(spec.architecture, (1, 8, 8), 10)


@pytest.fixture
def points():
    """Fresh networks, their biases raised so that every unit says something of some image."""
    return tuple(awake(SMALL, seed) for seed in (0, 1))


@pytest.fixture
def pair():
    """Two runs, trained here."""
    specs = SMALL, replace(SMALL, init_seed=1, batch_seed=1)
    for spec in specs:
        trajectory(spec)
    return specs


def awake(spec, seed):
    net = net_of(spec)
    point = initial_point(net, seed)
    for name, tensor in from_point(net, point).items():
        if name.startswith("convolutions") and name.endswith("bias"):
            tensor += 1
    return point


@pytest.mark.parametrize("spec", [SMALL, RESNET], ids=["small_cnn", "resnet20"])
def test_a_planted_permutation_is_heard(spec):
    net, point = net_of(spec), awake(spec, 0)
    planted = random_permutations(net, torch.Generator().manual_seed(1))
    found, heard = matching.activation_matching(spec, permute(net, point, planted), point, IMAGES)
    assert {g: p.tolist() for g, p in found.items()} == {g: p.tolist() for g, p in planted.items()}
    torch.testing.assert_close(heard, torch.ones(len(planted)), atol=1e-4, rtol=0)


def test_correlations_are_those_of_numpy(points, monkeypatch):
    monkeypatch.setattr(matching, "AT_ONCE", 25)  # 60 images in three parts
    found = matching.correlations(SMALL, *points, IMAGES)
    one, other = (hearing.read(hearing.listener(SMALL, p), p, IMAGES, SMALL) for p in points)
    for reader, group in [("convolutions.1", "convolutions.0"), ("dense", "convolutions.2")]:
        n = one[reader].shape[1]
        expected = torch.corrcoef(torch.cat([one[reader], other[reader]], dim=1).T)[:n, n:].nan_to_num()
        torch.testing.assert_close(found[group], expected, atol=1e-4, rtol=0)


def test_what_is_read_is_what_was_made_pooled_and_rectified(points):
    net, made = hearing.listener(SMALL, points[0]), {}
    hearing.made(net, points[0], IMAGES, SMALL, lambda name, said: made.update({name: said}))
    pooled = torch.nn.functional.max_pool2d(made["convolutions.0"], 2, ceil_mode=True).relu()
    heard = hearing.read(net, points[0], IMAGES, SMALL)["convolutions.1"]
    torch.testing.assert_close(heard, pooled.movedim(1, -1).reshape(-1, 16))


def test_a_unit_that_says_the_same_of_all_correlates_with_none(points):
    net, mute = net_of(SMALL), points[0].clone()
    from_point(net, mute)["convolutions.0.weight"][3] = 0
    assert matching.correlations(SMALL, mute, points[1], IMAGES)["convolutions.0"][3].eq(0).all()


@pytest.mark.parametrize("t", [0.25, 0.5])
def test_repaired_units_are_as_loud_as_the_ends(points, t):
    (point,) = repair.repaired(SMALL, *points, [t], IMAGES)
    came, ends = repair.moments(SMALL, point, IMAGES), [repair.moments(SMALL, p, IMAGES) for p in points]
    for group in came:
        for kind in range(2):
            goal = (1 - t) * ends[0][group][kind] + t * ends[1][group][kind]
            torch.testing.assert_close(came[group][kind], goal, atol=1e-4, rtol=1e-3)


def test_repair_leaves_the_last_layer_and_what_needs_none(points):
    (point,) = repair.repaired(SMALL, points[0], points[0], [0.5], IMAGES)
    torch.testing.assert_close(point, points[0], atol=1e-4, rtol=1e-3)
    (point,) = repair.repaired(SMALL, *points, [0.5], IMAGES)
    middle = from_point(net_of(SMALL), (points[0] + points[1]) / 2)
    assert torch.equal(from_point(net_of(SMALL), point)["dense.weight"], middle["dense.weight"])


def test_normalised_networks_are_not_repaired():
    point = initial_point(net_of(RESNET), 0)
    with pytest.raises(ValueError, match="allowed: a chain without normalisation"):
        list(repair.repaired(RESNET, point, point, [0.5], IMAGES))


def test_the_variance_halfway_is_one_for_equal_ends_and_zero_for_opposite_ones(points):
    torch.testing.assert_close(repair.variance_ratio(SMALL, points[0], points[0], 0.5, IMAGES), torch.ones(3))
    first = repair.variance_ratio(SMALL, points[0], -points[0], 0.5, IMAGES)
    assert first.abs().max() < 1e-8


def test_units_are_heard_on_training_images_alone(pair, monkeypatch):
    heard, pixels = [], hearing.pixels
    monkeypatch.setattr(hearing, "pixels", lambda *of: lambda images: heard.append(images) or pixels(*of)(images))
    found = renumbering.renumbering.__wrapped__(*pair, "activations")
    assert {group: len(p) for group, p in found.items()} == sizes(net_of(SMALL))
    train = {image.numpy().tobytes() for image in load("digits").train.images}
    assert {image.numpy().tobytes() for image in torch.cat(heard)} == train


def test_a_matched_end_is_the_same_function_nearer_by(pair):
    a, b = renumbering.matched(*pair, "weights")
    plain = renumbering.matched(*pair, "none")
    assert torch.equal(a, plain[0])
    assert cosine_similarity(torch.stack([a, b]))[0, 1] > cosine_similarity(torch.stack(plain))[0, 1]
    found = renumbering.renamed.__wrapped__(*pair, 3)
    assert found["disagreement"]["plain"] == found["disagreement"]["random"] == found["disagreement"]["matched"]
    assert found["cosine"]["matched"] > found["cosine"]["random"].max()


def test_the_line_has_the_ends_as_they_are(pair):
    plain, loud = (renumbering.along.__wrapped__(*pair, "activations", repair, 3) for repair in (False, True))
    naive = renumbering.along.__wrapped__(*pair, "none", False, 3)
    for found in (plain, loud):
        torch.testing.assert_close(found["accuracy"][[0, 2]], naive["accuracy"][[0, 2]], atol=2e-3, rtol=0)
    assert plain["loss"][1] != loud["loss"][1]


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_matching_is_refused():
    with pytest.raises(ValueError, match="matching 'luck' is unknown; allowed: none, weights"):
        renumbering.matched(SMALL, SMALL, "luck")


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match="way 'weight' is unknown; allowed: none, weights, balanced"):
        renumbering.lines([(SMALL, SMALL)], ["weight"], 3)


def test_pairs_share_no_run():
    runs = [replace(SMALL, init_seed=seed) for seed in range(5)]
    assert renumbering.disjoint(runs) == [(runs[0], runs[1]), (runs[2], runs[3])]


def test_the_barrier_above_the_mean_is_not_that_above_the_line():
    """Ends of 0.2 and 0.6, and 0.7 a quarter of the way: 0.3 above the mean of the ends, 0.4 above the line."""
    errors, t = torch.tensor([0.2, 0.7, 0.6]), torch.tensor([0, 0.25, 1])
    assert barrier(errors, t, "mean").item() == pytest.approx(0.3)
    assert barrier(errors, t, "line").item() == pytest.approx(0.4)


@pytest.mark.parametrize("kind", widths.Kind.__args__)
def test_a_rung_has_one_function_at_its_end_however_it_is_numbered(kind):
    base = replace(QUICK["small_cnn"], epochs=1, dropout=0.0)
    found = widths.rung.__wrapped__(base, kind, 0.25, 0)
    torch.testing.assert_close(found["error"][:, [0, -1]], found["error"][:1, [0, -1]].expand(4, 2), atol=3e-3, rtol=0)
    assert found["cosine"][1] > found["cosine"][0]
    normalised = kind == "convolutions_normalised"
    assert torch.equal(found["error"][2], found["error"][3]) == normalised


def test_a_rung_is_matched_and_repaired_on_training_images_alone(monkeypatch):
    """The trap: units matched on the images that judge the line."""
    heard = []
    for name, place in (("activation_matching", 3), ("repaired", 4)):
        own = getattr(widths, name)
        monkeypatch.setattr(widths, name, lambda *of, own=own, place=place: heard.append(of[place]) or own(*of))
    widths.rung.__wrapped__(replace(QUICK["small_cnn"], epochs=1, dropout=0.0), "perceptron", 0.25, 0)
    train = load("digits").train.images
    assert len(heard) == 2 and all(images.equal(train[: len(images)]) for images in heard)


def test_a_ladder_s_network_is_as_wide_as_it_says():
    base = replace(QUICK["small_cnn"], dropout=0.0)
    widest = {kind: widths.ladder_spec(base, kind, 0.5, 3) for kind in widths.Kind.__args__}
    units = {kind: list(sizes(net_of(spec)).values()) for kind, spec in widest.items()}
    assert units == {"perceptron": [32, 32], "convolutions": [8, 16, 16], "convolutions_normalised": [8, 16, 16]}
    assert {spec.batch_seed for spec in widest.values()} == {3}
