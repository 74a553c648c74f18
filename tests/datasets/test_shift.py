"""Shifted images: which corruptions and foreign images a dataset has, and shuffled patches, by hand."""

from typing import get_args

import numpy as np
import pytest
import torch

from ldiv_utils import datasets
from ldiv_utils.datasets import corruptions, images, shift, transfer


@pytest.fixture
def tiny(monkeypatch):
    """A dataset whose test images are the official ones in another order: 2, 0, 3, 1."""
    order = torch.tensor([2, 0, 3, 1])
    images = order.byte().view(-1, 1, 1, 1).expand(-1, 3, 2, 2).contiguous()
    split = datasets.Split(images, torch.tensor([3, 1, 4, 1])[order])
    dataset = datasets.Dataset("cifar10", 10, split, split, split)
    monkeypatch.setattr(shift, "load", lambda name: dataset if name == "cifar10" else datasets.load(name))
    monkeypatch.setattr(shift, "official_order", lambda: order)
    return dataset


def test_files_go_before_what_the_book_makes_and_follow_its_order(files, tiny):
    assert shift.corruption_names("cifar10") == (("fog",), "the files of CIFAR-10-C")
    assert shift.shifted("cifar10", "fog", 5, torch.arange(4))[:, 0, 0, 0].tolist() == [252, 250, 253, 251]


def test_intensity_0_is_the_clean_image_even_of_a_corruption_that_only_the_files_have(files, tiny):
    assert shift.shifted("cifar10", "fog", 0, torch.tensor([1])).equal(tiny.test.images[1:2])


def test_files_of_other_images_are_refused(files, tiny):
    np.save(files / "labels.npy", np.zeros(20, dtype=np.uint8))
    with pytest.raises(transfer.Unavailable, match=r"labels\.npy is .*\(it holds other labels than CIFAR-10's test"):
        shift.shifted("cifar10", "fog", 1, torch.arange(4))


def test_files_of_another_size_are_refused(files, tiny):
    np.save(files / "fog.npy", np.zeros((20, 4, 4, 3), dtype=np.uint8))
    with pytest.raises(transfer.Unavailable, match=r"fog\.npy is .*\(its images have shape \(3, 4, 4\)\)"):
        shift.shifted("cifar10", "fog", 1, torch.arange(4))


def test_without_files_the_book_makes_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    assert shift.corruption_names("cifar10") == (tuple(corruptions.STRENGTHS), "made by the book")
    assert shift.corruption_names("digits") == (corruptions.GREY, "made by the book")
    rows = torch.tensor([5, 2])
    expected = corruptions.corrupt(datasets.load("digits").test.images[rows], "pixelate", 4, seed=0)
    assert shift.shifted("digits", "pixelate", 4, rows).equal(expected)


def test_digits_do_not_take_the_files(files):
    assert shift.corruption_names("digits")[1] == "made by the book"


def test_shuffled_patches_hold_the_same_patches_each_whole():
    images = torch.arange(2 * 3 * 4 * 4).view(2, 3, 4, 4)
    mixed = shift.shuffled_patches(images, 2)

    def patches(image):
        return {tuple(image[:, r : r + 2, c : c + 2].flatten().tolist()) for r in (0, 2) for c in (0, 2)}

    assert [patches(image) for image in mixed] == [patches(image) for image in images]
    assert mixed.equal(shift.shuffled_patches(images, 2))
    assert not mixed.equal(shift.shuffled_patches(images, 2, seed=1))
    assert shift.shuffled_patches(images, 4).equal(images)


def test_shuffled_patches_of_one_pixel_come_in_every_order():
    images = torch.arange(4).view(1, 1, 2, 2).expand(2000, -1, -1, -1)
    orders = shift.shuffled_patches(images, 1).flatten(1)
    kinds, counts = orders.unique(dim=0, return_counts=True)
    assert len(kinds) == 24
    assert counts.min() > 50  # 83 expected


