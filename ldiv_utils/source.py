"""What a function says, as a short name that changes when it does."""

import dis
import hashlib
import inspect
import json
import textwrap
from collections.abc import Callable
from types import CodeType

from torch import Tensor


def source_version(function: Callable) -> str:
    """A hash of what the function says: its source, and whatever of its own module it names, and so on from there.

    That is functions (a stored one counts as its source) and plain values: numbers, strings, and tuples,
    lists and dictionaries of these. Blank lines and the ends of lines do not count. Functions of other
    modules do not either: a change there must be answered by removing the results that hang on it.
    Raises TypeError if it names a tensor, or a collection with functions of its module: those cannot be told.
    """
    said, seen, waiting = {}, set(), [inspect.unwrap(function)]
    while waiting:
        one = waiting.pop()
        seen.add(one)
        lines = (line.rstrip() for line in textwrap.dedent(inspect.getsource(one)).splitlines())
        said[one.__qualname__] = "\n".join(line for line in lines if line)
        for name in _globals_named(one.__code__) & one.__globals__.keys():
            value = inspect.unwrap(one.__globals__[name]) if callable(one.__globals__[name]) else one.__globals__[name]
            if inspect.isfunction(value):
                if value.__module__ == function.__module__ and value not in seen:
                    waiting.append(value)
            elif _is_plain(value):
                said[name] = repr(value)
            elif isinstance(value, Tensor) or _holds_function_of(function.__module__, value):
                raise TypeError(f"{function.__name__} names {name}: make it an argument, or a function that gives it")
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _globals_named(code: CodeType) -> set[str]:
    """The global names that the code reads, its inner functions included."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    own = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    return own.union(*map(_globals_named, inner))


def _holds_function_of(module: str, value: object) -> bool:
    if isinstance(value, dict | tuple | list):
        inner = value.values() if isinstance(value, dict) else value
        return any(_holds_function_of(module, one) for one in inner)
    return inspect.isfunction(value) and value.__module__ == module


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, (*value.keys(), *value.values())))
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)
