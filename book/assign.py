"""Writes assignments into `_build/assignments`, and grades what comes back; the Makefile calls it.

From a chapter's exercises and the page of its assignment: a master notebook for otter-grader, from which otter makes
the student's copy and the autograder; and hand-overs to other systems (handovers.py). The results of the set-up
at the quick preset travel along, so that neither a student nor a grader trains anything.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import grade
import handovers
import nbformat
from fences import Unreadable
from masters import address, leaks, master
from nbformat import NotebookNode
from questions import BOOK, Assignment, chosen, read

from ldiv_utils import paths

BUILD = BOOK.parent / "_build" / "assignments"
BESIDE = re.compile(r"runs/[^/]+|requirements\.txt|ldiv_utils-[^/]+\.whl")  # a student's notebook
FORS = ("otter", "gradescope", "nbgrader", "classroom", "colab")
GATHER = """import os, sys
from types import SimpleNamespace
from ldiv_utils.runs import solutions
from ldiv_utils.store import memo
setup, folder = compile(sys.stdin.read(), "the set-up", "exec"), sys.argv[1]
exec(setup, {})  # computes what is lacking, from results that need not travel
# Nor do whole trajectories: what is read of one is taken from the smaller results that are made of it.
solutions.memo = SimpleNamespace(exists=memo.exists, find=lambda recipe: None)
os.environ["LDIV_PUBLISH"] = folder
exec(setup, {})"""


def keep_from_students(assignment: Assignment, path: Path) -> None:
    """Remove a student's copy that holds what it must not, and end with a sentence.

    Beside the notebook lie its results, in `runs`, and what `handovers.equip` puts there: no autograder.
    """
    found = leaks(assignment, nbformat.read(path, as_version=4))
    beside = [p.relative_to(path.parent).as_posix() for p in path.parent.rglob("*") if p.is_file() and p != path]
    found += [name for name in beside if not BESIDE.fullmatch(name)]
    if found:
        path.unlink()
        raise Unreadable(f"{assignment.chapter}: the student's copy would hold {found[0]!r}; it was not written")


def gather(assignment: Assignment, to: Path, preset: str = "quick") -> None:
    """Run the set-up, and put the results that it reads into a folder; what is lacking is computed, once."""
    to.mkdir(parents=True)
    shutil.copyfile(paths.RESULTS / "scale.json", to / "scale.json")
    done = subprocess.run(
        [sys.executable, "-c", GATHER, str(to)],
        input=assignment.setup,
        env=grade.environment(paths.runs(), preset),
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise Unreadable(f"{assignment.chapter}: the set-up failed: {done.stderr.strip().splitlines()[-1]}")


def otter(folder: Path, notebook: NotebookNode, name: str) -> None:
    """Make the student's copy and the autograder beside the results in `folder`; otter grades the reference first."""
    nbformat.write(notebook, folder / "master.ipynb")
    with tempfile.TemporaryDirectory() as temporary:
        nbformat.write(notebook, Path(temporary) / f"{name}.ipynb")
        shutil.copytree(folder / "runs", Path(temporary) / "runs")
        command = [sys.executable, "-m", "otter", "assign", f"{name}.ipynb", "made", "--no-pdfs"]
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        done = subprocess.run(command, cwd=temporary, env=environment, capture_output=True, encoding="utf-8")
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise Unreadable(f"{name}: otter assign failed: {' '.join(said[-12:])}")
        for part in ("student", "autograder"):
            shutil.rmtree(folder / part, ignore_errors=True)
            shutil.copytree(Path(temporary) / "made" / part, folder / part)
    for made in (folder / "autograder").glob(f"{name}-autograder_*.zip"):
        made.rename(folder / "autograder" / "autograder.zip")


