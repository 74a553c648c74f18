"""Notebooks that ask what an assignment asks: the master that otter reads, and what every copy of it opens with."""

import functools
import json
from collections.abc import Iterator

import lab
import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from origin import origin
from questions import BOOK, Assignment, Question

FIRST = """import os

os.environ["LDIV_PRESET"] = "{preset}"
os.environ["LDIV_RUNS"] = os.path.abspath("runs")  # results that come with this notebook: nothing is trained"""


def address(chapter: str) -> str:
    """The chapter's page on the site of this repository or of `LDIV_SITE`; its bare name where none is known."""
    site = origin().site
    return f"{site}/{chapter}.html" if site else f"{chapter}.html"


def plain(text: str) -> str:
    """The text with each reference to a page, an equation or an entry as a link to the site."""
    return lab.plain(text, "", _targets())


@functools.cache
def _targets() -> dict[str, tuple[str, str]]:
    site = address("").removesuffix(".html")
    return {
        key: (name, f"{site}{file.removesuffix('.ipynb')}.html" if file.endswith(".ipynb") else file)
        for key, (name, file) in lab.targets_of(sorted(BOOK.glob("*.ipynb"))).items()
    }


def master(assignment: Assignment, preset: str = "quick", runs_on: str = "default") -> NotebookNode:
    """The notebook from which otter makes the student's copy and the autograder."""
    config = {
        "name": assignment.name,
        "files": ["runs"],
        "tests": {"ok_format": False},
        "export_cell": {"pdf": False, "filtering": False},
        "generate": {"show_stdout": False},
        "show_question_points": True,
        "python_version": "3.13",
        "runs_on": runs_on,
    }
    cells = [
        _raw(f"# ASSIGNMENT CONFIG\n{yaml.safe_dump(config, sort_keys=False)}"),
        *opening(assignment, preset),
        *(cell for question in assignment.questions for cell in _asked(question, address(assignment.chapter))),
    ]
    return notebook_of(cells)


def notebook_of(cells: list[NotebookNode]) -> NotebookNode:
    """The cells as a notebook, the same bytes every time."""
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def opening(assignment: Assignment, preset: str = "quick") -> list[NotebookNode]:
    """What stands above the questions: the chapter's, the prediction with a cell for it, the set-up."""
    page = address(assignment.chapter)
    text = f"# {assignment.title}\n\n{plain(assignment.opening)}\n\n"
    text += f"About {assignment.minutes} minutes, after reading [the chapter]({page}). "
    text += "Needs the folder `runs/` beside it, and once: `pip install -r requirements.txt`."
    cells = [new_markdown_cell(text)]
    if assignment.prediction:
        cells += [
            new_markdown_cell(f"**Before you run it.** {plain(assignment.prediction)}"),
            new_code_cell("my_prediction = ..."),
        ]
    return [*cells, new_code_cell(FIRST.format(preset=preset)), new_code_cell(assignment.setup)]


def prompt(question: Question) -> NotebookNode:
    """What a question asks."""
    return new_markdown_cell(f"## {question.title}\n\n{plain(question.prompt)}")


def _asked(question: Question, page: str) -> Iterator[NotebookNode]:
    said = {"name": question.label, "points": question.points} | ({"manual": True} if question.manual else {})
    yield _raw(f"# BEGIN QUESTION\n{yaml.safe_dump(said, sort_keys=False)}")
    yield prompt(question)
    if question.manual:
        yield from (_raw("# BEGIN PROMPT"), new_markdown_cell(answer_cell(question)), _raw("# END PROMPT"))
        cell = new_markdown_cell(f"By hand:\n\n{question.rubric}")
    else:  # otter leaves in place what is not marked within its cell
        kept = f"# BEGIN SOLUTION NO PROMPT\n{question.reference}\n# END SOLUTION"
        cell = new_code_cell(f"{kept}\n''' # BEGIN PROMPT\n{question.stub}\n''' # END PROMPT")
    yield from (_raw("# BEGIN SOLUTION"), cell, _raw("# END SOLUTION"))
    if question.checks:
        yield _raw("# BEGIN TESTS")
        for check in question.checks:
            where = page if question.own else f"{page}#{question.label}"
            message = f"{check.asks} See {where}".replace('"', "'")
            config = yaml.safe_dump({"hidden": check.hidden, "failure_message": message}, width=10_000)
            yield new_code_cell(f'""" # BEGIN TEST CONFIG\n{config}""" # END TEST CONFIG\n{check.source}')
        yield _raw("# END TESTS")
    yield _raw("# END QUESTION")


def answer_cell(question: Question) -> str:
    """The empty cell for a manual question's answer, which its first line marks."""
    return f"{mark(question.label)} -->\n*Your answer to “{question.title}”, in place of this line.*"


def mark(label: str) -> str:
    """What opens the answer cell of a manual question, unseen."""
    return f"<!-- answer {label}"


def _raw(text: str) -> NotebookNode:
    return new_raw_cell(text.strip())


def leaks(assignment: Assignment, notebook: NotebookNode) -> list[str]:
    """Lines of solutions, hidden checks and rubrics that a student's copy holds, in any cell or its metadata."""

    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in [*value, *value.values()] if isinstance(value, dict) else value:
                yield from strings(one)

    lines = {line.strip() for text in strings(json.loads(nbformat.writes(notebook))) for line in text.split("\n")}
    lines |= {part.strip() for line in lines for part in line.split("\\n")}  # of a text that stands as JSON in another
    return sorted(lines & assignment.secret - {line.strip() for line in FIRST.split("\n")})
