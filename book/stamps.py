"""Whether what is committed still follows from the code: the outputs of a notebook, and the published results."""

import ast
import hashlib
import json
import textwrap
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from ldiv_utils import figures, paths
from ldiv_utils.store import files, source

STYLE = Path(figures.__file__).with_name("ldiv.mplstyle")


def published(folder: Path) -> list[Path]:
    """What `make paper` puts into the folder of results, and replaces there."""
    return sorted([*folder.glob("*.safetensors"), *folder.glob("scale.json")])


def stamp(notebook: NotebookNode, read: list[str]) -> str:
    """A hash of what the outputs follow from: the code cells, the helper code that they reach, and the results read.

    A docstring or a comment of the module is none of these; nor is a result that another chapter reads.
    """
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parts = [*sources, helper_code(sources), STYLE.read_text(encoding="utf-8"), *map(_content, read)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def helper_code(sources: list[str]) -> str:
    """A hash of the code of `ldiv_utils` that these cells reach from what they import."""
    plain = ["\n".join(line for line in text.splitlines() if line[:1] not in ("%", "!")) for text in sources]
    tree, names = ast.parse("\n".join(plain)), {}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    own = [n for n in imports if "ldiv_utils" in (getattr(n, "module", None) or n.names[0].name)]
    exec(compile(ast.Module(own, []), "imports", "exec"), names)
    names = {name: value for name, value in names.items() if not name.startswith("__")}
    return source.code_version(compile(tree, "cells", "exec"), names)


def _content(name: str) -> str:
    path = paths.RESULTS / name
    if not path.exists():
        return f"{name} is missing"
    return files.header_of(path)["sha256"] if path.suffix == ".safetensors" else path.read_text(encoding="utf-8")


def differences(page: Path) -> list[str]:
    """What is wrong with a pair, one sentence each: its two files differ, or the outputs are out of date."""
    if not page.with_suffix(".ipynb").exists():
        return [f"{page.name} has no .ipynb beside it: run make notebooks"]
    text, notebook = jupytext.read(page), nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    ours, theirs = ([(c.cell_type, c.source, c.metadata) for c in n.cells] for n in (text, notebook))
    if ours != theirs:
        at = next((i for i, pair in enumerate(zip_longest(ours, theirs)) if pair[0] != pair[1]))
        return [f"{page.name} and its .ipynb differ from cell {at} (from 0) on: edit the .md, then run make notebooks"]
    made = notebook.metadata.get("ldiv", {})
    if made.get("stamp") != stamp(notebook, made.get("results", [])):
        return [f"{page.stem}.ipynb: its code, the helpers or the results it reads have changed: run make notebooks"]
    return []


def unverified() -> list[str]:
    """A paragraph for each helper whose code is not that for which published results were found right, and these."""
    hang = defaultdict(list)
    for path in paths.RESULTS.glob("*.safetensors"):
        for name, hashed in files.header_of(path)["helpers"].items():
            if source.helper_now(name) != hashed:
                hang[name].append(path.stem)
    lines = []
    for name, results in sorted(hang.items()):
        said = f"{name} has changed, itself or what it calls; not verified for it ({len(results)} results):"
        lines.append(textwrap.fill(f"{said} {', '.join(sorted(results))}", 120, subsequent_indent="    "))
    return lines
