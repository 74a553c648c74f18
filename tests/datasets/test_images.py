"""Datasets: sizes, disjoint splits, an order that depends on content alone, exact scaling and shifts."""

from dataclasses import replace
from typing import get_args

import pytest
import torch
from safetensors.torch import save_file

from ldiv_utils import datasets, paths, specs
from ldiv_utils.datasets import images, transfer

CIFAR = paths.data() / "cifar10.safetensors"


NEEDS_CIFAR = pytest.mark.skipif(not CIFAR.exists(), reason="CIFAR-10 is not in LDIV_DATA")


@pytest.mark.parametrize("name", ["digits", "digits_0_7", pytest.param("cifar10", marks=NEEDS_CIFAR)])
def test_facts_are_those_of_the_images(name):
    dataset = datasets.load(name)
    assert datasets.facts(name) == dataset.facts
    splits = (dataset.train, dataset.validation, dataset.test)
    assert [split.images.shape for split in splits] == [(len(split), *dataset.facts.shape) for split in splits]
    assert torch.cat([split.labels for split in splits]).unique().tolist() == list(range(dataset.classes))


def test_facts_need_no_images(monkeypatch):
    monkeypatch.setattr(images, "load", lambda name: pytest.fail("loaded"))
    sizes = datasets.Facts(shape=(3, 32, 32), classes=10, train=49_500, validation=500, test=10_000)
    assert datasets.facts("cifar10") == sizes
    assert datasets.facts("cifar100") == replace(sizes, classes=100)
    assert {name for name in get_args(specs.DatasetName) if datasets.facts(name)} == images.FACTS.keys()


def test_digits_have_the_stated_noise():
    digits = datasets.load("digits")
    corner = torch.cat([s.images[:, 0, 0, 0] for s in (digits.train, digits.validation, digits.test)])
    assert abs(corner.std().item() - 0.5) < 0.03  # the first pixel of every digit is blank


def test_digits_without_the_last_two_are_the_others_of_the_same_images():
    """Training and held-out images together are those of the whole, in another division; test images are a part."""
    some, whole = datasets.load("digits_0_7"), datasets.load("digits")
    assert (some.shape, some.classes) == ((1, 8, 8), 8)
    kept = whole.test.labels < 8
    assert some.test.images.equal(whole.test.images[kept])
    assert some.test.labels.equal(whole.test.labels[kept])
    seen = [torch.cat([d.train.images, d.validation.images]).flatten(1) for d in (some, whole)]
    labels = torch.cat([whole.train.labels, whole.validation.labels])
    assert seen[0].unique(dim=0).equal(seen[1][labels < 8].unique(dim=0))


def test_splits_share_no_image():
    digits = datasets.load("digits")
    images = torch.cat([s.images for s in (digits.train, digits.validation, digits.test)]).flatten(1)
    assert len(images.unique(dim=0)) == 1797


def test_the_order_depends_on_content_alone():
    images = torch.randint(256, (50, 3, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(50)
    shuffle = torch.randperm(50, generator=torch.Generator().manual_seed(1))
    first, second = (
        datasets.by_content(datasets.Split(images, labels)),
        datasets.by_content(datasets.Split(images[shuffle], labels[shuffle])),
    )
    assert first.images.equal(second.images)
    assert first.labels.equal(second.labels)
    assert first.images.equal(images[first.labels])  # image and label stay together
    assert not first.labels.equal(labels)


@NEEDS_CIFAR
def test_cifar10_is_whole():
    cifar = datasets.load("cifar10")
    labels = torch.cat([cifar.train.labels, cifar.validation.labels])
    assert labels.bincount().tolist() == [5000] * 10
    assert cifar.test.labels.bincount().tolist() == [1000] * 10
    assert cifar.train.images.dtype == torch.uint8


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_dataset_is_named():
    with pytest.raises(ValueError, match="'mnist' is unknown; allowed: digits, digits_0_7, cifar10, cifar100"):
        datasets.load("mnist")
    with pytest.raises(ValueError, match="'mnist' is unknown"):
        datasets.facts("mnist")


@pytest.mark.parametrize("classes", [9, 11])
def test_labels_of_another_dataset_are_named(tmp_path, monkeypatch, classes):
    pictures, labels = torch.zeros(classes, 3, 32, 32, dtype=torch.uint8), torch.arange(classes, dtype=torch.uint8)
    parts = {"images": pictures, "labels": labels}
    tensors = {f"{split}_{kind}": tensor.clone() for split in ("train", "test") for kind, tensor in parts.items()}
    save_file(tensors, tmp_path / "cifar10.safetensors")
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    with pytest.raises(transfer.Unavailable, match=rf"cifar10\.safetensors has labels of {classes} classes, .* has 10"):
        images._of_the_book.__wrapped__("cifar10")


def test_standardised_training_images_have_mean_zero_and_deviation_one():
    digits = datasets.load("digits")
    x = datasets.pixels(digits, "standardised")(digits.train.images)
    assert abs(x.mean().item()) < 1e-5
    assert abs(x.std().item() - 1) < 1e-5


def test_centred_and_raw_pixels_by_hand():
    images = torch.tensor([[[[0, 51]]], [[[102, 255]]]], dtype=torch.uint8)
    split = datasets.Split(images, torch.tensor([0, 1]))
    tiny = datasets.Dataset("tiny", 2, split, split, split)
    assert datasets.pixels(tiny, "raw")(images).flatten().tolist() == [0, 51, 102, 255]
    centred = datasets.pixels(tiny, "centred")(images).flatten()
    torch.testing.assert_close(centred, torch.tensor([-51, -102, 51, 102]) / 255)


def test_augmentation_shifts_repeats_edges_and_mirrors():
    """Each result is one of the 7 × 7 × 2 images that shifts by up to 3 of 32 pixels and mirroring allow."""
    image = torch.randn(1, 2, 32, 32, generator=torch.Generator().manual_seed(0))
    padded = torch.nn.functional.pad(image, (3, 3, 3, 3), mode="replicate")[0]
    allowed = {}
    for down in range(7):
        for right in range(7):
            view = padded[:, down : down + 32, right : right + 32]
            allowed |= {(down, right, mirrored): view.flip(2) if mirrored else view for mirrored in (False, True)}
    results = datasets.augment(image.expand(200, -1, -1, -1), "shift_flip", torch.Generator().manual_seed(1))
    seen = set()
    for result in results:
        matches = [key for key, view in allowed.items() if view.equal(result)]
        assert matches
        seen.add(matches[0])
    assert len(seen) > 60
    assert datasets.augment(image, "none", torch.Generator()) is image
