"""The datasets of the book as resident tensors, and what a network sees of them."""

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import load_file
from torch import Tensor

from .. import paths
from ..specs import Augmentation, Scaling, known, names_of
from ..specs import register as register_name
from ..store.files import digest
from .download import ensure
from .splits import Dataset, Facts, Split, divided
from .transfer import Unavailable

DIGITS_NOISE = 0.5
FACTS = {
    "digits": Facts((1, 8, 8), 10, 800, 200, 797),
    "digits_0_7": Facts((1, 8, 8), 8, 637, 160, 646),
    "cifar10": Facts((3, 32, 32), 10, 49_500, 500, 10_000),
    "cifar100": Facts((3, 32, 32), 100, 49_500, 500, 10_000),
}

OWN: dict[str, Dataset] = {}  # what was registered in this process


def facts(name: str) -> Facts:
    """The shape, the classes and the sizes of the dataset of that name.

    Those of the book's datasets stand in a table: nothing is read or downloaded. Raises ValueError for an unknown name.
    """
    return FACTS[name] if name in FACTS else load(name).facts


def register(name: str, load_own: Callable[[], Dataset]) -> None:
    """Let a spec's `dataset` be `name`: what `load_own()` gives, such as `from_arrays` or `from_folder` make it.

    It is called once here, and once in every worker. The images and labels count in the name of every run, so
    that other images train anew. Raises ValueError for a name of the book's, TypeError for no `Dataset`.
    """
    dataset = load_own()
    if not isinstance(dataset, Dataset):
        raise TypeError(f"the images of {name!r} came as a {type(dataset).__name__}; allowed: a Dataset")
    splits = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    tensors = {f"{part} {key}": getattr(split, key) for part, split in splits.items() for key in ("images", "labels")}
    register_name("dataset", name, load_own, digest(tensors, {"classes": dataset.classes})[:16])
    OWN[name] = dataset


def load(name: str) -> Dataset:
    """The dataset of that name, whole, in memory.

    - `digits`: scikit-learn's 8×8 digits, pixels scaled to 0–1, with Gaussian noise of standard
      deviation 0.5; 800 training, 200 validation and 797 test images. Needs no network.
    - `digits_0_7`: those of them that show 0 to 7, so that 8 and 9 are out of distribution; 160 are held out.
    - `cifar10`, `cifar100`: 49,500 training, 500 validation and 10,000 test images of 32×32, uint8.
      Read from `<name>.safetensors` in the folder `LDIV_DATA` (default `data/`); downloaded into it
      where it is missing.

    A registered name gives what was registered. Raises ValueError for any other, Unavailable for a damaged file.
    """
    known("dataset", name, names_of("dataset"))
    return OWN[name] if name in OWN else _of_the_book(name)


@cache
def _of_the_book(name: str) -> Dataset:
    train, test = _digits(name) if name in ("digits", "digits_0_7") else _cifar(name)
    return divided(name, FACTS[name].classes, train, test, FACTS[name].validation)


def pixels(dataset: Dataset, scaling: Scaling) -> Callable[[Tensor], Float[Tensor, "N c h w"]]:
    """The function from stored images (on any device) to what the network sees, float32, channels-last.

    `raw`: the pixels as stored; `standardised`: minus the mean, over the standard deviation of each
    channel; `centred`: minus the mean image, over the largest pixel value. Means and deviations are
    those of the training images.
    """
    images = dataset.train.images
    if scaling == "raw":
        return lambda x: x.float().contiguous(memory_format=torch.channels_last)
    if scaling == "centred":
        shift, scale = images.float().mean(0), torch.tensor(255.0 if images.dtype == torch.uint8 else 1.0)
    else:
        moments = [torch.std_mean(channel.float()) for channel in images.transpose(0, 1)]
        scale, shift = (torch.stack(m).view(-1, 1, 1) for m in zip(*moments, strict=True))
    return lambda x: ((x - shift.to(x.device)) / scale.to(x.device)).contiguous(memory_format=torch.channels_last)


def augment(
    images: Float[Tensor, "N c h w"], kind: Augmentation, generator: torch.Generator
) -> Float[Tensor, "N c h w"]:
    """Each image shifted by up to 10 % of its size, edges repeated, and mirrored with probability ½.

    Shifts are whole pixels. Source: the Keras example that Fort et al. (2020) follow for ResNet20v1.
    """
    if kind == "none":
        return images
    n, _, height, width = images.shape

    def positions(length: int) -> Tensor:
        reach = length // 10
        shift = torch.randint(-reach, reach + 1, (n, 1), generator=generator)
        return (torch.arange(length) + shift).clamp(0, length - 1)

    rows, columns = positions(height), positions(width)
    mirrored = torch.rand(n, 1, generator=generator) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns).to(images.device)
    rows = rows.to(images.device)
    batch = torch.arange(n, device=images.device)[:, None, None]
    channels_last = images.permute(0, 2, 3, 1)[batch, rows[:, :, None], columns[:, None, :]]
    return channels_last.permute(0, 3, 1, 2)


def _digits(name: str) -> tuple[Split, Split]:
    from sklearn.datasets import load_digits

    source = load_digits()
    random = np.random.RandomState(0)  # a stream that NumPy has frozen for good
    order = random.permutation(len(source.target))
    images = source.images[order] / 16 + DIGITS_NOISE * random.standard_normal(source.images.shape)
    images = torch.from_numpy(images).float().unsqueeze(1)
    labels = torch.from_numpy(source.target[order]).long()
    parts = Split(images[:1000], labels[:1000]), Split(images[1000:], labels[1000:])
    if name == "digits":
        return parts
    return tuple(Split(part.images[part.labels < 8], part.labels[part.labels < 8]) for part in parts)


def _cifar(name: str) -> tuple[Split, Split]:
    path = ensure(name, paths.data())
    tensors, classes = load_file(path), FACTS[name].classes
    found = max(int(tensors[f"{part}_labels"].max()) for part in ("train", "test")) + 1
    if found != classes:
        raise Unavailable(
            f"{path} has labels of {found} classes, {name} has {classes}: move it away to have it made anew"
        )
    return tuple(Split(tensors[f"{part}_images"], tensors[f"{part}_labels"].long()) for part in ("train", "test"))
