"""Test images as they are not in training: corrupted ones, and ones of another kind altogether."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from numpy.lib.format import open_memmap
from safetensors.torch import load_file
from torch import Tensor

from .. import paths
from .corruptions import GREY, STRENGTHS, corrupt
from .download import ensure
from .images import load
from .splits import Split, by_content
from .torchvision_cpu import import_torchvision

SVHN = "test_32x32.mat"
PATCH = {"digits": 2}  # side of a patch in pixels; 4 where nothing is said
LEFT_OUT = "the digits 8 and 9, left out of training"


def corruption_names(dataset: str) -> tuple[tuple[str, ...], str]:
    """The corruptions that `shifted` has for a dataset, and where they come from, in words.

    For cifar10, those whose file lies in `LDIV_DATA/CIFAR-10-C`, where that folder is; else those that
    `corruptions.corrupt` makes.
    """
    published = sorted(path.stem for path in _cifar10_c().glob("*.npy") if path.stem != "labels")
    if dataset == "cifar10" and published:
        return tuple(published), "the files of CIFAR-10-C"
    return (GREY if dataset.startswith("digits") else tuple(STRENGTHS)), "made by the book"


def shifted(dataset: str, name: str, intensity: int, rows: Int[Tensor, " N"], seed: int = 0) -> Tensor:
    """The test images `rows` of a dataset under a corruption of intensity 0 (none) to 5, of its shape and type.

    Raises ValueError for another intensity or corruption, or files of another form than CIFAR-10-C's.
    """
    test, (names, made) = load(dataset).test, corruption_names(dataset)
    if name not in names:
        raise ValueError(f"corruption {name!r} is unknown for {dataset}; allowed: {', '.join(names)}")
    if intensity == 0:
        return test.images[rows]
    if made == "made by the book":
        return corrupt(test.images[rows], name, intensity, seed)
    found = from_files(_cifar10_c(), name, intensity, official_order()[rows])
    if not found.labels.equal(test.labels[rows]):
        raise ValueError(f"{_cifar10_c()} holds other labels than CIFAR-10's test images: not CIFAR-10-C")
    return found.images


def from_files(where: Path, name: str, intensity: int, rows: Int[Tensor, " N"]) -> Split:
    """The images `rows` of `<name>.npy` at that intensity, 1 to 5, as CIFAR-10-C is distributed.

    The file holds five times as many images (h, w, 3), uint8, as there are test images: all at
    intensity 1, in the official order, then all at 2, and so on; `labels.npy` their labels. Raises
    ValueError, naming the file, if they are of another form. Source: Hendrycks & Dietterich (2019).
    """
    if not isinstance(intensity, int) or not 1 <= intensity <= 5:
        raise ValueError(f"intensity {intensity!r} was given; allowed: 1 to 5")
    # A memory map reads only what is asked for, and refuses whatever would need unpickling.
    images, labels = (open_memmap(where / f"{stem}.npy", mode="r") for stem in (name, "labels"))
    fits = images.ndim == 4 and images.shape[3] == 3 and images.dtype == np.uint8 and len(images) % 5 == 0
    if not fits or labels.shape != (len(images),):
        raise ValueError(f"{where / name}.npy holds {images.shape} of {images.dtype}, labels.npy {labels.shape}")
    at = (intensity - 1) * (len(images) // 5) + rows.numpy()
    pixels = torch.from_numpy(images[at]).permute(0, 3, 1, 2).contiguous()
    return Split(pixels, torch.from_numpy(labels[at].astype(np.int64)))


@cache
def official_order() -> Int[Tensor, " N"]:
    """Where each image of `load("cifar10").test` stands among the official test images."""
    images = load_file(ensure("cifar10", paths.data()))["test_images"]
    return by_content(Split(images, torch.arange(len(images)))).labels


def foreign(dataset: str) -> str:
    """What `out_of_distribution` has for a dataset, in words: classes left out, house numbers, or shuffled patches.

    Of `digits_0_7`, the classes 8 and 9, from all splits of the digits: nothing was trained on them.
    House numbers (SVHN's test set, as in the paper) where the dataset is not digits and
    `test_32x32.mat` lies in `LDIV_DATA` or may be downloaded, which `LDIV_DOWNLOAD_SVHN=1` allows.
    """
    if dataset == "digits_0_7":
        return LEFT_OUT
    allowed = (paths.data() / SVHN).exists() or os.environ.get("LDIV_DOWNLOAD_SVHN") == "1"
    return "house numbers (SVHN)" if allowed and dataset != "digits" else "test images with shuffled patches"


def out_of_distribution(dataset: str, count: int, seed: int = 0) -> Tensor:
    """`count` images that show no class of the dataset, of its shape and type: what `foreign` names.

    Of shuffled patches local texture stays, but no object does. Raises ValueError for a count out of range.
    """
    what = foreign(dataset)
    if what == LEFT_OUT:
        digits = load("digits")
        images = torch.cat([s.images[s.labels >= 8] for s in (digits.train, digits.validation, digits.test)])
    else:
        images = _house_numbers() if "SVHN" in what else load(dataset).test.images
    if not 1 <= count <= len(images):
        raise ValueError(f"{count} images were asked for; allowed: 1 to {len(images)}")
    chosen = images[np.random.RandomState(seed).permutation(len(images))[:count]]
    return shuffled_patches(chosen, PATCH.get(dataset, 4), seed) if "shuffled" in what else chosen


def shuffled_patches(images: Tensor, size: int, seed: int = 0) -> Tensor:
    """Each of N images (N, c, h, w) cut into patches of `size` × `size` pixels, put together in a random order.

    Raises ValueError unless `size` divides h and w.
    """
    n, channels, height, width = images.shape
    if size < 1 or height % size or width % size:
        raise ValueError(f"patches of {size} pixels were asked for; their side must divide {height} and {width}")
    down, across = height // size, width // size
    patches = images.view(n, channels, down, size, across, size).permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
    random = np.random.RandomState(seed)
    order = torch.from_numpy(np.stack([random.permutation(down * across) for _ in range(n)]))
    mixed = patches[torch.arange(n)[:, None], order].view(n, down, across, channels, size, size)
    return mixed.permute(0, 3, 1, 4, 2, 5).reshape(images.shape)


def _cifar10_c() -> Path:
    return paths.data() / "CIFAR-10-C"


def _house_numbers() -> Tensor:
    missing = not (paths.data() / SVHN).exists()
    return torch.from_numpy(import_torchvision().datasets.SVHN(paths.data(), split="test", download=missing).data)