def verify(assignment: Assignment, path: Path, runs: Path, preset: str = "quick") -> grade.Grade:
    """Grade the reference as a submission is: all points, from the results that travel and no others."""
    with tempfile.TemporaryDirectory() as kept:
        patient = {"seconds": 1_200.0, "cell_seconds": 300.0, "check_seconds": 300.0}  # it may be a busy machine
        found = grade.grade(path, path.name, assignment, runs, preset=preset, keep=Path(kept), **patient)
        fresh = {p.name for p in Path(kept).glob("*.safetensors")} - {p.name for p in runs.iterdir()}
    if fresh:
        raise Unreadable(f"{assignment.chapter}: the set-up computes what does not travel: {', '.join(sorted(fresh))}")
    lost = [f"{label} {check}: {f}" for label, checks in found.failures.items() for check, f in checks.items() if f]
    if lost or found.remarks:
        raise Unreadable(f"{assignment.chapter}: the reference loses {'; '.join(lost + found.remarks)}")
    return found


def build(chapter: str, for_: str, to: Path = BUILD, preset: str = "quick") -> str:
    """Write one assignment for one system; says what came of it."""
    assignment = read(chapter)
    folder = to / assignment.number
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{assignment.name}: computing what the set-up needs, once", flush=True)
    gather(assignment, folder / "runs", preset)
    runs_on = "colab" if for_ == "colab" else "default"
    otter(folder, master(assignment, preset, runs_on), assignment.name)
    student = folder / "student" / f"{assignment.name}.ipynb"
    handovers.equip(student.parent)
    keep_from_students(assignment, student)
    found = verify(assignment, folder / "autograder" / student.name, folder / "runs", preset)
    if for_ != "otter":
        handovers.write(for_, assignment, folder, preset)
    size = sum(path.stat().st_size for path in (folder / "runs").iterdir()) / 1e6
    took = f"graded in {found.seconds:.0f} s and {found.peak:.2f} GB; runs/ {size:.1f} MB"
    return f"{assignment.name}: {assignment.most:g} points by checks; {took}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("write", help="write the assignments")
    command.add_argument("--ch", default="", help="a chapter such as 03; by default all")
    command.add_argument("--for", dest="for_", default="otter", help=f"one of {', '.join(FORS)}")
    command = commands.add_parser("grade", help="grade a folder of notebooks")
    command.add_argument("--ch", default="")
    command.add_argument("--in", dest="folder", default="")
    command.add_argument("--out", default="grades.csv")
    arguments = parser.parse_args()
    try:
        if arguments.command == "write":
            if arguments.for_ not in FORS:
                raise Unreadable(f"FOR={arguments.for_} is unknown; allowed: {', '.join(FORS)}")
            for chapter in chosen(arguments.ch):
                print(build(chapter, arguments.for_), flush=True)
        else:
            grade_all(arguments.ch, arguments.folder, Path(arguments.out))
    except Unreadable as error:
        sys.exit(str(error))


def grade_all(ch: str, folder: str, out: Path) -> None:
    """`make grade`: needs the results that `make assignments` has gathered."""
    if not ch:
        raise Unreadable("make grade needs a chapter: make grade CH=03 IN=folder OUT=grades.csv")
    (chapter,) = chosen(ch)
    if not folder or not Path(folder).is_dir():
        raise Unreadable(f"IN={folder} is no folder: make grade CH={ch} IN=folder OUT=grades.csv")
    if out.suffix != ".csv":  # the folder of feedback has its name without that
        raise Unreadable(f"OUT={out} is no table; allowed: a name that ends in .csv")
    runs = BUILD / chapter[:2] / "runs"
    if not runs.exists():
        raise Unreadable(f"{runs} is missing: run make assignments CH={chapter[:2]} first")
    assignment = read(chapter)
    grades = grade.grade_folder(assignment, Path(folder), out, runs, address(chapter))
    if not grades:
        raise Unreadable(f"IN={folder} holds no .ipynb and no .zip")
    for one in grades:
        said = f"; {'; '.join(one.remarks)}" if one.remarks else ""
        print(f"{one.file}: {sum(one.points(assignment).values()):g} of {assignment.most:g} by checks{said}")


if __name__ == "__main__":
    main()
