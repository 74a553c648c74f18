"""What a function says, as a short name that changes when it does."""

import dis
import hashlib
import inspect
import json
import textwrap
from collections.abc import Callable
from types import CodeType


def source_version(function: Callable) -> str:
    """A hash of what the function says: its source, and whatever of its own module it names, and so on from there.

    That is functions (a stored one counts as its source) and plain values: numbers, strings, and tuples,
    lists and dictionaries of these. Blank lines and the ends of lines do not count. Of functions of other
    modules only the names do: a change there must be answered by removing the results that hang on it.
    Raises TypeError if it names anything else, such as a tensor, or a collection with functions of its own
    module: those cannot be told.
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
            elif not callable(value) and not inspect.ismodule(value):
                said[name] = _text(value, function.__module__)
                if said[name] is None:
                    raise TypeError(
                        f"{function.__name__} names {name}: make it an argument, or a function that gives it"
                    )
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _globals_named(code: CodeType) -> set[str]:
    """The global names that the code reads, its inner functions included."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    own = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    return own.union(*map(_globals_named, inner))


def _text(value: object, module: str) -> str | None:
    """A plain value as it is written, a function of another module by its name; None for all else."""
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if callable(value):
        return None if value.__module__ == module else f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, dict):
        parts = [(_text(key, module), _text(one, module)) for key, one in value.items()]
        known = all(None not in part for part in parts)
        return "{" + ", ".join(f"{key}: {one}" for key, one in parts) + "}" if known else None
    if isinstance(value, tuple | list):
        parts = [_text(one, module) for one in value]
        ends = "[]" if isinstance(value, list) else "()"
        comma = "," if isinstance(value, tuple) and len(parts) == 1 else ""
        return ends[0] + ", ".join(parts) + comma + ends[1] if None not in parts else None
    return None
