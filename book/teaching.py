"""The numbers of the page for teachers: from the notebooks, the assignments and the course in teaching.toml."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import lab
import nbformat
from questions import folders, read

from ldiv_utils import figures

BOOK = Path(__file__).resolve().parent
PAGE, COURSE = BOOK / "teaching.md", BOOK / "teaching.toml"
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
MATH = re.compile(r"\$\$.*?\$\$(?: *\([\w-]+\)$)?|\$[^$]*\$", re.DOTALL | re.MULTILINE)
MARKS = re.compile(r"^(?:`{3,}|:[\w-]+:|\([\w-]+\)=).*$", re.MULTILINE)  # of directives and labels
WORDS_A_MINUTE, LINES_A_MINUTE = 200, 10
BLOCK = r"(<!-- {}: make notebooks writes this -->\n).*?(<!-- end -->)"
SYLLABUS = """````markdown
# Deep ensembles and the loss landscape

Why do a few random restarts find what careful sampling around one solution does not? We reproduce the figures of
Fort, Hu and Lakshminarayanan, *Deep Ensembles: A Loss Landscape Perspective* (arXiv:1912.02757), chapter by chapter,
from "The loss landscape of deep ensembles" (CC BY 4.0), and ask of each claim whether it holds.

**You will be able to** measure how far networks are apart in weights and in predictions; sample around a solution and
say what that costs; derive and test what an ensemble gains; judge a claim by its error; repeat an experiment to the
last bit.

**You need** Python with PyTorch; linear algebra up to projections and principal components; probability up to
conditional probability, variance and standard errors. A laptop is enough.

{weeks}

**Grading.** Assignments {points} points, {manual} of them read by a teacher; the lowest one of each student does not
count. The project counts as much as two assignments.

**Rules.** Predictions are collected and never graded. Work in pairs, hand in alone. A late assignment loses a tenth a
day. Solutions of the page's exercises are public; the questions that are not in the book are yours to solve.
````
"""


@dataclass(frozen=True)
class Chapter:
    """A page as a teacher plans with it; questions are (title, label or "" if not in the book, points, by hand)."""

    stem: str
    title: str
    words: int
    figures: int
    equations: int
    lines: int
    back: tuple[str, ...]  # the earlier chapters that it refers to
    exercises: dict[str, str]  # titles by label
    questions: tuple[tuple[str, str, float, bool], ...]
    homework: int

    @property
    def number(self) -> str:
        return self.stem[:2].lstrip("0") or "0" if self.stem[0].isdigit() else ""

    @property
    def link(self) -> str:
        return f"[{self.title}]({self.stem}.ipynb)"

    @property
    def reading(self) -> int:
        """Minutes, estimated."""
        return round(self.words / WORDS_A_MINUTE + self.figures + self.equations + self.lines / LINES_A_MINUTE)


def chapter(notebook: Path, targets: dict[str, tuple[str, str]]) -> Chapter:
    """What the notebook says up to its exercises, and the assignment of its name, if there is one."""
    cells = nbformat.read(notebook, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    exercises = {label: title for title, label in lab.EXERCISE.findall("\n\n".join(texts))}
    end = next((i for i, cell in enumerate(cells) if re.search(r"^## Exercises$", cell.source, re.M)), len(cells) - 1)
    page = cells[: end + 1]
    prose = "\n\n".join(c.source.partition("## Exercises\n")[0] for c in page if c.cell_type == "markdown")
    code = [cell for cell in page if cell.cell_type == "code"]
    shown = "\n".join(cell.source for cell in code if not HIDDEN & set(cell.metadata.get("tags", [])))
    drawn = [cell.metadata["mystnb"]["figure"] for cell in code if "figure" in cell.metadata.get("mystnb", {})]
    asked = questions(notebook.stem)
    return Chapter(
        stem=notebook.stem,
        title=targets[notebook.stem][0],
        words=len(re.findall(r"\S*\w\S*", MARKS.sub("", MATH.sub("x", prose)))),
        figures=len(drawn),
        equations=len(re.findall(r"\$\$ *\([\w-]+\)$", prose, re.MULTILINE)),
        lines=len([line for line in shown.splitlines() if line.strip()]),
        back=refers_back(notebook.stem, "\n".join([prose, *(one.get("caption", "") for one in drawn)]), targets),
        exercises=exercises,
        questions=asked[0],
        homework=asked[1],
    )


def refers_back(stem: str, text: str, targets: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    """The earlier chapters that a text names, or whose equations, figures or sections it does."""
    named = [match[3] or match[4] for match in lab.ROLE.finditer(text) if not match[1].startswith("cite")]
    files = {Path(targets[label][1]).stem for label in named}
    return tuple(sorted(file for file in files if file[0].isdigit() and file < stem))


def questions(stem: str) -> tuple[tuple[tuple[str, str, float, bool], ...], int]:
    """The questions of a chapter's assignment, and its minutes; none where there is no assignment."""
    if stem not in folders():
        return (), 0
    asked = read(stem)
    return tuple((q.title, "" if q.own else q.label, q.points, q.manual) for q in asked.questions), asked.minutes


