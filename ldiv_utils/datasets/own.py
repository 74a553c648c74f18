"""A dataset from images of one's own: arrays, or a folder of pictures.

Order and held-out images depend on content alone, as for the book's datasets.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .pictures import pictures, subfolders
from .splits import Dataset, Split, by_content, divided


def from_arrays(
    name: str,
    train_images: np.ndarray | Tensor,
    train_labels: np.ndarray | Tensor,
    test_images: np.ndarray | Tensor,
    test_labels: np.ndarray | Tensor,
    held_out: int | None = None,
) -> Dataset:
    """The dataset of these images, of which `held_out` training images become `validation`.

    Images are (N, c, h, w), (N, h, w, c) or grey (N, h, w), with c of 1 or 3 channels, uint8 or floating point
    (kept as float32); labels (N,) are integers 0 to C−1, and each class has training images that are not held
    out. Where `held_out` is not given, it is a tenth of the training images, at most 500. The arrays are copied.

    Raises ValueError, which says what was given and what is allowed.
    """
    train = _split("training", train_images, train_labels)
    test = _split("test", test_images, test_labels)
    given = [(tuple(split.images.shape[1:]), split.images.dtype) for split in (train, test)]
    if given[0] != given[1]:
        raise ValueError(f"training images are {given[0]}, test images {given[1]}; allowed: the same shape and type")
    return _dataset(name, train, test, held_out)


def from_folder(name: str, folder: Path | str, size: int, held_out: int | None = None) -> Dataset:
    """The dataset of the pictures in `<folder>/<class>/`, resized to `size` × `size` pixels, RGB, uint8.

    Classes are numbered in the order of their names. Where the folder has the subfolders `train/` and `test/`, each of
    these holds a subfolder for each class; elsewhere a fifth of each class, rounded down and chosen by content, is for
    testing. `held_out` is that of `from_arrays`. Pillow reads the pictures; hidden files, and files beside the folders
    of the classes, are left out.

    Raises ValueError, which names the file or folder that does not fit.
    """
    if type(size) is not int or size < 1:
        raise ValueError(f"size {size!r} was given; allowed: a whole number of pixels, 1 or more")
    folder = Path(folder).expanduser()
    parts = subfolders(folder)
    if not {"train", "test"} <= set(parts):
        return _dataset(name, *_fifth_for_testing(folder, pictures(folder, parts, size)), held_out)
    if others := set(parts) - {"train", "test"}:
        raise ValueError(f"{folder} holds {min(others)} beside train and test; allowed: these two alone")
    classes = subfolders(folder / "train")
    if unknown := set(subfolders(folder / "test")) - set(classes):
        raise ValueError(f"{folder / 'test' / min(unknown)} has no counterpart in {folder / 'train'}")
    train, test = (pictures(folder / part, classes, size) for part in ("train", "test"))
    return _dataset(name, train, test, held_out)


def _dataset(name: str, train: Split, test: Split, held_out: int | None) -> Dataset:
    found = train.labels.unique().tolist()
    classes = len(found)
    if found[-1] != classes - 1:
        absent = next(label for label in range(classes) if label != found[label])
        raise ValueError(f"no training image has label {absent}, one has {found[-1]}; allowed: 0 to C−1, each of them")
    if classes < 2:
        raise ValueError("all training images are of one class; allowed: two classes or more")
    if test.labels.max() >= classes:
        raise ValueError(
            f"a test image has label {int(test.labels.max())}; allowed: 0 to {classes - 1}, as in training"
        )
    if held_out is None:
        held_out = max(1, min(500, len(train) // 10))
    if type(held_out) is not int or not 1 <= held_out < len(train):
        raise ValueError(f"held_out {held_out!r} was given; allowed: 1 to {len(train) - 1}, of {len(train)} images")
    dataset = divided(name, classes, train, test, held_out)
    left = dataset.train.labels.bincount(minlength=classes)
    if not left.all():
        raise ValueError(f"with {held_out} images held out, no training image of class {int(left.argmin())} is left")
    return dataset


def _split(what: str, images: np.ndarray | Tensor, labels: np.ndarray | Tensor) -> Split:
    images, labels = _images(_array(images, f"{what} images"), what), _array(labels, f"{what} labels")
    if labels.dtype.kind not in "iu" or labels.shape != (len(images),):
        given = f"{what} labels of shape {labels.shape} and type {labels.dtype} were given"
        raise ValueError(f"{given} for {len(images)} images; allowed: integers ({len(images)},)")
    labels = torch.from_numpy(labels.astype(np.int64))
    if labels.min() < 0:
        raise ValueError(f"{what} label {int(labels.min())} was given; allowed: 0 to C−1")
    return Split(images, labels)


def _array(values: np.ndarray | Tensor, what: str) -> np.ndarray:
    if isinstance(values, Tensor):
        values = values.detach().cpu()
        values = (values.float() if values.is_floating_point() else values).numpy()  # NumPy has no bfloat16
    if not isinstance(values, np.ndarray):
        raise ValueError(f"{what} of type {type(values).__name__} were given; allowed: a NumPy array or a tensor")
    return values


def _images(images: np.ndarray, what: str) -> Tensor:
    """The images (N, c, h, w), uint8 or float32, in memory of their own."""
    if images.dtype != np.uint8 and images.dtype.kind != "f":
        raise ValueError(f"{what} images of type {images.dtype} were given; allowed: uint8 or floating point")
    first, last = (images.ndim == 4 and images.shape[axis] in (1, 3) for axis in (1, 3))
    if images.size == 0 or (images.ndim != 3 and first == last):
        doubt = ", which can be read in two ways" if first and last else ""
        raise ValueError(
            f"{what} images of shape {images.shape} were given{doubt}; "
            "allowed: (N, c, h, w) or (N, h, w, c), where c alone is 1 or 3, or (N, h, w)"
        )
    if images.ndim == 3:
        images = images[:, None]
    elif last:
        images = images.transpose(0, 3, 1, 2)
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is told below
        images = np.array(images, np.uint8 if images.dtype == np.uint8 else np.float32, order="C")
    finite = np.isfinite(images).all((1, 2, 3))
    if not finite.all():
        raise ValueError(f"{what} image {int(finite.argmin())} has a pixel that is no finite number")
    return torch.from_numpy(images)


def _fifth_for_testing(folder: Path, whole: Split) -> tuple[Split, Split]:
    """The first four fifths of each class in the order of content, and the last."""
    whole, train, test = by_content(whole), [], []
    for label in whole.labels.unique():
        rows = (whole.labels == label).nonzero()[:, 0]
        kept = len(rows) - len(rows) // 5
        train.append(rows[:kept])
        test.append(rows[kept:])
    if not len(torch.cat(test)):
        raise ValueError(f"{folder} has fewer than five pictures of each class; allowed: five or more of some class")
    return tuple(Split(whole.images[rows], whole.labels[rows]) for rows in map(torch.cat, (train, test)))
