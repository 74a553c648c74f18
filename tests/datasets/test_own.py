"""Datasets from one's own images: the book's digits rebuilt, tiny pictures in folders, and each bad input."""

import numpy as np
import pytest
import torch
from PIL import Image

from ldiv_utils import datasets

RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (30, 3, 8, 6), dtype=np.uint8)
LABELS = np.arange(30) % 3
WITH_NAN = COLOUR / 255
WITH_NAN[4, 2, 7, 5] = np.nan


def splits(dataset):
    return dataset.train, dataset.validation, dataset.test


def same(first, second) -> bool:
    pairs = list(zip(splits(first), splits(second), strict=True))
    return all(a.images.equal(b.images) and a.labels.equal(b.labels) for a, b in pairs)


def made(images=COLOUR, labels=LABELS, test_images=COLOUR[:6], test_labels=LABELS[:6], held_out=3):
    return datasets.from_arrays("mine", images, labels, test_images, test_labels, held_out)


def test_the_books_digits_from_their_arrays_are_the_books_digits():
    digits = datasets.load("digits")
    images = torch.cat([digits.validation.images, digits.train.images])
    labels = torch.cat([digits.validation.labels, digits.train.labels])
    mine = datasets.from_arrays("mine", images, labels, digits.test.images, digits.test.labels, held_out=200)
    assert (mine.name, mine.facts) == ("mine", digits.facts)
    assert same(mine, digits)


@pytest.mark.parametrize(("count", "held_out"), [(5, 1), (30, 3), (6000, 500)])
def test_a_tenth_is_held_out_and_at_most_500(count, held_out):
    images = RANDOM.random((count, 2, 2))
    dataset = datasets.from_arrays("mine", images, np.arange(count) % 2, images[:2], np.array([0, 1]))
    assert dataset.facts == datasets.Facts((1, 2, 2), 2, count - held_out, held_out, 2)


@pytest.mark.parametrize("as_given", [torch.from_numpy, np.asfortranarray, lambda x: x[::-1][::-1], np.array])
def test_colour_images_of_either_layout_are_the_same_dataset(as_given):
    last = COLOUR.transpose(0, 2, 3, 1)
    assert made().train.images.shape == (27, 3, 8, 6)
    assert made().train.images.dtype == torch.uint8
    assert same(made(), made(images=as_given(last), test_images=as_given(last[:6])))
    assert same(made(), made(labels=as_given(LABELS.astype(np.uint8))))


def test_grey_images_of_every_layout_are_the_same_dataset():
    grey = COLOUR[:, 0]
    expected = made(images=grey, test_images=grey[:6])
    assert expected.shape == (1, 8, 6)
    for axis in (1, 3):
        assert same(expected, made(images=np.expand_dims(grey, axis), test_images=np.expand_dims(grey[:6], axis)))


@pytest.mark.parametrize("kind", [np.float16, np.float32, ">f8", torch.bfloat16, torch.float64])
def test_floating_point_becomes_float32(kind):
    images = COLOUR / np.float32(256)
    images = torch.from_numpy(images).to(kind) if isinstance(kind, torch.dtype) else images.astype(kind)
    dataset = made(images=images, test_images=images[:6])
    assert dataset.train.images.dtype == torch.float32
    found, expected = (torch.cat([s.images for s in splits(d)]).flatten(1) for d in (dataset, made()))
    assert found.unique(dim=0).equal(expected.unique(dim=0) / 256)


def test_arrays_are_copied_and_may_be_read_only():
    images, before = COLOUR.copy(), made()
    images.setflags(write=False)
    dataset = made(images=images)
    images.setflags(write=True)
    images[:] = 0
    assert same(dataset, before)


