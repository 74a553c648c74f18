"""The code of a function as text that says what it does: no docstrings, comments, annotations or layout.

The same in every version of Python, as the syntax tree's own printing is not.
"""

import ast
import dis
import importlib
import inspect
import textwrap
from threading import Lock
from types import CodeType, FunctionType, MethodType, ModuleType

PACKAGE = __name__.partition(".")[0]
NOT_SAID = {"__file__", "REGISTERED", "OWN"}  # where code lies; what a reader registered, which counts in the spec
PARSING = Lock()
# They carry results and change none: what a download holds is checked by its own checksum.
CARRIERS = tuple(
    f"{PACKAGE}.{name}" for name in ("store", "paths", "datasets.download", "datasets.transfer", "runs.progress")
)
LEFT_OUT = {"annotation", "returns", "ctx", "kind", "type_comment", "type_params"}


def of_function(function: FunctionType) -> tuple[str, list[tuple[str, object]]]:
    """The function's syntax tree as text, and the global names in it with their values; see `named`.

    Raises OSError if its source is not kept anywhere.
    """
    values = named(function.__code__, function.__globals__)
    if function.__name__ == "<lambda>":
        return of_tree(_lambda(function)), values
    said = of_tree(_parsed(textwrap.dedent(inspect.getsource(function))).body[0])
    # Annotations of inner functions are code that runs, but not part of what is said.
    spoken = [
        name for name, _ in values if name.startswith(f"{PACKAGE}.") or f"Name(id={name.partition('.')[0]!r})" in said
    ]
    return said, [(name, value) for name, value in values if name in spoken]


def without_docstring(function: FunctionType) -> str:
    """The function's source for the reader's eye: as written, less its docstring."""
    text = textwrap.dedent(inspect.getsource(function))
    top = _parsed(text).body[0]
    if ast.get_docstring(top) is None:
        return text
    lines, said = text.splitlines(keepends=True), top.body[0]
    return "".join(lines[: said.lineno - 1] + lines[said.end_lineno :])


def of_tree(node: object) -> str:
    """A syntax tree as text: each node's name and fields, less docstrings, annotations and empty fields."""
    if isinstance(node, list):
        return f"[{' '.join(map(of_tree, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = []
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            value = value[1:] if ast.get_docstring(node) is not None else value
        if value not in (None, []) and name not in LEFT_OUT:
            parts.append(f"{name}={of_tree(value)}")
    return f"{type(node).__name__}({' '.join(parts)})"


def _parsed(text: str) -> ast.Module:
    """One thread at a time: two at once count each other's depth in Python 3.11, which then raises SystemError."""
    with PARSING:
        return ast.parse(text)


def _lambda(function: FunctionType) -> ast.Lambda:
    """The lambda that the function is, among all of its file: the innermost that holds the place of all its code."""
    spans = [span for span in function.__code__.co_positions() if None not in span and span[2] != span[3]]
    places = [(line, column) for line, _, column, _ in spans]
    tree = _parsed("".join(inspect.findsource(function)[0]))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]

    def holds(node: ast.Lambda) -> bool:
        start, end = (node.body.lineno, node.body.col_offset), (node.body.end_lineno, node.body.end_col_offset)
        return all(start <= place < end for place in places)

    return max((node for node in found if holds(node)), key=lambda node: (node.lineno, node.col_offset))


def named(compiled: CodeType, names: dict[str, object]) -> list[tuple[str, object]]:
    """The global names that the code reads, inner functions included, with their values, less `NOT_SAID`.

    Of a module, what the code reads there.
    """
    found, steps = {}, list(dis.get_instructions(compiled))
    left_out = NOT_SAID if names.get("__name__", "").partition(".")[0] == PACKAGE else {"__file__"}
    for i, step in enumerate(steps):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in names and step.argval not in left_out:
            name, value = step.argval, names[step.argval]
            for after in steps[i + 1 :]:
                if not isinstance(value, ModuleType) or after.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
                    break
                if not hasattr(value, after.argval):
                    break
                name, value = f"{name}.{after.argval}", getattr(value, after.argval)
            found[name] = value
        elif step.opname == "IMPORT_FROM":
            module = next(before.argval for before in reversed(steps[:i]) if before.opname == "IMPORT_NAME")
            if module.partition(".")[0] == PACKAGE:  # of others the name is said, whether they are loaded or not
                found[f"{module}.{step.argval}"] = getattr(importlib.import_module(module), step.argval)
    for constant in compiled.co_consts:
        if isinstance(constant, CodeType):
            found |= named(constant, names)
    return sorted(found.items(), key=lambda item: item[0])


def plain_function(thing: object) -> object:
    """What a stored or otherwise wrapped function wraps; a wrapper of the same module as what it wraps is kept."""
    while callable(thing) and (inner := getattr(thing, "__wrapped__", None)) is not None:
        if isinstance(thing, FunctionType) and module_of(thing) == module_of(inspect.unwrap(thing)):
            break
        thing = inner
    return thing


def of_package(module: str) -> bool:
    """Whether results hang on the module's code: it is the package's, and no carrier."""
    carrier = any(module == name or module.startswith(f"{name}.") for name in CARRIERS)
    return module.partition(".")[0] == PACKAGE and not carrier


def module_of(thing: object) -> str:
    """The module that the code stands in, which a decorator's wrapper does not tell by `__module__`."""
    if isinstance(thing, MethodType):
        return module_of(thing.__func__)
    return thing.__globals__["__name__"] if isinstance(thing, FunctionType) else getattr(thing, "__module__", "") or ""
