"""The code of a function as text that says what it does: no docstrings, comments, annotations or layout.

The same in every version of Python, as the syntax tree's own printing is not.
"""

import ast
import dis
import importlib
import inspect
import textwrap
from types import CodeType, FunctionType, ModuleType

PACKAGE = __name__.partition(".")[0]
NOT_SAID = {"__file__", "REGISTERED"}  # where code lies; what a reader registered, which counts in the spec
LEFT_OUT = {"annotation", "returns", "ctx", "kind", "type_comment", "type_params"}


def of_function(function: FunctionType) -> tuple[str, list[tuple[str, object]]]:
    """The function's syntax tree as text, and the global names in it with their values; see `named`.

    Raises OSError if its source is not kept anywhere.
    """
    lines, first = inspect.getsourcelines(function)
    text, values = textwrap.dedent("".join(lines)), named(function.__code__, function.__globals__)
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a lambda's lines may be the middle of something
        return text.strip(), values
    if function.__name__ == "<lambda>":
        return of_tree(_lambda(tree, function, first, len(lines[0]) - len(lines[0].lstrip()))), values
    said = of_tree(tree.body[0])
    # Annotations of inner functions are code that runs, but not part of what is said.
    spoken = [
        name for name, _ in values if name.startswith(f"{PACKAGE}.") or f"Name(id={name.partition('.')[0]!r})" in said
    ]
    return said, [(name, value) for name, value in values if name in spoken]


def without_docstring(function: FunctionType) -> str:
    """The function's source for the reader's eye: as written, less its docstring."""
    text = textwrap.dedent(inspect.getsource(function))
    top = ast.parse(text).body[0]
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


def _lambda(tree: ast.Module, function: FunctionType, first: int, indent: int) -> ast.AST:
    """The lambda that the function is, among those in its lines: told by the place of its body's code."""
    places = {(line - first + 1, column - indent) for line, _, column, _ in function.__code__.co_positions() if column}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]

    def inside(node: ast.Lambda) -> bool:
        start, end = (node.body.lineno, node.body.col_offset), (node.body.end_lineno, node.body.end_col_offset)
        return any(start <= place < end for place in places)

    return max((node for node in found if inside(node)), key=lambda node: node.col_offset, default=tree)


def named(compiled: CodeType, names: dict[str, object]) -> list[tuple[str, object]]:
    """The global names that the code reads, inner functions included, with their values, less `NOT_SAID`.

    Of a module, what the code reads there.
    """
    found, steps = {}, list(dis.get_instructions(compiled))
    for i, step in enumerate(steps):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in names and step.argval not in NOT_SAID:
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
