"""One safetensors file for each result: written whole or not at all, and read only if it is what its name promises."""

import functools
import hashlib
import json
import os
import platform
import tempfile
import warnings
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import filelock
import safetensors
import safetensors.torch
import torch
from torch import Tensor


class Damaged(ValueError):
    """A file of the store that is not what its name promises; the message names it and says why."""


def header(recipe: dict, helpers: dict[str, str] | None = None) -> dict:
    """The header of a result made here and now."""
    return {"recipe": recipe, "made": made_here(), "helpers": helpers or {}}


@functools.cache
def made_here() -> dict:
    """The library and the processor, both of which can change a result's last bits."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else _processor()
    return {"torch": torch.__version__.split("+")[0], "device": device}


def _processor() -> str:
    """The CPU's model where Linux tells it, else its family."""
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine() or "CPU"


def digest(tensors: dict[str, Tensor], said: dict) -> str:
    """SHA-256 over what is said of the tensors and each tensor's name, type, shape and bytes."""
    total = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        flat = tensor.as_strided((tensor.numel(),), (1,))  # a length of one may have any stride; a copy, threads
        total.update(flat.view(torch.uint8).numpy())
    return total.hexdigest()


def write(path: Path, tensors: dict[str, Tensor], header: dict) -> None:
    """Write the file whole: to a temporary file beside it, synced, then renamed.

    `header` holds `recipe`, `made` and `helpers`; the checksum covers the first two and the tensors, so that
    a result found right for other helper code is the same result. Raises OSError, leaving what was there,
    if it cannot be written.
    """
    tensors = {name: t.detach().cpu().contiguous() for name, t in tensors.items()}
    memory = Counter(t.untyped_storage().data_ptr() for t in tensors.values())  # safetensors refuses what shares it
    tensors = {n: t.clone() if memory[t.untyped_storage().data_ptr()] > 1 else t for n, t in tensors.items()}
    # One metadata entry only: safetensors does not promise an order among several.
    metadata = {"ldiv": json.dumps(header | {"sha256": digest(tensors, _covered(header))}, sort_keys=True)}
    payload = safetensors.torch.save(tensors, metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(".tmp", f".{path.name}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def header_of(path: Path) -> dict:
    """What the file says of itself: `recipe`, `made`, `helpers`, `sha256`; its tensors are not read. Raises Damaged."""
    return _open(path, tensors=False)[1]


def read(path: Path, recipe: dict) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the header of the file, if it is whole and holds the result of `recipe`; Damaged otherwise."""
    tensors, header = _open(path)
    if digest(tensors, _covered(header)) != header.pop("sha256"):
        raise Damaged(f"{path} is damaged: its contents do not match their checksum; it will be computed again")
    if header["recipe"] != recipe:
        raise Damaged(f"{path} holds the result of something else; it will be computed again")
    return tensors, header


def _covered(header: dict) -> dict:
    return {name: header[name] for name in ("recipe", "made")}


def _open(path: Path, tensors: bool = True) -> tuple[dict[str, Tensor], dict]:
    try:
        with safetensors.safe_open(path, "pt") as file:
            header = {"helpers": {}} | json.loads(file.metadata()["ldiv"])
            _covered(header), header["sha256"]
            return {name: file.get_tensor(name) for name in (file.keys() if tensors else ())}, header
    except (OSError, safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path} is not a whole file of this store ({error}); it will be computed again") from None


def keep(path: Path, tensors: dict[str, Tensor], header: dict) -> bool:
    """Write the file if possible, and say whether it was; if not, warn in one sentence and lose nothing."""
    try:
        write(path, tensors, header)
    except OSError as error:
        what = f"{path.parent} cannot be written ({error.strerror})"
        warnings.warn(f"{what}; the result is used but will have to be computed again", stacklevel=2)
        return False
    return True


@contextmanager
def alone(path: Path):
    """Only one process at a time computes the file; in a folder that cannot be written none is held back.

    What a killed writer of the same file left behind is removed.
    """
    lock = filelock.FileLock(path.parent / f".{path.name}.lock")
    with ExitStack() as stack:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(lock)
            for left_behind in path.parent.glob(f".{path.name}.*.tmp"):
                left_behind.unlink()
        yield
