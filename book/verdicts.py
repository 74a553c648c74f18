"""The page of verdicts: every claim of every chapter, gathered from the outputs of the notebooks.

`paper` is what the committed notebooks show; `quick` what a run at that preset showed, kept in quick-verdicts.json.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import groupby
from pathlib import Path

import nbformat

from ldiv_utils import figures

BOOK = Path(__file__).resolve().parent
PAGE, QUICK = "verdicts.md", "quick-verdicts.json"
HOLDS = "holds"
OPENING = """# Verdicts

Does the paper reproduce? Of {claims} claims, {hold} hold; those that fail are named here.

{short}

## Claim by claim

*Paper* is what {{cite:t}}`fort2020deep` say, *ours* what a chapter found on CIFAR-10, *digits* the same at the quick
preset. A chapter's name leads to the code behind its claims.

{long}
"""


@dataclass(frozen=True)
class Verdict:
    """A row of a claims table, and the heading above it."""

    heading: str
    claim: str
    paper: str
    ours: str
    verdict: str

    def words(self) -> tuple[str, str]:
        """The claim without its numbers, and its verdict: alike at both presets."""
        return re.sub(r"\d+([.,]\d+)*", "#", self.claim), self.verdict


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


def keep_quick(folder: Path) -> None:
    """Note what the notebooks in `folder`, run at the quick preset, claim; other chapters' notes stay."""
    notes = json.loads((BOOK / QUICK).read_text(encoding="utf-8")) if (BOOK / QUICK).exists() else {}
    notes |= {notebook.stem: [astuple(row) for row in verdicts(notebook)] for notebook in folder.glob("*.ipynb")}
    kept = {name: notes[name] for name in sorted(notes) if notes[name] and (BOOK / f"{name}.ipynb").exists()}
    (BOOK / QUICK).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def page(notebooks: list[Path], quick: dict[str, list[list[str]]]) -> str:
    """The page of these notebooks: a row for each chapter, then one for each claim under its chapter's name."""
    short, long, every = [], [], []
    for notebook in notebooks:
        if not (rows := verdicts(notebook)):
            continue
        every += rows
        first = nbformat.read(notebook, as_version=4).cells[0].source
        title = re.search(r"^# (.+)$", first, re.MULTILINE)[1]
        short.append([f"[{title}]({notebook.name})", f"{_hold(rows)} of {len(rows)}", _failed(rows) or "–"])
        alike = in_step(rows, quick, notebook)
        digits = [row[3] for row in quick[notebook.stem]] if alike else ["–"] * len(rows)
        for heading, group in groupby(zip(rows, digits, strict=True), lambda pair: pair[0].heading):
            long.append([f"**[{title}]({notebook.name}#{anchor(heading)})**", "", "", "", ""])
            for row, there in group:
                verdict = row.verdict if row.verdict == HOLDS else f"**{row.verdict}**"
                long.append([row.claim, row.paper, row.ours, there, verdict])
    tables = {
        "short": figures.table(["chapter", "hold", "do not"], short),
        "long": figures.table(["claim", "paper", "ours", "digits", "verdict"], long),
    }
    return OPENING.format(claims=len(every), hold=_hold(every), **tables)


def _hold(rows: list[Verdict]) -> int:
    return sum(row.verdict == HOLDS for row in rows)


def _failed(rows: list[Verdict]) -> str:
    return "; ".join(row.claim for row in rows if row.verdict != HOLDS)


def in_step(rows: list[Verdict], quick: dict[str, list[list[str]]], notebook: Path) -> bool:
    """Whether the quick run noted makes the same claims as the notebook, with the same verdicts."""
    noted = [Verdict(*row) for row in quick.get(notebook.stem, [])]
    return [row.words() for row in noted] == [row.words() for row in rows]


def quick() -> dict[str, list[list[str]]]:
    """What was noted of the quick preset: a chapter's rows by its name."""
    return json.loads((BOOK / QUICK).read_text(encoding="utf-8"))


def write(notebooks: list[Path]) -> None:
    (BOOK / PAGE).write_text(page(notebooks, quick()), encoding="utf-8")


def stale(notebooks: list[Path]) -> list[str]:
    """What of the page is out of date, one sentence each."""
    noted = quick()
    old = [notebook.stem for notebook in notebooks if not in_step(verdicts(notebook), noted, notebook)]
    lines = [f"{QUICK} has other claims or verdicts than {name}.ipynb: run make verdicts ONLY={name}" for name in old]
    if (BOOK / PAGE).read_text(encoding="utf-8") != page(notebooks, noted):
        lines.append(f"{PAGE} is not what the notebooks say: run make notebooks, or book/build.py verdicts")
    return lines
