"""What a dataset is: three disjoint splits, in an order that depends on their content alone."""

import hashlib
from dataclasses import dataclass

from jaxtyping import Integer
from torch import Tensor


@dataclass(frozen=True)
class Facts:
    """What is known of a dataset without its images: `shape` is (channels, height, width), each split has its size."""

    shape: tuple[int, int, int]
    classes: int
    train: int
    validation: int
    test: int


@dataclass(frozen=True)
class Split:
    """N images (N, channels, height, width), uint8 or float32, and their labels (N,), int64."""

    images: Tensor
    labels: Integer[Tensor, " N"]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """Three disjoint splits of one dataset; `validation` is held out from the training images."""

    name: str
    classes: int
    train: Split
    validation: Split
    test: Split

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of an image."""
        return tuple(self.train.images.shape[1:])

    @property
    def facts(self) -> Facts:
        """Its shape, its classes, and the sizes of its splits."""
        return Facts(self.shape, self.classes, len(self.train), len(self.validation), len(self.test))


def divided(name: str, classes: int, train: Split, test: Split, held_out: int) -> Dataset:
    """The dataset, its splits ordered by content; `validation` is the last `held_out` of the training images."""
    train, kept = by_content(train), len(train) - held_out
    return Dataset(
        name=name,
        classes=classes,
        train=Split(train.images[:kept], train.labels[:kept]),
        validation=Split(train.images[kept:], train.labels[kept:]),
        test=by_content(test),
    )


def by_content(split: Split) -> Split:
    """The same images in the order of their SHA-256: a copy from any source has the same held-out images."""
    digests = [hashlib.sha256(image.tobytes()).digest() for image in split.images.numpy()]
    order = sorted(range(len(split)), key=lambda i: (digests[i], int(split.labels[i])))
    return Split(split.images[order], split.labels[order])
