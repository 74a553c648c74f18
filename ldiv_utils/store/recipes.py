"""What decides a result, as plain values, and the name of its file."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor

from . import files


def plain(value: object) -> Any:
    """An argument as JSON has it: of a tensor its hash, of a dataclass what differs from its defaults.

    So a field added later renames no result. Raises TypeError for what has no such form.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, Tensor):
        return {"sha256": files.digest({"": value}, {})}
    if is_dataclass(value) and not isinstance(value, type):
        said = {f.name: getattr(value, f.name) for f in fields(value)}
        return {f.name: plain(said[f.name]) for f in fields(value) if not _same(said[f.name], f.default)}
    raise TypeError(type(value).__name__)


def _same(value: object, default: object) -> bool:
    return type(value) is type(default) and not isinstance(value, Tensor) and value == default


def recipe_of(function: str, version: int | str, arguments: dict) -> dict:
    """What decides a result: the function's name, its version and its arguments as plain values."""
    said = {}
    for name, value in arguments.items():
        try:
            said[name] = plain(value)
        except TypeError as error:
            allowed = "numbers, strings, tensors, specs and other dataclasses, lists and dictionaries of these"
            raise TypeError(f"{function} was given a {error} as {name}; allowed: {allowed}") from None
    return {"function": function, "version": version, "arguments": said}


def file_name(recipe: dict) -> str:
    """`<function>-<hash of the recipe>.safetensors`."""
    text = json.dumps(recipe, sort_keys=True)
    return f"{recipe['function']}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.safetensors"
