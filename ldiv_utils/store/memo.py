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
import shutil
import warnings
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path

from torch import Tensor

from .. import paths
from . import files
from .source import source_version


class Result(dict[str, Tensor]):
    """Tensors by name, with what decided them (`recipe`), where they were made (`made`), and `origin`.

    `origin` is "published", "stored" (found in the working folder) or "fresh".
    """

    def __init__(self, tensors: dict[str, Tensor], recipe: dict, made: dict, origin: str):
        super().__init__(tensors)
        self.recipe, self.made, self.origin = recipe, made, origin


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


def partial(recipe: dict) -> Path:
    """The folder for the unfinished parts of a result; removed once the whole is kept."""
    return paths.runs() / f"{Path(file_name(recipe)).stem}.partial"


def find(recipe: dict) -> Result | None:
    """The stored or published result of `recipe`, or None; a damaged file is named in a warning."""
    for folder, origin in [(paths.runs(), "stored"), (paths.RESULTS, "published")]:
        path = folder / file_name(recipe)
        if path.exists():
            try:
                tensors, made = files.read(path, recipe)
                return Result(tensors, recipe, made, origin)
            except files.Damaged as error:
                warnings.warn(str(error), stacklevel=2)
    return None


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
            path = paths.runs() / file_name(recipe)
            if (result := find(recipe)) is None:
                with files.alone(path):
                    if (result := find(recipe)) is None:
                        result = Result(function(*args, **kwargs), recipe, files.made_here(), "fresh")
                        if files.keep(path, result, recipe):
                            shutil.rmtree(partial(recipe), ignore_errors=True)
            if publish and (folder := paths.publish()):
                files.write(folder / path.name, result, recipe, result.made)
            return result

        recall.recipe = recipe_for
        return recall

    return decorate
