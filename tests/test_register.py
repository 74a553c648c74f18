"""A reader's own network and images go through a run like the book's, and count in its name."""

import os
from dataclasses import replace

import pytest
import torch
from torch import nn

from ldiv_utils import datasets, networks, specs
from ldiv_utils.datasets import images
from ldiv_utils.measures import accuracy
from ldiv_utils.predict import predict
from ldiv_utils.runs import ends, many, run, train, trajectory
from ldiv_utils.specs import Spec
from ldiv_utils.store import source


def perceptron(shape, classes, dropout):
    """One hidden layer with batch normalisation, whose layers are named as one pleases."""
    size = shape[0] * shape[1] * shape[2]
    layers = [nn.Flatten(), nn.Linear(size, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(16, classes))


def stripes():
    """Two classes of grey images: upright and lying stripes with noise."""
    generator = torch.Generator().manual_seed(0)
    lying = torch.tensor([0.0, 1.0]).repeat(3)[None, :, None].expand(1, 6, 6)
    labels = torch.arange(300) % 2
    clean = torch.stack([lying, lying.transpose(1, 2)])[labels]
    images = clean + 0.3 * torch.randn(clean.shape, generator=generator)
    return datasets.from_arrays("stripes", images[:200], labels[:200], images[200:], labels[200:])


def darker():
    given = stripes()
    given.train.images.mul_(0.5)
    return given


@pytest.fixture(autouse=True)
def registered():
    networks.register("perceptron", perceptron)
    datasets.register("stripes", stripes)
    yield
    for names in specs.REGISTERED.values():
        names.clear()
    images.OWN.clear()


def own(**changes):
    spec = Spec(architecture="perceptron", dataset="stripes", batch_size=20, epochs=6, learning_rate=0.01)
    return replace(spec, precision="float32", **changes)


def test_a_network_and_images_of_ones_own_are_trained_and_predict():
    test = datasets.load("stripes").test
    right = accuracy(predict(own(), ends([own(), own(init_seed=1)]), test.images), test.labels)
    assert (right > 0.95).all()


def test_a_worker_knows_what_is_registered():
    specs_ = [own(epochs=1, init_seed=seed) for seed in range(2)]
    for spec, result in zip(specs_, train(specs_, jobs=2), strict=True):
        assert result["points"].equal(run(spec)["points"])


def test_a_worker_that_lives_on_trains_on_the_images_registered_last():
    """It trained on the old ones, and kept the run under the new name."""
    spec = own(epochs=1)
    train([spec, own(epochs=1, init_seed=1)], jobs=2)
    datasets.register("stripes", darker)
    specs_ = [own(epochs=1, init_seed=seed) for seed in range(2)]
    assert specs_[0] != spec
    for one, result in zip(specs_, train(specs_, jobs=2), strict=True):
        assert result["points"].equal(run(one)["points"])


def test_a_worker_that_finds_other_images_trains_nothing():
    spec, registered = own(epochs=1), {kind: dict(names) for kind, names in specs.REGISTERED.items()}
    there = specs.Registered(darker, registered["dataset"]["stripes"].code)  # its folder holds other pictures, say
    specs.REGISTERED["dataset"].clear()
    images.OWN.clear()
    with pytest.raises(ValueError, match="made before what it names was registered anew"):
        here = {name: value for name, value in os.environ.items() if name.startswith("LDIV_")}
        many._trajectory_in(here, registered | {"dataset": {"stripes": there}}, spec)


def test_what_the_names_stand_for_counts_in_the_name_of_a_run():
    recipes = [trajectory.recipe(own())]

    def wider(shape, classes, dropout):
        return nn.Sequential(nn.Flatten(), nn.Linear(shape[1] * shape[2], classes))

    networks.register("perceptron", wider)
    recipes.append(trajectory.recipe(own()))
    shifted = datasets.load("stripes")
    shifted.train.images[0, 0, 0, 0] += 1
    datasets.register("stripes", lambda: shifted)
    recipes.append(trajectory.recipe(own()))
    assert len({str(recipe) for recipe in recipes}) == 3
    assert "code" not in trajectory.recipe(Spec())["arguments"]["spec"]
    networks.register("perceptron", perceptron)
    datasets.register("stripes", stripes)
    assert trajectory.recipe(own()) == recipes[0]


def test_what_is_registered_is_no_part_of_the_code_of_the_module():
    """Else every result would be computed anew once a reader registers something."""
    source._helper_hash.cache_clear()
    with_names = source.helper_now("ldiv_utils.predict:predict")
    for names in specs.REGISTERED.values():
        names.clear()
    source._helper_hash.cache_clear()
    assert source.helper_now("ldiv_utils.predict:predict") == with_names


def test_a_spec_that_is_older_than_its_network_trains_nothing():
    """Else the new network would be kept under the old one's name."""
    old = own(epochs=1)
    networks.register("perceptron", lambda shape, classes, dropout: perceptron(shape, classes, 0.0))
    with pytest.raises(ValueError, match="was made before what it names was registered anew; make it again"):
        trajectory(old)
    trajectory(own(epochs=1))


@pytest.mark.usefixtures("as_a_user")
def test_a_name_that_is_not_registered_is_told_what_is():
    with pytest.raises(ValueError, match=r"architecture 'mlp' is unknown; allowed: small_cnn, .*, perceptron"):
        Spec(architecture="mlp")
    with pytest.raises(ValueError, match=r"dataset 'mnist' is unknown; allowed: digits, .*, stripes"):
        datasets.load("mnist")
    with pytest.raises(ValueError, match="architecture 'small_cnn' was to be registered; allowed: an identifier"):
        networks.register("small_cnn", perceptron)
    with pytest.raises(TypeError, match="the images of 'none' came as a NoneType; allowed: a Dataset"):
        datasets.register("none", lambda: None)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda shape, classes, dropout: None, "was built as a NoneType; allowed: a torch module"),
        (
            lambda shape, classes, dropout: nn.Flatten(),
            r"gives \(2, 36\) for images \(2, 1, 6, 6\); allowed: logits \(2, 2",
        ),
    ],
)
def test_a_network_that_gives_no_logits_is_named_before_it_is_trained(build, said):
    networks.register("other", build)
    with pytest.raises(ValueError, match=f"the network 'other' {said}"):
        run(own(architecture="other"))
    with pytest.raises(TypeError, match="a NoneType was given as build; allowed: a function"):
        networks.register("other", None)


def test_what_a_network_draws_when_it_is_built_is_the_same_each_time():
    def masked(shape, classes, dropout):
        net = nn.Sequential(nn.Flatten(), nn.Linear(36, classes))
        net.register_buffer("mask", torch.rand(3))
        return net

    networks.register("masked", masked)
    one, other = (networks.network("masked", (1, 6, 6), 2) for _ in range(2))
    assert one.mask.equal(other.mask)


def test_the_images_are_read_once():
    calls = []

    def counting():
        calls.append(0)
        return stripes()

    datasets.register("counted", counting)
    assert datasets.load("counted").facts == datasets.facts("counted")
    assert len(calls) == 1


def test_predictions_too_refuse_a_spec_that_is_older_than_its_network():
    old = own()
    networks.register("perceptron", lambda shape, classes, dropout: perceptron(shape, classes, 0.0))
    with pytest.raises(ValueError, match="was made before what it names was registered anew"):
        predict(old, torch.zeros(1, 10), torch.zeros(1, 1, 6, 6))


def test_facts_of_registered_images_are_their_own():
    facts = datasets.facts("stripes")
    assert (facts.shape, facts.classes, facts.test) == ((1, 6, 6), 2, 100)
    assert facts.train + facts.validation == 200
