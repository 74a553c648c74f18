"""Shifted images: from a small copy of CIFAR-10-C's files, and shuffled patches, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ldiv_utils import datasets
from ldiv_utils.datasets import corruptions, shift

N = 4


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder laid out as CIFAR-10-C, of 4 test images in 2×2 pixels; pixel = 50 · intensity + official place."""
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    where = tmp_path / "CIFAR-10-C"
    where.mkdir()
    values = np.array([50 * intensity + place for intensity in range(1, 6) for place in range(N)], dtype=np.uint8)
    np.save(where / "fog.npy", np.broadcast_to(values[:, None, None, None], (5 * N, 2, 2, 3)))
    np.save(where / "labels.npy", np.tile(np.array([3, 1, 4, 1], dtype=np.uint8), 5))
    return where


@pytest.fixture
def tiny(monkeypatch):
    """A dataset whose test images are the official ones in another order: 2, 0, 3, 1."""
    order = torch.tensor([2, 0, 3, 1])
    images = order.byte().view(-1, 1, 1, 1).expand(-1, 3, 2, 2).contiguous()
    split = datasets.Split(images, torch.tensor([3, 1, 4, 1])[order])
    dataset = datasets.Dataset("cifar10", 10, split, split, split)
    monkeypatch.setattr(shift, "load", lambda name: dataset)
    monkeypatch.setattr(shift, "official_order", lambda: order)
    return dataset


def test_files_are_read_at_their_intensity_and_place(files):
    found = shift.from_files(files, "fog", 3, torch.tensor([2, 0]))
    assert found.images[:, :, 0, 0].tolist() == [[152] * 3, [150] * 3]
    assert found.images.shape == (2, 3, 2, 2)
    assert found.labels.tolist() == [4, 3]


def test_channels_come_first(files):
    images = np.arange(5 * N * 2 * 2 * 3, dtype=np.uint8).reshape(5 * N, 2, 2, 3)
    np.save(files / "fog.npy", images)
    assert (
        shift.from_files(files, "fog", 1, torch.tensor([1])).images[0].tolist() == images[1].transpose(2, 0, 1).tolist()
    )


def test_files_go_before_what_the_book_makes_and_follow_its_order(files, tiny):
    assert shift.corruption_names("cifar10") == (("fog",), "the files of CIFAR-10-C")
    assert shift.shifted("cifar10", "fog", 5, torch.arange(N))[:, 0, 0, 0].tolist() == [252, 250, 253, 251]


def test_intensity_0_is_the_clean_image_even_of_a_corruption_that_only_the_files_have(files, tiny):
    assert shift.shifted("cifar10", "fog", 0, torch.tensor([1])).equal(tiny.test.images[1:2])


def test_files_of_other_images_are_refused(files, tiny):
    np.save(files / "labels.npy", np.zeros(5 * N, dtype=np.uint8))
    with pytest.raises(ValueError, match="other labels than CIFAR-10's test images"):
        shift.shifted("cifar10", "fog", 1, torch.arange(N))


def test_files_of_another_form_are_refused(files):
    np.save(files / "short.npy", np.zeros((5 * N - 1, 2, 2, 3), dtype=np.uint8))
    np.save(files / "float.npy", np.zeros((5 * N, 2, 2, 3)))
    np.save(files / "few.npy", np.zeros((5 * N - 5, 2, 2, 3), dtype=np.uint8))
    for name in ("short", "float", "few"):
        with pytest.raises(ValueError, match=rf"{name}\.npy holds"):
            shift.from_files(files, name, 1, torch.arange(2))


def test_an_intensity_outside_the_files_is_named(files):
    with pytest.raises(ValueError, match="intensity 6 was given; allowed: 1 to 5"):
        shift.from_files(files, "fog", 6, torch.arange(2))


def test_nothing_is_unpickled(files):
    np.save(files / "fog.npy", np.array([{"any": "object"}] * 5 * N), allow_pickle=True)
    with pytest.raises(ValueError, match="dtype"):
        shift.from_files(files, "fog", 1, torch.arange(2))


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


@pytest.mark.parametrize("there", [True, False])
def test_house_numbers_are_read_or_downloaded_only_when_asked_for(tmp_path, monkeypatch, there):
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    calls = []

    def svhn(root, split, download):
        calls.append((root, split, download))
        return SimpleNamespace(data=np.arange(6 * 3 * 4, dtype=np.uint8).reshape(6, 3, 2, 2))

    fake = SimpleNamespace(datasets=SimpleNamespace(SVHN=svhn))
    monkeypatch.setattr("ldiv_utils.datasets.shift.import_torchvision", lambda: fake)
    if there:
        (tmp_path / "test_32x32.mat").touch()
    else:
        monkeypatch.setenv("LDIV_DOWNLOAD_SVHN", "1")
    assert shift.foreign("cifar10") == "house numbers (SVHN)"
    assert shift.foreign("digits") == "test images with shuffled patches"
    assert shift.out_of_distribution("cifar10", 2).shape == (2, 3, 2, 2)
    assert calls == [(tmp_path, "test", not there)]
