"""An assignment for systems other than otter-grader's own: Gradescope, nbgrader, GitHub Classroom, Colab.

Each gets the files of the student's copy, and what it grades by.
"""

import functools
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import judge
import nbformat
import yaml
from elsewhere import wheel
from grade import task_of
from masters import notebook_of, opening, prompt
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from questions import BOOK, Assignment, Question

ROOT = BOOK.parent
PYTHON = "3.13"  # of Gradescope's container and of Classroom's runner
TORCH = "https://download.pytorch.org/whl/cpu"
SETUP = f"""#!/usr/bin/env bash
# A Python of its own and CPU wheels; otter's setup.sh would fetch miniforge and a browser too.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends ca-certificates curl python3-pip
pip3 install uv || pip3 install --break-system-packages uv
uv venv --python {PYTHON} /autograder/env
uv pip install --python /autograder/env/bin/python --extra-index-url {TORCH} --index-strategy unsafe-best-match \\
    -r /autograder/source/requirements.txt
uv pip install --python /autograder/env/bin/python --no-deps /autograder/source/ldiv_utils-*.whl
"""
RUN = """#!/usr/bin/env bash
export OMP_NUM_THREADS=1
/autograder/env/bin/python /autograder/source/run_otter.py
"""
UPLOAD = """import os

if not os.path.isdir("runs"):
    from google.colab import files

    print("Choose {name}.zip, which came with this notebook")
    files.upload()
    !unzip -q {name}.zip
%pip install -q -r requirements.txt"""
SETTINGS = 'c = get_config()\nc.ClearSolutions.code_stub = {"python": ""}  # the stub stands above the solution\n'


@functools.cache
def _built() -> tuple[str, bytes]:
    """The wheel's name and bytes, built once for all chapters."""
    with tempfile.TemporaryDirectory() as folder:
        path = wheel(Path(folder))
        return path.name, path.read_bytes()


def equip(student: Path) -> None:
    """Put beside the student's notebook what `pip install -r requirements.txt` takes: the wheel, and otter."""
    name, data = _built()
    (student / name).write_bytes(data)
    (student / "requirements.txt").write_text(f"{otter_itself()}\n./{name}\n", encoding="utf-8")


def equipment(student: Path) -> list[Path]:
    """All that lies in the student's folder but the notebook: results, the wheel, `requirements.txt`."""
    return [path for path in sorted(student.rglob("*")) if path.is_file() and path.suffix != ".ipynb"]


def write(for_: str, assignment: Assignment, folder: Path, preset: str) -> None:
    """Write the hand-over into a folder of its own beside otter's."""
    to = folder / for_
    to.mkdir()
    if for_ == "gradescope":
        gradescope(folder, to)
    elif for_ == "nbgrader":
        nbgrader(assignment, folder, to, preset)
    elif for_ == "classroom":
        classroom(assignment, folder, to)
    else:
        colab(assignment, folder, to)


def requirements(*more: str) -> str:
    """What `ldiv_utils` needs to run a notebook, as pinned here, and the pinned packages of these names."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    needed = lines[: lines.index("# notebooks and the site")]
    needed += [line for line in lines if line.partition("==")[0] in ("ipykernel", "ipython")]
    return "\n".join([*(line for line in needed if line and line[0] != "#"), *more, ""])


def otter_itself() -> str:
    """The line that pins otter."""
    lines = (ROOT / "assignments" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("otter-grader=="))


def gradescope(folder: Path, to: Path) -> None:
    """`autograder.zip` to upload: otter's, with a set-up of our own."""
    built = next((folder / "student").glob("*.whl"))
    with (
        zipfile.ZipFile(folder / "autograder" / "autograder.zip") as otters,
        zipfile.ZipFile(to / "autograder.zip", "w", zipfile.ZIP_DEFLATED) as ours,
    ):
        for name in otters.namelist():
            if name not in ("setup.sh", "run_autograder", "environment.yml"):
                ours.writestr(name, otters.read(name))
        ours.writestr("setup.sh", SETUP)
        ours.writestr("run_autograder", RUN)
        ours.writestr("requirements.txt", requirements(otter_itself()))
        ours.write(built, built.name)