def test_order_does_not_count():
    order = RANDOM.permutation(30)
    assert same(made(), made(images=COLOUR[order], labels=LABELS[order]))


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"images": COLOUR[:, :2]}, r"training images of shape \(30, 2, 8, 6\) were given; allowed: \(N, c, h, w\) or"),
        ({"images": COLOUR[..., :3]}, r"shape \(30, 3, 8, 3\) were given, which can be read in two ways; allowed"),
        ({"test_images": COLOUR[0, 0]}, r"test images of shape \(8, 6\) were given; allowed"),
        ({"images": COLOUR[:0]}, r"training images of shape \(0, 3, 8, 6\)"),
        ({"test_images": COLOUR[:, :, :0]}, r"test images of shape \(30, 3, 0, 6\)"),
        ({"images": COLOUR.astype(int)}, "training images of type int64 were given; allowed: uint8 or floating point"),
        ({"images": COLOUR > 9}, "training images of type bool"),
        ({"images": COLOUR.tolist()}, "training images of type list were given; allowed: a NumPy array or a tensor"),
        ({"labels": LABELS.tolist()}, "training labels of type list"),
        ({"images": WITH_NAN}, "training image 4 has a pixel that is no finite number"),
        ({"images": COLOUR * 1e300}, "training image 0 has a pixel that is no finite number"),
        ({"test_images": COLOUR[:6, :, :7]}, r"\(\(3, 8, 6\), torch.uint8\), test images \(\(3, 7, 6\), torch.uint8\)"),
        ({"test_images": COLOUR[:6] / 255}, r"test images \(\(3, 8, 6\), torch.float32\); allowed: the same"),
        ({"labels": LABELS[:-1]}, r"shape \(29,\) and type int64 were given for 30 images; allowed: integers \(30,\)"),
        ({"labels": LABELS[:, None]}, r"training labels of shape \(30, 1\)"),
        ({"labels": LABELS + 0.0}, "training labels of shape .* and type float64"),
        ({"labels": LABELS - 1}, "training label -1 was given; allowed: 0 to C−1"),
        ({"labels": LABELS + 1}, "no training image has label 0, one has 3; allowed: 0 to C−1"),
        ({"labels": LABELS * 10**12}, "no training image has label 1, one has 2000000000000"),
        ({"labels": LABELS * 0}, "all training images are of one class; allowed: two"),
        ({"test_labels": LABELS[:6] + 1}, "a test image has label 3; allowed: 0 to 2, as in training"),
        ({"held_out": 0}, "held_out 0 was given; allowed: 1 to 29, of 30 images"),
        ({"held_out": 30}, "held_out 30 was given"),
        ({"held_out": 0.1}, "held_out 0.1 was given"),
        ({"held_out": True}, "held_out True was given"),
        ({"held_out": 28}, "with 28 images held out, no training image of class 0 is left"),
    ],
)
def test_bad_arrays_are_named(given, message):
    with pytest.raises(ValueError, match=message) as raised:
        made(**given)
    assert "\n" not in str(raised.value)


def save(path, pixels, **form):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **form)


@pytest.fixture
def folder(tmp_path):
    """Ten pictures of cats and five of dogs, of several sizes, colour and grey, in two formats."""
    for i in range(10):
        save(tmp_path / "cats" / f"{i}.png", RANDOM.integers(0, 256, (8 + i, 12, 3), dtype=np.uint8))
    for i in range(5):
        save(tmp_path / "dogs" / f"{i}.jpg", RANDOM.integers(0, 256, (16, 8 + i), dtype=np.uint8))
    return tmp_path


def mine(folder, size=8, held_out=2):
    return datasets.from_folder("mine", folder, size, held_out)


def test_a_fifth_of_each_class_is_for_testing(folder):
    dataset = mine(folder)
    assert dataset.facts == datasets.Facts((3, 8, 8), 2, 10, 2, 3)
    assert dataset.test.labels.bincount().tolist() == [2, 1]
    assert dataset.train.images.dtype == torch.uint8
    found = torch.cat([s.images for s in splits(dataset)])
    assert len(found.flatten(1).unique(dim=0)) == 15


def test_pictures_are_those_that_pillow_resizes(folder):
    found = torch.cat([s.images for s in splits(mine(folder, size=5))])
    for path in folder.rglob("*.*"):
        with Image.open(path) as picture:
            small = np.array(picture.convert("RGB").resize((5, 5), Image.Resampling.BILINEAR))
        assert (found == torch.from_numpy(small).permute(2, 0, 1)).all((1, 2, 3)).sum() == 1


