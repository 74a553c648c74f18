"""The page of verdicts: every claim of every chapter, gathered from the outputs of the notebooks.

`paper` is what the committed notebooks show; `quick` what a run at that preset showed, kept in quick-verdicts.json with
a hash of the code that was run. Numbers of older code are named by `make lint`, and left out of the page.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import groupby
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from stamps import helper_code, stamp

from ldiv_utils import figures

BOOK = Path(__file__).resolve().parent
PAGE, QUICK = "verdicts.md", "quick-verdicts.json"
PART_II = "10"  # its first chapter
HOLDS = "holds"
OWN = ("not stated", "not asked", "derived")  # what no work claims: a choice of this book, or mathematics
OPENING = """# Verdicts

Does the paper reproduce? Of its {claims} claims, {hold} hold; those that fail are named here. Of
{own} on choices of this book {own_hold} hold.{more}

{short}

## Claim by claim

*Paper* is what {{cite:t}}`fort2020deep` say, and from chapter 10 on the works that a chapter cites; *ours* is what a
chapter found on CIFAR-10, *digits* what the same code printed at the quick preset, with its verdict where that differs;
on another processor it may print other last digits. A chapter's name leads to that code.

{long}
"""


MORE = """

Part II asks the works on what lies between optima: of their {later} claims {hold} hold, of {own} of this book's
own {own_hold}."""


@dataclass(frozen=True)
class Verdict:
    """A row of a claims table, and the heading above it."""

    heading: str
    claim: str
    paper: str
    ours: str
    verdict: str

    def words(self) -> str:
        """The claim without its numbers: alike at both presets."""
        return re.sub(r"\d+([.,]\d+)*", "#", self.claim)


def verdicts(notebook: Path) -> list[Verdict]:
    """The rows of all claims tables among a notebook's checked outputs, in order."""
    found, heading = [], ""
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "markdown":
            heading = (re.findall(r"^#{1,3} (.+)$", cell.source, re.MULTILINE) or [heading])[-1]
        elif "nbval-check-output" in cell.metadata.get("tags", []):
            for output in cell.outputs:
                found += [Verdict(heading, *row) for row in _rows(output.get("data", {}).get("text/markdown", ""))]
    return found


def anchor(heading: str) -> str:
    """A heading's place on its page: as myst-parser and GitHub write it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _rows(table: str) -> Iterator[list[str]]:
    """The rows of a table whose last column is the verdict; of other text, none."""
    head, *lines = [line.strip("| ").split(" | ") for line in table.strip().splitlines()] or [[]]
    if head[-1:] == ["verdict"]:
        yield from lines[1:]


def code(notebook: NotebookNode) -> str:
    """A hash of what a chapter's claims follow from: its code up to the last of them, and the helpers it reaches."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    last = max(i for i, cell in enumerate(cells) if "nbval-check-output" in cell.metadata.get("tags", []))
    sources = [cell.source for cell in cells[: last + 1]]
    return hashlib.sha256(json.dumps([*sources, helper_code(sources)]).encode()).hexdigest()


