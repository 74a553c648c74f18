"""Functions, classes and values in words that change when what they say does."""

import enum
import functools
import inspect
import itertools
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from types import CellType, FunctionType, MethodType, ModuleType

from . import code

DATACLASS_PARAMS = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")  # those of every version of Python
TOLD_BY_REPR = {"builtins.range", "builtins.slice", "torch.dtype", "torch.device", "torch.memory_format", "torch.Size"}


class Told:
    """What has been told so far: lines of text, and by name each function or class `outside` of those followed.

    What cannot be told is refused, or, in this package's own code, counts by its type: a lock, say.
    """

    def __init__(self, followed: Callable[[str], bool], through_versions: bool = False, strict: bool = True):
        self.followed, self.through_versions, self.strict = followed, through_versions, strict
        self.lines, self.places, self.waiting = [], {}, []
        self.outside: dict[str, object] = {}

    def everything(self, thing: object) -> list[str]:
        """All that `thing` says, from its own code on, each thing once."""
        self._refer(thing)
        return self.rest()

    def rest(self) -> list[str]:
        """The lines, once all that was referred to has been told as well."""
        while self.waiting:
            one = self.waiting.pop(0)
            self.lines.append("; ".join(self._of_class(one) if isinstance(one, type) else self._of_function(one)))
        return self.lines

    def tell(self, value: object) -> str:
        """A value in words that change when it does; a function or class that is followed by its number."""
        if hasattr(value, "recipe") and getattr(value, "version", None) is not None and not self.through_versions:
            return f"{value.__module__}.{value.__qualname__} version {value.version}"
        if hasattr(value, "dispatch") and hasattr(value, "registry"):
            raise TypeError("a function for each type of its argument")
        value = code.plain_function(value)
        kind = type(value)
        if value is None or value is ... or kind in (bool, int, float, complex, str, bytes):
            return repr(value)
        if isinstance(value, tuple | list):
            return f"{kind.__name__}({', '.join(map(self.tell, value))})"
        if isinstance(value, set | frozenset):
            return f"{kind.__name__}({', '.join(sorted(map(self.tell, value)))})"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.tell(key)}: {self.tell(one)}" for key, one in value.items()) + "}"
        if isinstance(value, ModuleType):
            return f"module {value.__name__}"
        if isinstance(value, MethodType):
            return f"{self.tell(value.__func__)} of {self.tell(value.__self__)}"
        if isinstance(value, functools.partial):
            return f"partial({self.tell(value.func)}, {self.tell(value.args)}, {self.tell(value.keywords)})"
        if isinstance(value, FunctionType | type):
            return self._refer(value) if self.followed(code.module_of(value)) else self._by_name(value)
        if typing.get_origin(value) is not None or f"{kind.__module__}.{kind.__qualname__}" in TOLD_BY_REPR:
            return repr(value)
        if isinstance(value, enum.Enum):
            return f"{self.tell(kind)} {self.tell(value.value)}"
        if is_dataclass(value):
            return f"{self.tell(kind)} {self.tell({f.name: getattr(value, f.name) for f in fields(value)})}"
        return self._by_name(value)

    def _refer(self, thing: object) -> str:
        if id(thing) not in self.places:
            self.places[id(thing)] = len(self.places)
            self.waiting.append(thing)
        return f"#{self.places[id(thing)]}"

    def _by_name(self, value: object) -> str:
        """`module.name`, if that is where the value is found: then it is what it is called."""
        of = getattr(value, "__self__", None) if inspect.isbuiltin(value) else None
        if of is not None and not isinstance(of, ModuleType | type):
            return f"{value.__name__} of {self.tell(of)}"
        owner = getattr(value, "__objclass__", type(value))
        modules = code.module_of(value), getattr(value, "__module__", None) or owner.__module__
        names = [getattr(value, key, "") for key in ("__qualname__", "__name__")]
        for module, name in itertools.product(modules, names):
            found = sys.modules.get(module)
            for part in name.split("."):
                found = getattr(found, part, None)
            if found is not None and code.plain_function(found) is value:
                if code.of_package(module) and isinstance(value, FunctionType | type):
                    self.outside[f"{module}:{name}"] = value
                return f"{module}.{name}"
        raise TypeError(f"of type {type(value).__name__}")

    def _of_function(self, function: FunctionType) -> Iterator[str]:
        try:
            said, values = code.of_function(function)
        except OSError:
            if self.strict:
                raise TypeError(f"{function.__name__} has no source to be known by: give it a version") from None
            said, values = f"{code.module_of(function)}.{function.__qualname__} without source", []
        yield said
        closed = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        values += [(name, cell.cell_contents) for name, cell in closed if not _empty(cell)]
        values += [("its defaults", function.__defaults__), ("its keyword defaults", function.__kwdefaults__)]
        for name, value in values:
            try:
                yield f"{name} = {self.tell(value)}"
            except TypeError as error:
                if self.strict:
                    said = f"{function.__name__} names {name}"
                    raise TypeError(f"{said}: make it an argument, or a function that gives it ({error})") from None
                yield f"{name} {error}"

    def _of_class(self, one: type) -> Iterator[str]:
        """Its bases and what stands in its body; methods that `dataclass` made follow from the fields."""
        yield f"class {one.__qualname__} of {', '.join(self.tell(base) for base in one.__bases__)}"
        if issubclass(one, enum.Enum):
            yield self.tell({name: member.value for name, member in one.__members__.items()})
            return
        if is_dataclass(one):
            params = [getattr(one.__dataclass_params__, name) for name in DATACLASS_PARAMS]
            given = {f.name: (f.default, f.default_factory) for f in fields(one)}
            told = {n: [self.tell(each) for each in pair if each is not MISSING] for n, pair in given.items()}
            yield f"{params} {told}"
        for name, value in vars(one).items():
            value = value.__func__ if isinstance(value, staticmethod | classmethod) else value
            for each in (value.fget, value.fset) if isinstance(value, property) else (value,):
                each = code.plain_function(each)
                if isinstance(each, FunctionType):
                    if each.__code__.co_filename != "<string>":
                        yield f"{name} = {self._refer(each)}"
                elif not name.startswith(("__", "_abc_")) and not inspect.ismemberdescriptor(each):
                    yield f"{name} = {self.tell(each)}"


def _empty(cell: CellType) -> bool:
    try:
        return cell.cell_contents is cell
    except ValueError:
        return True
