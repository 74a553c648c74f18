"""Test images as they are not in training: corrupted ones, and ones of another kind altogether."""

from functools import cache
from typing import Literal

import numpy as np
import torch
from jaxtyping import Int
from safetensors.torch import load_file
from torch import Tensor

from .. import paths
from . import cifar10_c
from .corruptions import GREY, STRENGTHS, corrupt
from .download import ensure
from .house_numbers import at_hand, house_numbers
from .images import facts, load
from .splits import Split, by_content

PATCH = {"digits": 2}  # side of a patch in pixels; 4 where nothing is said

CorruptionSource = Literal["files", "book"]
ForeignKind = Literal["left_out", "house_numbers", "shuffled"]
WORDS = {  # arguments of stored results: other words would have those computed anew
    "files": "the files of CIFAR-10-C",
    "book": "made by the book",
    "left_out": "the digits 8 and 9, left out of training",
    "house_numbers": "house numbers (SVHN)",
    "shuffled": "test images with shuffled patches",
}


def corruption_source(dataset: str) -> CorruptionSource:
    """Where the corruptions of a dataset come from: for cifar10, CIFAR-10-C's files where any lie there."""
    return "files" if dataset == "cifar10" and cifar10_c.names() else "book"


def corruption_names(dataset: str) -> tuple[tuple[str, ...], str]:
    """The corruptions that `shifted` has for a dataset, and where they come from, in words.

    For cifar10, those whose file lies in `LDIV_DATA/CIFAR-10-C`, where that folder is; else those that
    `corruptions.corrupt` makes.
    """
    source = corruption_source(dataset)
    if source == "files":
        return cifar10_c.names(), WORDS[source]
    return (GREY if facts(dataset).shape[0] == 1 else tuple(STRENGTHS)), WORDS[source]


def shifted(dataset: str, name: str, intensity: int, rows: Int[Tensor, " N"], seed: int = 0) -> Tensor:
    """The test images `rows` of a dataset under a corruption of intensity 0 (none) to 5, of its shape and type.

    Raises ValueError for another intensity or corruption, Unavailable for files of another form than CIFAR-10-C's.
    """
    test, (names, _) = load(dataset).test, corruption_names(dataset)
    if name not in names:
        raise ValueError(f"corruption {name!r} is unknown for {dataset}; allowed: {', '.join(names)}")
    if intensity == 0:
        return test.images[rows]
    if corruption_source(dataset) == "book":
        return corrupt(test.images[rows], name, intensity, seed)
    where = cifar10_c.folder()
    found = cifar10_c.from_files(where, name, intensity, official_order()[rows])
    if found.images.shape[1:] != test.images.shape[1:]:
        raise cifar10_c.refused(where / f"{name}.npy", f"its images have shape {tuple(found.images.shape[1:])}")
    if not found.labels.equal(test.labels[rows]):
        raise cifar10_c.refused(where / "labels.npy", "it holds other labels than CIFAR-10's test images")
    return found.images


@cache
def official_order() -> Int[Tensor, " N"]:
    """Where each image of `load("cifar10").test` stands among the official test images."""
    images = load_file(ensure("cifar10", paths.data()))["test_images"]
    return by_content(Split(images, torch.arange(len(images)))).labels


def foreign_kind(dataset: str) -> ForeignKind:
    """What `out_of_distribution` has for a dataset: classes left out, house numbers, or shuffled patches.

    Of `digits_0_7`, the classes 8 and 9, from all splits of the digits: nothing was trained on them.
    House numbers (SVHN's test set, as in the paper) for CIFAR where `test_32x32.mat` lies in
    `LDIV_DATA` or may be downloaded, which `LDIV_DOWNLOAD_SVHN=1` allows.
    """
    if dataset == "digits_0_7":
        return "left_out"
    return "house_numbers" if dataset in ("cifar10", "cifar100") and at_hand() else "shuffled"


def foreign(dataset: str) -> str:
    """What `out_of_distribution` has for a dataset, in words (see `foreign_kind`)."""
    return WORDS[foreign_kind(dataset)]


def out_of_distribution(dataset: str, count: int, seed: int = 0) -> Tensor:
    """`count` images that show no class of the dataset, of its shape and type: what `foreign` names.

    Of shuffled patches local texture stays, but no object does. Raises ValueError for a count out of range.
    """
    kind = foreign_kind(dataset)
    match kind:
        case "left_out":
            digits = load("digits")
            images = torch.cat([s.images[s.labels >= 8] for s in (digits.train, digits.validation, digits.test)])
        case "house_numbers":
            images = house_numbers()
        case "shuffled":
            images = load(dataset).test.images
    if not 1 <= count <= len(images):
        raise ValueError(f"{count} images were asked for; allowed: 1 to {len(images)}")
    chosen = images[np.random.RandomState(seed).permutation(len(images))[:count]]
    return shuffled_patches(chosen, PATCH.get(dataset, 4), seed) if kind == "shuffled" else chosen


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
