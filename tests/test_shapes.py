"""Every public function that takes or gives tensors says their shapes: in its annotations, or in its docstring."""

import ast
import re

import pytest

from ldiv_utils import paths

ROOMS = ("measures", "points", "studies")
FILES = [paths.ROOT / "ldiv_utils" / "predict.py"]
FILES += [path for room in ROOMS for path in sorted((paths.ROOT / "ldiv_utils" / room).glob("*.py"))]
FILES.remove(paths.ROOT / "ldiv_utils" / "measures" / "checks.py")  # takes what it is given, to refuse it
SHAPE = re.compile(r"\((?:[A-Z2-9][\w +−]*(?:, ?[A-Za-z0-9][\w +−]*)*,?)?\)")  # (), (R,), (T + 1, N), (2, M)


def without_shape(annotation: ast.expr | None) -> bool:
    """Whether it names a tensor or a dictionary, and no shape: neither `Float[Tensor, "M D"]` nor what holds those."""
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) in ("Float", "Int", "Bool"):
        return False
    if isinstance(annotation, ast.Name):
        return annotation.id in ("Tensor", "dict")
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "dict":
        return without_shape(annotation.slice)
    return any(without_shape(part) for part in ast.iter_child_nodes(annotation)) if annotation else False


def functions(path):
    """The public functions of a file, with what they are annotated with."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node, [argument.annotation for argument in node.args.args] + [node.returns]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_shapes_are_said(path):
    assert [
        node.name
        for node, annotations in functions(path)
        if any(map(without_shape, annotations)) and not SHAPE.search(ast.get_docstring(node) or "")
    ] == []


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("def f(a: Float[Tensor, 'M D']) -> dict[str, Float[Tensor, ' M']]: ...", False),
        ("def f(a: Float[Tensor, 'M D'], b: int) -> dict[str, Tensor]: ...", True),
        ("def f(a: Tensor | None) -> int: ...", True),
        ("def f(a: int) -> list[dict]: ...", True),
    ],
)
def test_a_tensor_without_a_shape_is_found(said, missing):
    function = ast.parse(said).body[0]
    annotations = [argument.annotation for argument in function.args.args] + [function.returns]
    assert any(map(without_shape, annotations)) == missing