def blocks(notebooks: Sequence[Path]) -> dict[str, str]:
    """What code writes of the page, by the name of its place."""
    targets = lab.targets_of(list(notebooks))
    pages = {path.stem: chapter(path, targets) for path in notebooks}
    course = tomllib.loads(COURSE.read_text(encoding="utf-8"))
    numbered = [page for page in pages.values() if page.number]
    weeks = [[pages[stem] for stem in week["chapters"]] for week in course["week"]]
    due = [question for week in weeks for page in week for question in page.questions]
    return {
        "chapters": _chapters(numbered, pages),
        "questions": _questions(numbered),
        "weeks": _weeks(course["week"], pages),
        "more": _weeks(course["more"], pages, len(weeks)),
        "versions": _versions(course["version"], pages),
        "syllabus": SYLLABUS.format(
            points=f"{sum(q[2] for q in due):g}",
            manual=f"{sum(q[2] for q in due if q[3]):g}",
            weeks=figures.table(
                ["week", "topic", "read before class", "due a week later"],
                [
                    [i, "; ".join(p.title for p in part), f"{_sum(p.reading for p in part)} minutes", _due(part)]
                    for i, part in enumerate(weeks, 1)
                ],
            ),
        ),
    }


def _weeks(weeks: list[dict], pages: dict[str, Chapter], before: int = 0) -> str:
    rows = []
    for i, week in enumerate(weeks, before + 1):
        part = [pages[stem] for stem in week["chapters"]]
        rows.append([i, _links(part), _sum(p.reading for p in part), week["class"], _sum(p.homework for p in part)])
    return figures.table(["week", "chapters", "reading, min", "in class", "homework, min"], rows)


def _chapters(numbered: list[Chapter], pages: dict[str, Chapter]) -> str:
    rows = []
    for page in numbered:
        by_hand = sum(points for *_, points, manual in page.questions if manual)
        points = f"{sum(q[2] for q in page.questions):g}, {by_hand:g} by hand" if page.questions else "–"
        back = ", ".join(pages[stem].number for stem in page.back) or "–"
        rows.append([page.number, page.link, page.reading, page.figures, back, points, page.homework or "–"])
    total = [page.reading for page in numbered], [page.homework for page in numbered]
    rows.append(["", "all", sum(total[0]), "", "", "", sum(total[1]) or "–"])
    return figures.table(["", "chapter", "reading, min", "figures", "refers back to", "points", "homework, min"], rows)


def _questions(numbered: list[Chapter]) -> str:
    rows = []
    for page in numbered:
        asked = {label for _, label, *_ in page.questions}
        listed = [
            (f"{{ref}}`{title} <{label}>`" if label else f"*{title}*") + f" ({points:g}{', by hand' * manual})"
            for title, label, points, manual in page.questions
        ]
        rest = [f"{{ref}}`{title} <{label}>`" for label, title in page.exercises.items() if label not in asked]
        rows.append([page.number, "; ".join(listed) or "–", "; ".join(rest) or "–"])
    return figures.table(["", "in the assignment, with points; *not in the book*", "on the page alone"], rows)


def _versions(versions: list[dict], pages: dict[str, Chapter]) -> str:
    rows = []
    for version in versions:
        for i, stems in enumerate(version["sessions"], 1):
            part = [pages[stem] for stem in stems]
            name = version["name"] if i == 1 else ""
            rows.append([name, i, _links(part), _sum(p.reading for p in part), _sum(p.homework for p in part)])
    return figures.table(["", "session", "chapters", "reading, min", "homework, min"], rows)


def _links(pages: list[Chapter]) -> str:
    return ", ".join(page.link for page in pages)


def _sum(minutes) -> str:
    return str(sum(minutes) or "–")


def _due(pages: list[Chapter]) -> str:
    numbers = " and ".join(page.number for page in pages if page.questions)
    minutes = sum(page.homework for page in pages)
    if not any(page.number for page in pages):
        return "the project, in class"
    return f"assignment {numbers}: {minutes} minutes" if numbers else "–"


def page(text: str, notebooks: Sequence[Path]) -> str:
    """The page's text with its blocks as they should be."""
    for name, block in blocks(notebooks).items():
        place = re.compile(BLOCK.format(name), re.DOTALL)
        text, count = place.subn(lambda match, new=block: f"{match[1]}\n{new.strip()}\n\n{match[2]}", text)
        if count != 1:
            raise ValueError(f"{PAGE.name} has {count} places for {name}; allowed: one")
    return text


def write(notebooks: Sequence[Path]) -> None:
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), notebooks), encoding="utf-8")


def stale(notebooks: Sequence[Path]) -> list[str]:
    """A sentence if the page has other numbers than the notebooks and the assignments."""
    text = PAGE.read_text(encoding="utf-8")
    if text == page(text, notebooks):
        return []
    return [
        f"{PAGE.name} has other numbers than notebooks and assignments: run make notebooks, or book/build.py verdicts"
    ]
