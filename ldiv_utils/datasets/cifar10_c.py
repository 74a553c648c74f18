"""CIFAR-10-C: the published corruptions of CIFAR-10's test images, read where their files lie."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int
from numpy.lib.format import open_memmap

from .. import paths
from .splits import Split
from .transfer import Unavailable, one_line


def folder() -> Path:
    """Where the files are looked for: `CIFAR-10-C/` in `LDIV_DATA`."""
    return paths.data() / "CIFAR-10-C"


def names() -> tuple[str, ...]:
    """The corruptions whose file lies in the folder, in alphabetical order; none where there is no folder."""
    return tuple(sorted(path.stem for path in folder().glob("*.npy") if path.stem != "labels"))


def from_files(where: Path, name: str, intensity: int, rows: Int[torch.Tensor, " N"]) -> Split:
    """The images `rows` of `<name>.npy` at that intensity, 1 to 5, as CIFAR-10-C is distributed.

    The file holds five times as many images (h, w, 3), uint8, as there are test images: all at
    intensity 1, in the official order, then all at 2, and so on; `labels.npy` their labels. Raises
    Unavailable, naming the file, if one is missing, damaged or of another form, ValueError for another
    intensity. Source: Hendrycks & Dietterich (2019).
    """
    if not isinstance(intensity, int) or not 1 <= intensity <= 5:
        raise ValueError(f"intensity {intensity!r} was given; allowed: 1 to 5")
    images, labels = (_opened(where / f"{stem}.npy") for stem in (name, "labels"))
    each = len(images) // 5 if images.ndim == 4 else 0
    fits = images.shape[3:] == (3,) and images.dtype == np.uint8 and len(images) == 5 * each
    if not fits or (len(rows) and rows.max() >= each):
        raise refused(where / f"{name}.npy", f"it holds {images.shape} of {images.dtype}")
    if labels.shape != (len(images),) or labels.dtype.kind not in "iu":
        why = f"it holds {labels.shape} of {labels.dtype} for the {len(images)} images of {name}.npy"
        raise refused(where / "labels.npy", why)
    at = (intensity - 1) * each + rows.numpy()
    pixels = torch.from_numpy(images[at]).permute(0, 3, 1, 2).contiguous()
    return Split(pixels, torch.from_numpy(labels[at].astype(np.int64)))


def refused(path: Path, why: str) -> Unavailable:
    """The error for a file that is not what CIFAR-10-C has under its name."""
    return Unavailable(
        f"{path} is damaged or no file of CIFAR-10-C ({why}): put the right one in its place, "
        f"or move {path.parent} away to have corruptions made by the book"
    )


def _opened(path: Path) -> np.ndarray:
    try:
        return open_memmap(path, mode="r")  # reads only what is asked for, refuses whatever would need unpickling
    except Exception as error:  # of any type: a damaged header raises whatever stops its parser
        raise refused(path, one_line(error)) from None
