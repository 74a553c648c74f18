"""Grades a folder of notebooks: python grade.py CH IN OUT.csv; the Makefile calls it.

Each notebook has a process of its own (judge.py), which is started again without the step that ended it. `otter run`,
which would grade too, runs a notebook in one kernel without a limit: an endless loop or a crash costs all its points.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import judge
from fences import Unreadable
from masters import answer_cell, mark
from questions import Assignment, Question

BEYOND = "backslashreplace"  # names and errors hold what UTF-8 has not
BY_HAND = "by hand"  # until a teacher has written points there
SECONDS = 120.0  # for one notebook
GRACE = 5.0  # for a step that does not end when it is told to


@dataclass
class Grade:
    """What one file is worth: by question and check what failed, by cell what it raised, and remarks."""

    file: str
    failures: dict[str, dict[str, str]]
    raised: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    peak: float = 0.0  # GB
    whole: bool = True  # a notebook that can be read
    by_hand: dict[str, str] = field(default_factory=dict)  # as the table has it

    def points(self, assignment: Assignment) -> dict[str, float]:
        """Points of each automatic question, split evenly over its checks."""
        right = {label: sum(not failure for failure in found.values()) for label, found in self.failures.items()}
        return {q.label: round(q.points * right[q.label] / len(q.checks), 2) for q in assignment.automatic}

    def total(self, assignment: Assignment) -> float | None:
        """Points of all questions, once those by hand are numbers."""
        by_hand = [number(self.by_hand.get(q.label, "")) for q in assignment.questions if q.manual]
        if None in by_hand:
            return None
        return round(sum(self.points(assignment).values()) + sum(by_hand), 2)


def number(cell: str) -> float | None:
    """The points that a cell holds, with a point or a comma, if it holds points."""
    return float(cell.replace(",", ".")) if re.fullmatch(r" *\d+([.,]\d+)? *", cell, re.ASCII) else None


def task_of(assignment: Assignment, public: bool = False, **limits: float) -> dict:
    """What judge.py needs to know."""
    questions = {
        q.label: {
            "function": q.function,
            "checks": [
                {"name": c.name, "asks": c.asks, "source": c.source} for c in q.checks if not (public and c.hidden)
            ],
        }
        for q in assignment.automatic
    }
    return {"setup": assignment.setup, "questions": questions} | limits


def environment(runs: Path, preset: str = "quick") -> dict[str, str]:
    """That of a notebook that is graded: results from `runs`, no window, one core."""
    kept = {k: v for k, v in os.environ.items() if k not in ("LDIV_PUBLISH", "LDIV_AUDIT", "LDIV_HIDDEN")}
    return kept | {
        "LDIV_PRESET": preset,
        "LDIV_RUNS": str(runs),
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "PLOTLY_RENDERER": "json",
        "TQDM_DISABLE": "1",
    }


def grade(
    path: Path,
    name: str,
    assignment: Assignment,
    runs: Path,
    seconds: float = SECONDS,
    preset: str = "quick",
    keep: Path | None = None,
    **limits: float,
) -> Grade:
    """Grade one file, whatever it is; what it lacks costs its own points.

    It reads a copy of the results in `runs`; what the copy holds in the end goes to `keep`, if that is given.
    """
    names = {q.label: [c.name for c in q.checks] for q in assignment.automatic}
    grade = Grade(name, {label: dict.fromkeys(checks, "was not run") for label, checks in names.items()})
    start = time.monotonic()
    try:
        cells = judge.cells_of(path)
    except judge.NoNotebook as error:
        grade.remarks.append(str(error))
        grade.whole = False
        return grade
    grade.answers = _answers(assignment, cells)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "work").mkdir()
        shutil.copytree(runs, folder / "work" / "runs")
        (folder / "task.json").write_text(json.dumps(task_of(assignment, **limits)), encoding="utf-8")
        skip: list[str] = []
        while (left := start + seconds - time.monotonic()) > 0:
            ended_by = _attempt(path, folder, skip, left, preset, grade)
            if ended_by is None:
                break
            if not ended_by and time.monotonic() < start + seconds:
                grade.remarks.append("the process that grades ended before its first step")
                break
            skip.append(ended_by)
        else:
            grade.remarks.append(f"took longer than {seconds:.0f} s in all")
        if keep:
            shutil.copytree(folder / "work" / "runs", keep, dirs_exist_ok=True)
    grade.seconds = time.monotonic() - start
    grade.remarks += [
        f"{cell} {what}"
        for cell, what in grade.raised.items()
        if cell == "set-up" or what.startswith(("took", "ended"))
    ]
    missing = [q.function for q in assignment.automatic if _missing(grade.failures[q.label])]
    grade.remarks += [f"no `{function}`" for function in missing]
    return grade


def _missing(failures: dict[str, str]) -> bool:
    return all(f.startswith("there is no `") for f in failures.values())


def _attempt(path: Path, folder: Path, skip: list[str], seconds: float, preset: str, grade: Grade) -> str | None:
    """Run the notebook without the steps to skip; returns the step that ended it, and notes the rest.

    Nothing if it ran to its end, "" if it ended before the first step.
    """
    report = folder / f"report-{len(skip)}.jsonl"
    report.touch()
    command = [sys.executable, judge.__file__, str(folder / "task.json"), str(path.resolve()), "--report", str(report)]
    command += [word for step in skip for word in ("--skip", step)]
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    work = folder / "work"
    process = subprocess.Popen(
        command, cwd=work, env=environment(work / "runs", preset), start_new_session=True, **quiet
    )
    end, step, killed = time.monotonic() + seconds, {}, ""
    try:
        while process.poll() is None and not killed:
            time.sleep(0.05)
            lines = _lines(report)
            step = next((line for line in reversed(lines) if "step" in line), {})
            over = step and time.monotonic() > step["time"] + step["seconds"] + GRACE
            if over and "done" not in lines[-1]:
                killed = f"took longer than {step['seconds']:.0f} s"
            elif time.monotonic() > end:
                killed = "took longer than what was left of the time in all"
    finally:
        with suppress(ProcessLookupError, PermissionError):  # what a notebook has started ends with it
            os.killpg(process.pid, 9)
        process.wait()
    done = set()
    for line in _lines(report):
        grade.peak = max(grade.peak, line.get("peak", 0) / 2**20)
        if "failure" in line:
            label, check = line["done"].split()
            grade.failures[label][check] = line["failure"]
        elif line.get("raised"):
            grade.raised[line["done"]] = line["raised"]
        done.add(line.get("done"))
        if line.get("end"):
            return None
    ended_by = next((line["step"] for line in reversed(_lines(report)) if "step" in line), "")
    if ended_by in ("", *done):  # by what a thread did, or by nothing of the notebook
        return ended_by
    if not ended_by.startswith(("code cell ", "set-up")):
        label, check = ended_by.split()
        grade.failures[label][check] = killed or "ended the process"
    else:
        grade.raised[ended_by] = killed or "ended the process"
    return ended_by


def _lines(report: Path) -> list[dict]:
    text = report.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _answers(assignment: Assignment, cells: list[dict[str, str]]) -> dict[str, str]:
    """What stands in the answer cells of manual questions, which are known by their marks."""
    return {
        q.label: "\n\n".join(
            c["source"].split("-->", 1)[1].strip()
            for c in cells
            if c["source"].startswith(mark(q.label)) and c["source"].strip() != answer_cell(q)  # as handed out
        )
        for q in assignment.questions
        if q.manual
    }


def submissions(folder: Path) -> Iterator[Path]:
    """Every file that may be a notebook, in any folder below, in order."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.relative_to(folder).parts)
        if path.is_file() and path.suffix in (".ipynb", ".zip") and not hidden:
            yield path