def nbgrader(assignment: Assignment, folder: Path, to: Path, preset: str) -> None:
    """A course folder: `source/ldiv-03/ldiv-03.ipynb`, what lies beside it, and settings."""
    source = to / "source" / assignment.name
    shutil.copytree(folder / "student", source, ignore=shutil.ignore_patterns("*.ipynb"))
    (to / "nbgrader_config.py").write_text(SETTINGS, encoding="utf-8")
    cells = opening(assignment, preset)
    for question in assignment.questions:
        cells += _nbgraders(question, prompt(question))
    nbformat.write(notebook_of(cells), source / f"{assignment.name}.ipynb")


def _nbgraders(question: Question, prompt: NotebookNode) -> Iterator[NotebookNode]:
    def said(cell: NotebookNode, identity: str, points: float | None = None, **kind: bool) -> NotebookNode:
        flags = {"grade": False, "locked": False, "solution": False, "task": False} | kind
        worth = {} if points is None else {"points": points}
        cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": identity} | flags | worth
        return cell

    yield said(prompt, f"{question.label}-asked", locked=True)
    if question.manual:
        text = f"### BEGIN SOLUTION\n{question.rubric}\n### END SOLUTION"
        yield said(new_markdown_cell(text), question.label, question.points, grade=True, solution=True)
        return
    text = f"{question.stub}\n\n\n### BEGIN SOLUTION\n{question.reference}\n### END SOLUTION"
    yield said(new_code_cell(text), question.label, solution=True)
    for i, check in enumerate(question.checks, 1):
        text = f"{check.source}\n\n\n{check.name}({', '.join(check.parameters())})"
        if check.hidden:
            text = f"### BEGIN HIDDEN TESTS\n{text}\n### END HIDDEN TESTS"
        points = question.points / len(question.checks)
        yield said(new_code_cell(text), f"{question.label}-{i}", points, grade=True, locked=True)


def classroom(assignment: Assignment, folder: Path, to: Path) -> None:
    """A template repository: the student's copy, the public checks, and a workflow with a step for each question."""
    shutil.copytree(folder / "student", to, dirs_exist_ok=True)
    shutil.copyfile(judge.__file__, to / "judge.py")
    task = json.dumps(task_of(assignment, public=True), indent=1, ensure_ascii=False)
    (to / "checks.json").write_text(task + "\n", encoding="utf-8")
    workflow = to / ".github" / "workflows" / "classroom.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(yaml.safe_dump(_workflow(assignment), sort_keys=False, width=10_000), encoding="utf-8")


def _workflow(assignment: Assignment) -> dict:
    labels = [question.label for question in assignment.automatic]
    steps = [
        {
            "name": question.title,
            "id": question.label,
            "uses": "classroom-resources/autograding-command-grader@v1",
            "with": {
                "test-name": question.title,
                "command": f"python judge.py checks.json {assignment.name}.ipynb --only {question.label}",
                "timeout": 5,  # minutes
                "max-score": int(question.points),  # whole, and all or nothing
            },
        }
        for question in assignment.automatic
    ]
    results = {f"{label.upper()}_RESULTS": f"${{{{ steps.{label}.outputs.result }}}}" for label in labels}
    report = {
        "name": "Report",
        "uses": "classroom-resources/autograding-grading-reporter@v1",
        "env": results,
        "with": {"runners": ",".join(labels)},
    }
    first = [
        {"uses": "actions/checkout@v5"},
        {"uses": "actions/setup-python@v6", "with": {"python-version": PYTHON, "cache": "pip"}},
        {"run": f"pip install --extra-index-url {TORCH} -r requirements.txt"},
    ]
    job = {
        "runs-on": "ubuntu-latest",
        "if": "github.actor != 'github-classroom[bot]'",
        "env": {"LDIV_PRESET": "quick", "LDIV_RUNS": "${{ github.workspace }}/runs", "OMP_NUM_THREADS": "1"},
        "steps": [*first, *steps, report],
    }
    rights = {"checks": "write", "actions": "read", "contents": "read"}
    return {
        "name": "Autograding Tests",
        "on": ["push", "workflow_dispatch"],
        "permissions": rights,
        "jobs": {"grade": job},
    }


def colab(assignment: Assignment, folder: Path, to: Path) -> None:
    """The student's copy as otter makes it for Colab, which asks for a zip of what lies beside it."""
    name = assignment.name
    notebook = nbformat.read(folder / "student" / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(0, new_code_cell(UPLOAD.format(name=name), id="upload"))
    nbformat.write(notebook, to / f"{name}.ipynb")
    with zipfile.ZipFile(to / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in equipment(folder / "student"):
            packed.write(path, path.relative_to(folder / "student"))