def keep_quick(folder: Path) -> None:
    """Note what the notebooks in `folder`, run at the quick preset, claim; other chapters' notes stay."""
    notes = quick() if (BOOK / QUICK).exists() else {}
    for path in sorted(folder.glob("*.ipynb")):
        notebook, rows = nbformat.read(path, as_version=4), verdicts(path)
        if not rows:
            continue
        if notebook.metadata["ldiv"]["stamp"] != stamp(notebook, []):
            sys.exit(f"{path.name} in {folder} was run before its helpers changed: run make verdicts ONLY={path.stem}")
        notes[path.stem] = {"code": code(notebook), "claims": [astuple(row) for row in rows]}
    kept = {name: notes[name] for name in sorted(notes) if (BOOK / f"{name}.ipynb").exists()}
    (BOOK / QUICK).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def page(notebooks: list[Path], noted: dict[str, dict]) -> str:
    """The page of these notebooks: a row for each chapter, then one for each claim under its chapter's name."""
    short, long, every, after = [], [], [], []
    for notebook in notebooks:
        if not (rows := verdicts(notebook)):
            continue
        (after if notebook.stem[:2] >= PART_II else every).extend(rows)
        first = nbformat.read(notebook, as_version=4).cells[0].source
        title = re.search(r"^# (.+)$", first, re.MULTILINE)[1]
        short.append([f"[{title}]({notebook.name})", f"{_hold(rows)} of {len(rows)}", _failed(rows) or "–"])
        held = not out_of_step(notebook, noted)
        digits = [Verdict(*row) for row in noted[notebook.stem]["claims"]] if held else [None] * len(rows)
        for heading, group in groupby(zip(rows, digits, strict=True), lambda pair: pair[0].heading):
            long.append([f"**[{title}]({notebook.name}#{anchor(heading)})**", "", "", "", ""])
            for row, there in group:
                verdict = row.verdict if row.verdict == HOLDS else f"**{row.verdict}**"
                long.append([row.claim, row.paper, row.ours, _there(row, there), verdict])
    tables = {
        "short": figures.table(["chapter", "hold", "do not"], short),
        "long": figures.table(["claim", "paper", "ours", "digits", "verdict"], long),
    }
    (own, claims), (own_later, later) = _split(every), _split(after)
    more = MORE.format(later=len(later), hold=_hold(later), own=len(own_later), own_hold=_hold(own_later))
    numbers = {"claims": len(claims), "hold": _hold(claims), "own": len(own), "own_hold": _hold(own)}
    return OPENING.format(**numbers, more=more if after else "", **tables)


def _split(rows: list[Verdict]) -> tuple[list[Verdict], list[Verdict]]:
    """The claims of this book's own, and those of the papers."""
    return [row for row in rows if row.paper in OWN], [row for row in rows if row.paper not in OWN]


def _there(row: Verdict, digits: Verdict | None) -> str:
    """What the quick preset printed, with its verdict where that is another."""
    if digits is None:
        return "–"
    return digits.ours if digits.verdict == row.verdict else f"{digits.ours}: {digits.verdict}"


def _hold(rows: list[Verdict]) -> int:
    return sum(row.verdict == HOLDS for row in rows)


def _failed(rows: list[Verdict]) -> str:
    return "; ".join(row.claim for row in rows if row.verdict != HOLDS)


def out_of_step(notebook: Path, noted: dict[str, dict]) -> str:
    """How what is noted of the quick run differs from the notebook, in words; nothing if it is of the same code."""
    note = noted.get(notebook.stem, {"code": "", "claims": []})
    if [Verdict(*row).words() for row in note["claims"]] != [row.words() for row in verdicts(notebook)]:
        return "other claims than"
    return "" if note["code"] == code(nbformat.read(notebook, as_version=4)) else "numbers of older code than"


def quick() -> dict[str, dict]:
    """What was noted of the quick preset, by chapter: the hash of its code, and the rows of its claims."""
    return json.loads((BOOK / QUICK).read_text(encoding="utf-8"))


def write(notebooks: list[Path]) -> None:
    (BOOK / PAGE).write_text(page(notebooks, quick()), encoding="utf-8")


def stale(notebooks: list[Path]) -> list[str]:
    """What of the page is out of date, one sentence each."""
    noted, lines = quick(), []
    for notebook in notebooks:
        if verdicts(notebook) and (differs := out_of_step(notebook, noted)):
            lines.append(f"{QUICK} has {differs} {notebook.name}: run make verdicts ONLY={notebook.stem}")
    if (BOOK / PAGE).read_text(encoding="utf-8") != page(notebooks, noted):
        lines.append(f"{PAGE} is not what the notebooks say: run make notebooks, or book/build.py verdicts")
    return lines
