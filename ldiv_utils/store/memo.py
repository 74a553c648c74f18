"""Keeps what was costly: one safetensors file for each result, whole or not at all.

A result is a dictionary of tensors. Its name is a hash of what decides it: the function, the
function's version or source, and the arguments. Results are looked for in the working folder
(`runs/`, or `LDIV_RUNS`), then among the published ones (`book/results/`), and computed only where
neither has them. While `LDIV_PUBLISH` names a folder, every result to be published that is asked
for is written there too.
"""

import functools
import hashlib
import inspect
import json
import os
import platform
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields, is_dataclass
from pathlib import Path

import filelock
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from .source import source_version

PUBLISHED = Path(__file__).parent.parent.parent / "book" / "results"


class Damaged(ValueError):
    """A file of the store that is not what its name promises; the message names it and says why."""


class Result(dict[str, Tensor]):
    """Tensors by name, with what decided them (`recipe`), where they were made (`made`), and `origin`.

    `origin` is "published", "stored" (found in the working folder) or "fresh".
    """

    def __init__(self, tensors: dict[str, Tensor], recipe: dict, made: dict, origin: str):
        super().__init__(tensors)
        self.recipe, self.made, self.origin = recipe, made, origin


def runs() -> Path:
    """The working folder: `LDIV_RUNS`, or `runs/` in the root of the repository."""
    return Path(os.environ.get("LDIV_RUNS", PUBLISHED.parent.parent / "runs"))


def plain(value):
    """Dataclasses and tuples as dictionaries and lists, for JSON.

    Of a dataclass, only what differs from its defaults: a field added later renames no result.
    """
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) != f.default}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def recipe_of(function: str, version: int | str, arguments: dict) -> dict:
    """What decides a result: the function's name, its version and its arguments as plain values."""
    return {"function": function, "version": version, "arguments": {k: plain(v) for k, v in arguments.items()}}


def file_name(recipe: dict) -> str:
    """`<function>-<hash of the recipe>.safetensors`."""
    text = json.dumps(recipe, sort_keys=True)
    return f"{recipe['function']}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.safetensors"


@functools.cache
def made_here() -> dict:
    """The library and the processor, both of which can change a result's last bits."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else _processor()
    return {"torch": torch.__version__.split("+")[0], "device": device}


def _processor() -> str:
    """The CPU's model where Linux tells it, else its family."""
    with suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine() or "CPU"


def digest(tensors: dict[str, Tensor], header: dict) -> str:
    """SHA-256 over the header and each tensor's name, type, shape and bytes."""
    total = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy())
    return total.hexdigest()


def write(path: Path, tensors: dict[str, Tensor], recipe: dict, made: dict | None = None) -> None:
    """Write the file whole: to a temporary file beside it, synced, then renamed.

    Raises OSError, leaving what was there, if it cannot be written.
    """
    tensors = {name: t.detach().cpu().contiguous() for name, t in tensors.items()}
    header = {"recipe": recipe, "made": made or made_here()}
    # One metadata entry only: safetensors does not promise an order among several.
    metadata = {"ldiv": json.dumps(header | {"sha256": digest(tensors, header)}, sort_keys=True)}
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


def read(path: Path, recipe: dict) -> tuple[dict[str, Tensor], dict]:
    """The tensors and the origin written in the file, if it is whole and holds the result of `recipe`.

    Raises Damaged otherwise.
    """
    try:
        with safetensors.safe_open(path, "pt") as file:
            header = json.loads(file.metadata()["ldiv"])
            expected = header.pop("sha256")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path} is not a whole file of this store ({error}); it will be computed again") from None
    if digest(tensors, header) != expected:
        raise Damaged(f"{path} is damaged: its contents do not match their checksum; it will be computed again")
    if header["recipe"] != recipe:
        raise Damaged(f"{path} holds the result of something else; it will be computed again")
    return tensors, header["made"]


def partial(recipe: dict) -> Path:
    """The folder for the unfinished parts of a result; removed once the whole is kept."""
    return runs() / f"{Path(file_name(recipe)).stem}.partial"


def find(recipe: dict) -> Result | None:
    """The stored or published result of `recipe`, or None; a damaged file is named in a warning."""
    for folder, origin in [(runs(), "stored"), (PUBLISHED, "published")]:
        path = folder / file_name(recipe)
        if path.exists():
            try:
                tensors, made = read(path, recipe)
                return Result(tensors, recipe, made, origin)
            except Damaged as error:
                warnings.warn(str(error), stacklevel=2)
    return None


def keep(path: Path, tensors: dict[str, Tensor], recipe: dict) -> bool:
    """Write the file if possible, and say whether it was; if not, warn in one sentence and lose nothing."""
    try:
        write(path, tensors, recipe)
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


def stored(version: int | None = None, publish: bool = True) -> Callable:
    """Decorate a function from plain arguments to a dictionary of tensors so that it runs only once.

    A result belongs to what the function says (`source_version`): an edited function computes anew. One
    given a `version` is known by that instead; raise it whenever the function would now return something
    else. `publish` tells whether the result is small enough for
    `book/results/`. The bare function stays reachable as `.__wrapped__`; `.recipe(…)` names a result.
    """

    def decorate(function: Callable[..., dict[str, Tensor]]) -> Callable[..., Result]:
        def recipe_for(*args, **kwargs) -> dict:
            known_as = source_version(function) if version is None else version
            bound = inspect.signature(function).bind(*args, **kwargs)
            bound.apply_defaults()
            return recipe_of(function.__name__, known_as, bound.arguments)

        @functools.wraps(function)
        def recall(*args, **kwargs) -> Result:
            recipe = recipe_for(*args, **kwargs)
            path = runs() / file_name(recipe)
            if (result := find(recipe)) is None:
                with alone(path):
                    if (result := find(recipe)) is None:
                        result = Result(function(*args, **kwargs), recipe, made_here(), "fresh")
                        if keep(path, result, recipe):
                            shutil.rmtree(partial(recipe), ignore_errors=True)
            if publish and "LDIV_PUBLISH" in os.environ:
                write(Path(os.environ["LDIV_PUBLISH"]) / path.name, result, recipe, result.made)
            return result

        recall.recipe = recipe_for
        return recall

    return decorate