def test_patches_must_fit():
    for size in (0, 3):
        with pytest.raises(
            ValueError, match=f"patches of {size} pixels were asked for; their side must divide 4 and 6"
        ):
            shift.shuffled_patches(torch.zeros(1, 1, 4, 6), size)


def test_without_house_numbers_patches_are_shuffled_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    monkeypatch.delenv("LDIV_DOWNLOAD_SVHN", raising=False)
    assert shift.foreign("digits") == shift.foreign("cifar10") == "test images with shuffled patches"
    images = shift.out_of_distribution("digits", 797)
    originals = datasets.load("digits").test.images
    assert images.shape == originals.shape
    assert images.flatten().sort()[0].equal(originals.flatten().sort()[0])
    with pytest.raises(ValueError, match="0 images were asked for; allowed: 1 to 797"):
        shift.out_of_distribution("digits", 0)


def test_classes_left_out_are_in_no_split_of_the_dataset():
    assert shift.foreign("digits_0_7") == "the digits 8 and 9, left out of training"
    with pytest.raises(ValueError, match=r"1000 images were asked for; allowed: 1 to 354"):
        shift.out_of_distribution("digits_0_7", 1000)
    outside, some = shift.out_of_distribution("digits_0_7", 354), datasets.load("digits_0_7")
    inside = torch.cat([s.images for s in (some.train, some.validation, some.test)])
    assert len(torch.cat([outside, inside]).flatten(1).unique(dim=0)) == 354 + len(inside) == 1797


@pytest.fixture
def house_numbers(monkeypatch):
    """Six house numbers, which have the shape of CIFAR's images."""
    made = torch.arange(6 * 3 * 32 * 32).remainder(251).byte().view(6, 3, 32, 32)
    monkeypatch.setattr(shift, "house_numbers", lambda: made)
    return made


def test_house_numbers_are_foreign_to_cifar_where_they_are_at_hand(tmp_path, monkeypatch, house_numbers):
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    monkeypatch.setenv("LDIV_DOWNLOAD_SVHN", "1")
    assert shift.foreign("cifar10") == shift.foreign("cifar100") == "house numbers (SVHN)"
    assert shift.foreign("digits") == "test images with shuffled patches"
    assert shift.out_of_distribution("cifar10", 6).equal(house_numbers[np.random.RandomState(0).permutation(6)])


def test_words_steer_nothing(tmp_path, files, tiny, monkeypatch, house_numbers):
    """They are arguments of stored results; the images are the same whatever they say."""

    def all_kinds():
        rows = torch.arange(4)
        found = [shift.shifted("cifar10", "fog", 5, rows), shift.shifted("digits", "contrast", 5, rows)]
        found.append(shift.out_of_distribution("cifar10", 4))
        (tmp_path / "test_32x32.mat").touch()
        found += [shift.out_of_distribution("cifar10", 4), shift.out_of_distribution("digits_0_7", 4)]
        (tmp_path / "test_32x32.mat").unlink()
        return found

    monkeypatch.setitem(shift.PATCH, "cifar10", 1)
    before = all_kinds()
    monkeypatch.setattr(shift, "WORDS", dict.fromkeys(shift.WORDS, "SVHN, shuffled, made by the book"))
    assert all(a.equal(b) for a, b in zip(before, all_kinds(), strict=True))


def test_every_kind_has_its_words():
    kinds = get_args(shift.CorruptionSource) + get_args(shift.ForeignKind)
    assert tuple(shift.WORDS) == kinds


def test_images_of_another_dataset_are_corrupted_as_their_channels_allow(monkeypatch):
    """The names alone; a name that begins as the digits' does says nothing of them."""
    for channels, names in [(1, corruptions.GREY), (3, tuple(corruptions.STRENGTHS))]:
        split = datasets.Split(torch.zeros(2, channels, 8, 8), torch.tensor([0, 1]))
        dataset = datasets.Dataset("digits of mine", 2, split, split, split)
        monkeypatch.setattr(images, "load", {"digits of mine": dataset}.__getitem__)
        assert shift.corruption_names("digits of mine") == (names, "made by the book")
