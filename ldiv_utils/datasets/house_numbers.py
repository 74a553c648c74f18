"""House numbers: the test images of SVHN, read where they lie, or downloaded."""

import os

import filelock
import torch
from jaxtyping import UInt8
from scipy.io import loadmat
from torch import Tensor

from .. import paths
from . import transfer
from .torchvision_cpu import import_torchvision
from .transfer import Unavailable

FILE = "test_32x32.mat"


def at_hand() -> bool:
    """Whether the file lies in `LDIV_DATA` or may be downloaded into it, which `LDIV_DOWNLOAD_SVHN=1` allows."""
    return (paths.data() / FILE).exists() or os.environ.get("LDIV_DOWNLOAD_SVHN") == "1"


def house_numbers() -> UInt8[Tensor, "N 3 32 32"]:
    """The 26,032 test images of SVHN, in the official order, from `test_32x32.mat` in `LDIV_DATA`.

    The file is downloaded where it is missing, and its md5 compared before each reading; reading a MATLAB
    file runs no code. Raises Unavailable, naming the file, if it is not the official one or cannot be had.
    Source: Netzer et al. (2011).
    """
    url, _, md5 = import_torchvision().datasets.SVHN.split_list["test"]
    path = paths.data() / FILE
    part = path.with_name(f"{FILE}.part")
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(path.with_name(f".{FILE}.lock")):
                if not path.exists():
                    transfer.download(transfer.sources(FILE, url), part, md5)
                    os.replace(part, path)
    except OSError as error:
        raise Unavailable(
            f"the house numbers could not be had: {error}; {transfer.what_next(part)}, name a mirror in LDIV_MIRRORS, "
            f"or put {FILE} (md5 {md5}) into {path.parent} by hand"
        ) from error
    try:
        if (found := transfer.checksum(path)) != md5:
            raise OSError(f"its md5 is {found}")
        images = loadmat(path, variable_names=["X"])["X"]
    except OSError as error:
        raise Unavailable(
            f"{path} is damaged or no file of SVHN ({transfer.one_line(error)}): put the official one (md5 {md5}) in "
            "its place, or move it away, and LDIV_DOWNLOAD_SVHN=1 has it downloaded"
        ) from None
    return torch.from_numpy(images.transpose(3, 2, 0, 1))