def test_names_and_formats_of_files_do_not_count_nor_what_is_hidden_or_beside(folder):
    before = mine(folder)
    for i, path in enumerate(sorted((folder / "cats").iterdir())):
        Image.open(path).save(folder / "cats" / f"{99 - i}.bmp")
        path.unlink()
    (folder / "cats" / ".DS_Store").write_bytes(b"x")
    (folder / ".hidden").mkdir()
    (folder / "README").write_text("cats and dogs", encoding="utf-8")
    assert same(mine(str(folder)), before)


def test_another_class_leaves_the_division_of_the_others(folder):
    before = mine(folder)
    for i in range(5):
        save(folder / "eels" / f"{i}.png", RANDOM.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    after = mine(folder).test
    assert after.images[after.labels < 2].equal(before.test.images)


def test_train_and_test_where_they_exist(folder):
    for part, cats, dogs in [("train", 8, 4), ("test", 2, 0)]:
        (folder / part / "cats").mkdir(parents=True)
        for name, count in [("cats", cats), ("dogs", dogs)]:
            for path in sorted((folder / name).iterdir())[:count]:
                (folder / part / name).mkdir(exist_ok=True)
                path.rename(folder / part / name / path.name)
    with pytest.raises(ValueError, match=r"holds cats beside train and test; allowed: these two alone"):
        mine(folder)
    for name in ("cats", "dogs"):
        for path in (folder / name).iterdir():
            path.unlink()
        (folder / name).rmdir()
    dataset = mine(folder)
    assert dataset.facts == datasets.Facts((3, 8, 8), 2, 10, 2, 2)
    assert dataset.test.labels.tolist() == [0, 0]
    (folder / "test" / "eels").mkdir()
    with pytest.raises(ValueError, match=r"test/eels has no counterpart in .*train"):
        mine(folder)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("page.png", b"<html>please log in</html>", "cannot identify image file"),
        ("empty.png", b"", "cannot identify image file"),
        ("notes.txt", b"a cat", "cannot identify image file"),
    ],
)
def test_what_is_no_picture_is_named(folder, name, content, why):
    path = folder / "cats" / name
    path.write_bytes(content)
    with pytest.raises(ValueError) as raised:
        mine(folder)
    text = str(raised.value)
    assert text.startswith(f"{path} cannot be read as a picture ({why}")
    assert text.endswith("replace it or take it away") and "\n" not in text


@pytest.mark.parametrize("name", ["cats/0.png", "dogs/0.jpg"])
def test_a_picture_cut_anywhere_is_named(folder, name):
    path = folder / name
    whole = path.read_bytes()
    for length in range(0, len(whole) - 20, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=rf"{name} cannot be read as a picture"):
            mine(folder)


@pytest.mark.parametrize(("kind", "mode"), [(np.uint16, "I;16"), (np.int32, "I"), (np.float32, "F")])
def test_a_picture_of_more_than_8_bits_is_named(folder, kind, mode):
    save(folder / "cats" / "deep.tiff", np.full((8, 8), 1000, kind))
    with pytest.raises(ValueError, match=rf"deep\.tiff cannot .*\(its mode is {mode}; allowed: 8 bits"):
        mine(folder)


@pytest.mark.usefixtures("as_a_user")
def test_folders_that_do_not_fit_are_named(folder, tmp_path):
    with pytest.raises(ValueError, match=r"nowhere is no folder; allowed: one that holds a folder of pictures"):
        mine(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"cats holds no folder; allowed: a folder of pictures for each class"):
        mine(folder / "cats")
    with pytest.raises(ValueError, match="fewer than five pictures of each class"):
        few = tmp_path / "few"
        for name in ("a", "b"):
            save(few / name / "0.png", COLOUR[0, 0])
        mine(few)
    with pytest.raises(ValueError, match=r"few/a is a folder; allowed in the folder of a class: pictures alone"):
        mine(folder)
    (folder / "few").rename(tmp_path / ".few")
    (folder / "eels").mkdir()
    with pytest.raises(ValueError, match="eels holds no picture"):
        mine(folder)
    for size in (0, True, 1.5):
        with pytest.raises(ValueError, match=f"size {size} was given; allowed: a whole number of pixels, 1 or more"):
            mine(folder, size=size)
