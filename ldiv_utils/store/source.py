"""What a function says, as a short name that changes when that does, and with nothing else.

A function says its code, without docstrings, comments and annotations; then whatever that names or closes over, and so
on from there. Functions and classes outside its own module count by their names: of those of this package, `helpers`
tells the code.
"""

import functools
import hashlib
import importlib
import json
from collections.abc import Callable
from types import CodeType

from . import code
from .code import module_of, of_package, plain_function
from .told import Told


def source_version(function: Callable) -> str:
    """A hash of what the function says: its code, the values it names or closes over, and the functions and classes
    of its own module among them, which are followed in the same way. Those of other modules count by their names, so
    that an edit there goes unnoticed: of this package's, `helpers` tells the code.

    Raises TypeError if it names what cannot be told, such as a tensor or an open file.
    """
    bare = plain_function(function)
    return _hash(Told(lambda module: module == module_of(bare)).everything(bare))


def helpers(function: Callable) -> dict[str, str]:
    """The functions and classes of this package that the function hangs on, `module:name`, each with a hash of all that
    it says: those that it names, or what it reaches in its own module does; and itself, if it is of the package.

    A stored function that is known by a version is followed from itself only: what names it hangs on its results.
    """
    bare = plain_function(function)
    told = Told(lambda module: module == module_of(bare), strict=False)
    told.everything(bare)
    found = {name: _helper_hash(thing) for name, thing in told.outside.items()}
    if of_package(module_of(bare)):
        has_version = getattr(function, "version", None) is not None
        found[f"{module_of(bare)}:{bare.__qualname__}"] = _helper_hash(bare, has_version)
    return dict(sorted(found.items()))


def code_version(compiled: CodeType, names: dict[str, object]) -> str:
    """A hash of what the code of a notebook, in which names of this package have these values, hangs on."""
    told = Told(lambda module: module == "__main__")
    lines = [f"{name} = {told.tell(value)}" for name, value in code.named(compiled, names)]
    return _hash([*lines, *told.rest(), *(f"{name} {_helper_hash(thing)}" for name, thing in told.outside.items())])


def helper_now(name: str) -> str | None:
    """The hash that `helpers` has for that name now; None if there is no such thing any more."""
    module, _, rest = name.partition(":")
    try:
        thing = functools.reduce(getattr, rest.split("."), importlib.import_module(module))
    except (ModuleNotFoundError, AttributeError):
        return None
    return _helper_hash(plain_function(thing), getattr(thing, "version", None) is not None)


@functools.cache
def _helper_hash(thing: object, through_versions: bool = False) -> str:
    return _hash(Told(of_package, through_versions, strict=False).everything(thing))


def _hash(text: list[str]) -> str:
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()[:16]
