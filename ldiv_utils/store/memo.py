"""Keeps what was costly: one safetensors file for each result, whole or not at all.

A result is a dictionary of tensors, or of such dictionaries. Its name is a hash of what decides it: the function, the
function's version or what it says, and the arguments. Results are looked for in the working folder
(`runs/`, or `LDIV_RUNS`), then among the published ones (`book/results/`), and computed only where
neither has them. While `LDIV_PUBLISH` names a folder, every result to be published that is asked
for is written there too.
"""

import functools
import inspect
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from .. import paths
from . import audit as auditing
from . import files
from .recipes import file_name, recipe_of
from .source import helpers as helpers_of
from .source import source_version


class Result(dict[str, Any]):
    """Tensors by name, or such dictionaries by name or number, with a `header` and an `origin`.

    The header says what decided them (`recipe`), where they were made (`made`) and on which code they hang
    (`helpers`); `origin` is "published", "stored" (found in the working folder) or "fresh".
    """

    def __init__(self, tensors: dict, header: dict, origin: str):
        super().__init__(tensors)
        self.header, self.origin = header, origin


def flat(result: dict, path: str = "") -> dict[str, Tensor]:
    """Nested dictionaries of tensors as one, each tensor named by its path: `all/brier/2`."""
    tensors = {}
    for key, value in result.items():
        number = type(key) is int and key >= 0
        if not number and (not isinstance(key, str) or "/" in key or key.isdecimal()):
            raise TypeError(f"a result is named {key!r}; allowed: words without /, and whole numbers from 0")
        name = f"{path}{key}"
        if isinstance(value, dict) and value:
            tensors |= flat(value, f"{name}/")
        elif isinstance(value, Tensor):
            tensors[name] = value
        else:
            raise TypeError(f"result {name!r} is a {type(value).__name__}; allowed: tensors, and dictionaries of them")
    return tensors


def nested(tensors: dict[str, Tensor]) -> dict:
    """The inverse of `flat`, in the order of the names: a part of a path that is a whole number is one."""
    result: dict = {}
    for name, tensor in sorted(tensors.items()):
        *path, last = (int(part) if part.isdecimal() else part for part in name.split("/"))
        functools.reduce(lambda inner, key: inner.setdefault(key, {}), path, result)[last] = tensor
    return result


def partial(recipe: dict) -> Path:
    """The folder for the unfinished parts of a result; removed once the whole is kept."""
    return paths.runs() / f"{Path(file_name(recipe)).stem}.partial"


def exists(recipe: dict) -> bool:
    """Whether the result of `recipe` is stored or published."""
    return any((folder / file_name(recipe)).exists() for folder in (paths.runs(), paths.RESULTS))


def find(recipe: dict, helpers: dict[str, str] | None = None) -> Result | None:
    """The stored or published result of `recipe`, or None; a damaged file is named in a warning.

    A stored one counts only if it hangs on the code of these `helpers`, if any are given. A published one counts
    always: whether it was found right for the present code, `make lint` and `make audit` tell.
    """
    for folder, origin in [(paths.runs(), "stored"), (paths.RESULTS, "published")]:
        path = folder / file_name(recipe)
        if path.exists():
            try:
                tensors, header = files.read(path, recipe)
            except files.Damaged as error:
                warnings.warn(str(error), stacklevel=2)
                continue
            if origin == "published" or helpers is None or header["helpers"] == helpers:
                return Result(nested(tensors), header, origin)
    return None


def stored(version: int | None = None, publish: bool = True, audit: bool = True) -> Callable:
    """Decorate a function from plain arguments to a dictionary of tensors so that it runs only once.

    A result belongs to what the function says (`source_version`), and in the working folder to the code of
    this package that it hangs on (`helpers`): after an edit of either it is computed anew. One given a
    `version` is known by that instead; raise it whenever the function would now return something else.
    `publish` tells whether the result is small enough for `book/results/`, `audit` whether it can be
    computed again elsewhere, where the last digits differ. The bare function stays reachable as
    `.__wrapped__`; `.recipe(…)` names a result.
    """

    def decorate(function: Callable[..., dict]) -> Callable[..., Result]:
        def recipe_for(*args, **kwargs) -> dict:
            known_as = source_version(function) if version is None else version
            bound = inspect.signature(function).bind(*args, **kwargs)
            bound.apply_defaults()
            return recipe_of(function.__name__, known_as, bound.arguments)

        @functools.wraps(function)
        def recall(*args, **kwargs) -> Result:
            recipe, helpers = recipe_for(*args, **kwargs), helpers_of(recall)
            if publish and auditing.running() and (paths.RESULTS / file_name(recipe)).exists():
                tensors, header = files.read(paths.RESULTS / file_name(recipe), recipe)
                if audit:
                    auditing.check(file_name(recipe), tensors, header, helpers, lambda: flat(function(*args, **kwargs)))
                return Result(nested(tensors), header, "published")
            path, current = paths.runs() / file_name(recipe), helpers if version is None else None
            if (result := find(recipe, current)) is None:
                with files.alone(path):
                    if (result := find(recipe, current)) is None:
                        result = Result(nested(flat(function(*args, **kwargs))), files.header(recipe, helpers), "fresh")
                        if files.keep(path, flat(result), result.header):
                            shutil.rmtree(partial(recipe), ignore_errors=True)
            if publish and (folder := paths.publish()):
                files.write(folder / path.name, flat(result), result.header)
            return result

        recall.recipe, recall.version = recipe_for, version
        return recall

    return decorate