def feedback(assignment: Assignment, grade: Grade, address: str) -> str:
    """What a student reads: each check with what was asked, the input and what came, and where it is explained."""
    points, total = grade.points(assignment), grade.total(assignment)
    every = sum(question.points for question in assignment.questions)
    lines = [f"# {assignment.title}: {total or 0:g} of {every:g} points", ""]
    if total is None:
        rest = f"{every - assignment.most:g} more are given by hand"
        lines = [f"# {assignment.title}: {sum(points.values()):g} of {assignment.most:g} points; {rest}", ""]
    if not grade.whole:
        return "\n".join([*lines, "This file is no whole notebook: save it and hand it in again.", ""])
    lines += [f"{remark[0].upper()}{remark[1:]}.\n" for remark in grade.remarks]
    for question in assignment.questions:
        where = f"[{question.title}]({address}{'' if question.own else f'#{question.label}'})"
        if question.manual:
            lines += [
                f"## {where}: {_given(grade, question)}of {question.points:g}, graded by hand",
                "",
                grade.answers.get(question.label) or "(no answer)",
                "",
            ]
            continue
        lines += [f"## {where}: {points[question.label]:g} of {question.points:g}", ""]
        for check in question.checks:
            failure = grade.failures[question.label][check.name]
            lines.append(f"- ✗ {check.asks.rstrip('.')}: {failure}" if failure else f"- ✓ {check.asks}")
        lines.append("")
    if errors := {cell: what for cell, what in grade.raised.items() if not what.startswith(("took", "ended"))}:
        lines += ["## Cells that raised", "", *(f"- {cell}: {what}" for cell, what in errors.items()), ""]
    return "\n".join(lines)


