"""CIFAR-10 and CIFAR-100, downloaded once and kept as one safetensors file each."""

import os
import shutil
import tarfile
from pathlib import Path

import filelock
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from . import transfer
from .torchvision_cpu import import_torchvision
from .transfer import Unavailable

DATASETS = {"cifar10": "CIFAR10", "cifar100": "CIFAR100"}  # our name: torchvision's class


def ensure(name: str, folder: Path | str) -> Path:
    """The path of `<folder>/<name>.safetensors`, made first if it is missing.

    It holds `train_images` (50000, 3, 32, 32), `train_labels` (50000,), `test_images` (10000, 3, 32, 32) and
    `test_labels` (10000,), all uint8, in the order of the official batches; for cifar100 the 100 fine labels.
    It is made from the official archive: one put into the folder by hand, which stays there, or else a downloaded
    one, which is deleted afterwards. One process makes it while others wait. Source: Krizhevsky (2009).

    Raises ValueError for an unknown name or mirror, Unavailable if the file is damaged or cannot be made.
    """
    if name not in DATASETS:
        raise ValueError(f"dataset {name!r} cannot be downloaded; allowed: {', '.join(DATASETS)}")
    path = Path(folder).absolute() / f"{name}.safetensors"
    if not path.exists():
        dataset = getattr(import_torchvision().datasets, DATASETS[name])
        archive, part = (path.parent / f"{dataset.filename}{end}" for end in ("", ".part"))
        official = f"{dataset.filename} (md5 {dataset.tgz_md5})"
        try:
            if archive.exists() and (found := transfer.checksum(archive)) != dataset.tgz_md5:
                raise Unavailable(
                    f"{archive} is not the official archive, its md5 is {found}: put {official} in its place, "
                    "or move it away to have that downloaded"
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(path.parent / f".{name}.lock"):
                if not path.exists():
                    _make(path, dataset, archive, part)
        except Unavailable:
            raise
        except (OSError, SafetensorError) as error:
            raise Unavailable(
                f"{name} could not be made: {error}; {transfer.what_next(part)}, name a mirror in LDIV_MIRRORS, or put "
                f"{official} or {path.name} into {path.parent} by hand"
            ) from error
    _check(path)
    return path


def _make(path: Path, dataset: type, archive: Path, part: Path) -> None:
    if not archive.exists():
        archive = part
        transfer.download(transfer.sources(dataset.filename, dataset.url), part, dataset.tgz_md5)
    workshop = path.parent / f".{path.stem}.unpacked"
    try:
        with tarfile.open(archive) as members:
            members.extractall(workshop, filter="data")
        # The batches are pickles: upstream's format. torchvision compares the md5 of each with its own constants
        # before it unpickles any, and the archive's has just been checked; nothing of ours is a pickle.
        splits = {"train": dataset(workshop, train=True), "test": dataset(workshop, train=False)}
        tensors = {f"{k}_images": torch.from_numpy(v.data).permute(0, 3, 1, 2).contiguous() for k, v in splits.items()}
        tensors |= {f"{k}_labels": torch.tensor(v.targets, dtype=torch.uint8) for k, v in splits.items()}
        save_file(tensors, workshop / path.name)
        with open(workshop / path.name, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(workshop / path.name, path)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    part.unlink(missing_ok=True)


def _check(path: Path) -> None:
    """Raises Unavailable unless the file is whole and of the form that `ensure` promises; the header alone tells."""
    try:
        with safe_open(path, "pt") as file:
            for part in ("train", "test"):
                images, labels = (file.get_slice(f"{part}_{kind}") for kind in ("images", "labels"))
                shapes, types = (images.get_shape(), labels.get_shape()), (images.get_dtype(), labels.get_dtype())
                if shapes[0][1:] != [3, 32, 32] or shapes[1] != shapes[0][:1] or types != ("U8", "U8"):
                    raise SafetensorError(f"{part}ing images and labels of shapes {shapes} and types {types}")
    except (OSError, SafetensorError) as error:
        raise Unavailable(
            f"{path} is damaged or foreign ({transfer.one_line(error)}): move it away to have it made anew"
        ) from None
