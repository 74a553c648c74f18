"""Pictures in folders, one for each class, as torchvision's `ImageFolder` has them."""

from pathlib import Path

import numpy as np
import torch

from .splits import Split
from .transfer import one_line


def subfolders(folder: Path) -> list[str]:
    """The names of the folders in a folder, sorted, without the hidden ones; ValueError if there is none."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; allowed: one that holds a folder of pictures for each class")
    found = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not found:
        raise ValueError(f"{folder} holds no folder; allowed: a folder of pictures for each class")
    return found


def pictures(folder: Path, classes: list[str], size: int) -> Split:
    """The pictures in `<folder>/<class>/`, resized to `size` × `size` pixels, RGB, uint8, labelled by their class.

    A class whose folder is missing has none. Raises ValueError, naming what is no picture or an empty folder.
    """
    images, labels = [], []
    for label, name in enumerate(classes):
        if not (folder / name).exists():
            continue
        found = [path for path in sorted((folder / name).iterdir()) if not path.name.startswith(".")]
        if not found:
            raise ValueError(f"{folder / name} holds no picture")
        images += [_pixels(path, size) for path in found]
        labels += [label] * len(found)
    return Split(torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels))


def _pixels(path: Path, size: int) -> np.ndarray:
    from PIL import Image

    if path.is_dir():
        raise ValueError(f"{path} is a folder; allowed in the folder of a class: pictures alone")
    try:
        with Image.open(path) as picture:
            if picture.mode == "F" or picture.mode.startswith("I"):  # Pillow would cut them at 255
                raise ValueError(f"its mode is {picture.mode}; allowed: 8 bits for each channel")
            return np.array(picture.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
    except Exception as error:  # of any type: a damaged picture raises whatever stops its decoder
        raise ValueError(
            f"{path} cannot be read as a picture ({one_line(error)}): replace it or take it away"
        ) from None