def _given(grade: Grade, question: Question) -> str:
    given = number(grade.by_hand.get(question.label, ""))
    return "" if given is None else f"{given:g} "


def entered(assignment: Assignment, out: Path, files: list[str]) -> dict[str, dict[str, str]]:
    """By file and question the cells of manual questions in a table that is there already, which a teacher fills in.

    Unreadable where the table is not one of grades, or holds points of files that are not to be graded.
    """
    if not out.exists():
        return {}
    with out.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = [q.label for q in assignment.questions if q.manual]
    if lacking := [name for name in ("file", *labels) if rows and name not in rows[0]]:
        raise Unreadable(f"OUT={out} lacks the column {lacking[0]!r}; allowed: a table of this assignment, a new name")
    cells = {row["file"]: {k: row[k] for k in labels if row.get(k) not in (None, "", BY_HAND)} for row in rows}
    if lost := [file for file, kept in cells.items() if kept and file not in files]:
        raise Unreadable(f"OUT={out} holds points by hand of {lost[0]!r}, which IN lacks; allowed: another OUT")
    return cells


def grade_folder(assignment: Assignment, folder: Path, out: Path, runs: Path, address: str, **limits) -> list[Grade]:
    """Grade every submission below a folder; writes the table, and beside it a folder of feedback; of none, nothing.

    Points by hand that the table holds already stay in it.
    """
    paths = list(submissions(folder))
    if not paths:  # else a table that is filled in by hand would be lost to a wrong folder
        return []
    names = [path.relative_to(folder).as_posix() for path in paths]
    by_hand = entered(assignment, out, names)

    def whatever_comes(path: Path, name: str) -> Grade:
        try:
            return grade(path, name, assignment, runs, **limits)
        except Exception as error:  # what nobody thought of costs this one, and the table says so
            failures = {q.label: {c.name: "was not run" for c in q.checks} for q in assignment.automatic}
            return Grade(name, failures, remarks=[f"grading it failed ({type(error).__name__}: {error})"])

    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        grades = list(pool.map(whatever_comes, paths, names))
    for one in grades:
        one.by_hand = by_hand.get(one.file, {})
    said = out.with_suffix("")
    said.mkdir(parents=True, exist_ok=True)
    labels = [q.label for q in assignment.questions]
    taken: set[str] = set()
    with out.open("w", newline="", encoding="utf-8", errors=BEYOND) as file:
        table = csv.writer(file)
        table.writerow(["file", *labels, "by checks", "of", "total", "out of", "remark"])
        every = sum(question.points for question in assignment.questions)
        for one in grades:
            points, total = one.points(assignment), one.total(assignment)
            cells = [points.get(label, one.by_hand.get(label, BY_HAND)) for label in labels]
            sums = [round(sum(points.values()), 2), assignment.most, "" if total is None else total, every]
            table.writerow([one.file, *cells, *sums, "; ".join(one.remarks)])
            name = stem = re.sub(r"[^\w.-]+", "-", one.file)
            while name.casefold() in taken:  # "a b" and "a-b": each student reads their own
                name = f"{stem}-{len(taken)}"
            taken.add(name.casefold())
            (said / f"{name}.md").write_text(feedback(assignment, one, address), encoding="utf-8", errors=BEYOND)
    return grades
