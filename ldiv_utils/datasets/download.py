"""CIFAR-10 and CIFAR-100, downloaded once and kept as one safetensors file each.

The archive comes from the mirrors in `LDIV_MIRRORS`, in order, then from the official server. `LDIV_MIRRORS` holds
HTTP(S) URLs with spaces between: one that contains `.tar.gz` is the archive of that name itself, any other is a folder
with the archives. What has arrived stays in `<archive>.part`; the next source or the next run asks for the rest only.
"""

import hashlib
import os
import shutil
import tarfile
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import filelock
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from tqdm import tqdm

from .torchvision_cpu import import_torchvision

DATASETS = {"cifar10": "CIFAR10", "cifar100": "CIFAR100"}  # our name: torchvision's class
STALL = 60.0  # seconds without a byte until a source is given up


class Unavailable(OSError):
    """A dataset that can be neither read nor made; the message says what to put where by hand."""


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
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(path.parent / f".{name}.lock"):
                if not path.exists():
                    _make(path, dataset)
        except (OSError, SafetensorError) as error:
            raise Unavailable(
                f"{name} could not be made: {error}; run again to resume, name a mirror in LDIV_MIRRORS, or put "
                f"{dataset.filename} (md5 {dataset.tgz_md5}) or {path.name} into {path.parent} by hand"
            ) from error
    try:
        with safe_open(path, "pt") as file:  # the header alone tells whether the file is whole
            shapes = [file.get_slice(f"{part}_images").get_shape() for part in ("train", "test")]
            labels = [file.get_slice(f"{part}_labels").get_shape() for part in ("train", "test")]
            if [shape[1:] for shape in shapes] != [[3, 32, 32]] * 2 or labels != [shape[:1] for shape in shapes]:
                raise SafetensorError(f"images of shapes {shapes}, labels of shapes {labels}")
    except SafetensorError as error:
        raise Unavailable(f"{path} is damaged or foreign ({error}): move it away to have it made anew") from None
    return path


def sources(dataset: type) -> list[str]:
    """The URLs of the dataset's archive: those of `LDIV_MIRRORS`, then torchvision's."""
    mirrors = os.environ.get("LDIV_MIRRORS", "").split()
    for mirror in mirrors:
        if not mirror.startswith(("http://", "https://")):
            raise ValueError(f"LDIV_MIRRORS names {mirror!r}; allowed: http:// and https:// URLs, spaces between")
    urls = [mirror if ".tar.gz" in mirror else f"{mirror.rstrip('/')}/{dataset.filename}" for mirror in mirrors]
    return [url for url in urls if dataset.filename in url] + [dataset.url]


def _make(path: Path, dataset: type) -> None:
    archive, part = (path.parent / f"{dataset.filename}{end}" for end in ("", ".part"))
    if not archive.exists():
        archive = part
        if not part.exists() or _md5(part) != dataset.tgz_md5:  # whole where a run was killed after its download
            _download(sources(dataset), part, dataset.tgz_md5)
    elif _md5(archive) != dataset.tgz_md5:
        raise Unavailable(f"{archive} is not the official archive, its md5 is {_md5(archive)}")
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


def _download(urls: list[str], part: Path, md5: str) -> None:
    failures = []
    part.touch()
    for url in urls:
        again, inherited = True, part.stat().st_size > 0
        while again:
            before = part.stat().st_size
            try:
                _fetch(url, part, before)
                if _md5(part) == md5:
                    return
                os.truncate(part, 0)
                failure, again, inherited = "wrong checksum", inherited, False  # older bytes may be at fault: anew
            except (OSError, HTTPException) as error:
                failure, again = error, part.stat().st_size > before  # resumes for as long as something comes
        failures.append(f"{url} ({failure})")
    raise Unavailable(f"no source gave the archive: {', '.join(failures)}")


def _fetch(url: str, part: Path, have: int) -> None:
    """Append to `part`, of `have` bytes, the rest of `url`; OSError or HTTPException where it fails or breaks off."""
    headers = {"User-Agent": "ldiv_utils"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        response = urlopen(Request(url, headers=headers), timeout=STALL)
    except HTTPError as error:
        error.close()
        if error.code == 416 and have:
            return  # the source has no more than we have; the checksum decides
        raise
    at = have if response.status == 206 else 0  # a server that ignores Range sends all: what we have is skipped
    total = None if response.length is None else at + response.length
    form = {"desc": part.stem, "unit": "B", "unit_scale": True, "disable": None}  # None: quiet where no terminal is
    with response, open(part, "ab") as file, tqdm(total=total, initial=at, **form) as bar:
        if at and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise OSError("sent another range than the one asked for")
        while chunk := response.read1(1 << 16):
            file.write(chunk[max(have - at, 0) :])
            at += len(chunk)
            bar.update(len(chunk))
    if at < max(have, total or 0):
        raise OSError(f"broke off after {at} bytes")


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
