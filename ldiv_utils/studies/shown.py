"""What the networks of *Under shift* are shown: test images under corruptions, and images of another kind.

Source: Fort et al. (2020), section 5, figure 9 and the numbers on SVHN.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from ..datasets import corruption_names, foreign, load, out_of_distribution, shifted
from ..store import stored


@dataclass(frozen=True)
class Shown:
    """Which images, and how many; an argument of every result."""

    corruptions: tuple[str, ...]
    source: str  # where the corruptions come from
    foreign: str  # what is out of distribution
    each: int  # test images for each corruption
    outside: int  # images out of distribution


def of(dataset: str, each: int, outside: int) -> Shown:
    """What stands for worse images of a dataset, and for foreign ones, where it is computed."""
    return Shown(*corruption_names(dataset), foreign(dataset), each, outside)


def rows_of(dataset: str, shown: Shown) -> Int[Tensor, "corruptions each"]:
    """Which test images each corruption gets: its own, and from the first on again where they run out."""
    rows = torch.arange(len(shown.corruptions) * shown.each).view(-1, shown.each)
    return rows % len(load(dataset).test.labels)


def test_images(dataset: str, shown: Shown, intensity: int) -> Tensor:
    """Test images, (N, c, h, w), under the first corruption, as many under the next, …: the same at every intensity."""
    pairs = zip(shown.corruptions, rows_of(dataset, shown), strict=True)
    return torch.cat([shifted(dataset, name, intensity, rows) for name, rows in pairs])


@stored()
def examples(dataset: str, shown: Shown, row: int) -> dict[str, Tensor]:
    """`images`, (K + 2, c, h, w): a test image, clean and under K corruptions at intensity 5, then a foreign one."""
    rows = torch.tensor([row])
    corrupted = [shifted(dataset, name, 5, rows) for name in shown.corruptions]
    return {"images": torch.cat([load(dataset).test.images[rows], *corrupted, out_of_distribution(dataset, 1)])}
