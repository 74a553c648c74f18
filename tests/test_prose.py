"""Prose quotes what its page prints, or what the papers have: no number goes stale."""

import json
import re
from decimal import Decimal

import build
import pytest

from ldiv_utils.figures.papers import NUMBERS

SILENT = re.compile(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\{[\w:-]+\}|\]\([^)]*\)|arXiv \S+", re.DOTALL)
DECIMAL = re.compile(r"(?<![\w.])\d*\.\d+(?![\w.]*\d)")
FORMULAS = {"your-own": {"0.014"}}  # what a reader finds by hand


def numbers(value: object) -> list[str]:
    """All numbers of a table of the papers."""
    if isinstance(value, dict):
        return [n for one in value.values() for n in numbers(one)]
    if isinstance(value, list):
        return [n for one in value for n in numbers(one)]
    return re.findall(r"\d*\.?\d+", str(value))


def said(path):
    """The decimal numbers of a chapter's prose, formulas and code left out, and all numbers of its outputs."""
    prose, outputs = [], []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            prose.append("".join(cell["source"]))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            outputs += ["".join(output.get("text", ""))]
            outputs += ["".join(data[kind]) for kind in ("text/plain", "text/markdown") if kind in data]
    return DECIMAL.findall(SILENT.sub(" ", "\n\n".join(prose))), re.findall(
        r"\d*\.?\d+(?:e-\d{1,2}\b)?", "\n".join(outputs)
    )


@pytest.mark.parametrize("path", build.notebooks_of_the_book(), ids=lambda path: path.stem)
def test_every_decimal_number_of_the_prose_is_printed_on_its_page_or_the_paper_s(path):
    prose, outputs = said(path)
    known = {Decimal(n) for n in [*outputs, *numbers(NUMBERS), *FORMULAS.get(path.stem, ())]}

    def found(number: str) -> bool:
        digits = Decimal(1).scaleb(-len(number.partition(".")[2]))
        return any(abs(n - Decimal(number)) <= digits / 2 for n in known)

    assert [number for number in prose if not found(number)] == []
