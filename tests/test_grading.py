"""Grading: whatever a submission does costs its own points, and is said in one sentence."""

import csv
import importlib.util
import json
import subprocess
import sys
import time
import zipfile
from dataclasses import replace

import assign
import grade
import handovers
import judge
import masters
import nbformat
import pytest
import yaml
from fences import Unreadable
from questions import Assignment, Question, checks_in, read

LOOP = "import time\nwhile True:\n    time.sleep(0.01)"
STUBBORN = "import time\nwhile True:\n    try:\n        time.sleep(0.01)\n    except BaseException:\n        pass"
READ = "raise ValueError(open('../task.json').read())"
HALF, TWICE = "def half(x):\n    return x / base", "def twice(x):\n    return x * base"
STUBS = [f"def {name}(x):\n    raise NotImplementedError" for name in ("half", "twice")]
CHECKS = '''
def test_four_is_halved(half):
    """Half of four is two."""
    came = half(4)
    assert came == 2, f"4: expected 2, got {came}"


def test_three_is_halved(half):
    """Half of three is no integer."""
    came = half(3)
    assert came == 1.5, f"3: expected 1.5, got {came}"


def test_four_is_doubled(twice):
    """Twice four is eight."""
    came = twice(4)
    assert came == 8, f"4: expected 8, got {came}"
'''
THIRD = '''
def test_zero_is_halved(half):
    """Half of nothing is nothing."""
    assert half(0) == 0
'''
halves, doubles = checks_in(CHECKS)[:2], checks_in(CHECKS, hidden=True)[2:]
ASSIGNMENT = Assignment(
    name="ldiv-99",
    minutes=1,
    chapter="99-none",
    title="Halves",
    opening="",
    prediction="",
    setup="base = 2",
    secret=frozenset(),
    questions=(
        Question("the-half", "The half", "", points=4, function="half", stub=STUBS[0], checks=tuple(halves)),
        Question("the-double", "The double", "", points=2, function="twice", own=True, checks=tuple(doubles)),
        Question("why", "Why?", "", points=2, manual=True),
    ),
)
UNREAD = "grading it failed (JSONDecodeError: Expecting value: line 1 column 1 (char 0))"
# The code cells, the points of both questions, and what the remark says.
SUBMISSIONS = {
    "right": ([HALF, TWICE], 4, 2, ""),
    "stub": (STUBS, 0, 0, ""),
    "half right": (["def half(x):\n    return x // 2", TWICE], 2, 2, ""),
    "exit": ([HALF, "import os\nos._exit(0)", TWICE], 4, 2, "code cell 2 ended the process"),
    "polite exit": ([HALF, "import sys\nsys.exit()", TWICE], 4, 2, ""),
    "crash": ([HALF, "def twice(x):\n    import ctypes\n    return ctypes.string_at(0)"], 4, 0, ""),
    "loop": ([HALF, LOOP, TWICE], 4, 2, "code cell 2 took longer than 4 s"),
    "stubborn loop": ([HALF, STUBBORN, TWICE], 4, 2, "code cell 2 took longer than 4 s"),
    "loop in an answer": ([HALF, f"def twice(x):\n    {LOOP.replace(chr(10), chr(10) + '    ')}"], 4, 0, ""),
    "memory": ([HALF, "held = bytearray(10**13)", TWICE], 4, 2, ""),
    "disk": ([HALF, "open('held', 'wb').truncate(2**31)", TWICE], 4, 2, ""),
    "deleted": ([TWICE], 0, 2, "no `half`"),
    "renamed": ([HALF.replace("half", "halve"), TWICE], 0, 2, "no `half`"),
    "split": (["def half(x):", "    return x / 2", TWICE], 0, 2, "no `half`"),
    "copied": ([HALF, HALF, TWICE, TWICE], 4, 2, ""),
    "not a function": (["half = 2", TWICE], 0, 2, ""),
    "own names": (["base = 5", "def half(x):\n    return x / 2", "def twice(x):\n    return 2 * x"], 4, 2, ""),
    "magics": (["%time 1\n!true", "import otter\ngrader = otter.Notebook()\n" + HALF, TWICE], 4, 2, ""),
    "noise": (["print('x' * 10**6)\ninput()", HALF, TWICE], 4, 2, ""),
    "report": (["import sys\nopen(sys.argv[-1], 'a').write('what?\\n')", HALF, TWICE], 0, 0, UNREAD),
    "no letters": (["raise ValueError('\\ud800')", HALF, TWICE], 4, 2, ""),
    "no-letters": ([HALF, TWICE], 4, 2, ""),  # a name that is nearly another's
    "curious": ([READ, f"def half(x):\n    {READ}", TWICE], 0, 2, ""),
    "network": (["import socket\nsocket.create_connection(('192.0.2.1', 80))", HALF, TWICE], 4, 2, ""),
}


def written(cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.cells.append(nbformat.v4.new_markdown_cell(f"{masters.mark('why')} -->\nBecause."))
    return json.loads(nbformat.writes(notebook))


def of_colab(cells):
    notebook = written(cells)
    for cell in notebook["cells"]:
        del cell["id"]
        cell["metadata"] = {"id": "Xy", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "ab"}
    return notebook | {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}, "accelerator": "GPU"}}


def of_vs_code(cells):
    notebook = written(cells)
    for cell in notebook["cells"]:
        cell["source"] = (
            [line + "\n" for line in cell["source"]] if isinstance(cell["source"], list) else cell["source"]
        )
        cell["metadata"] = {"vscode": {"languageId": "python"}}
    return notebook | {"metadata": {"language_info": {"name": "python"}}}


def of_old(cells):
    old = [{"cell_type": "code", "language": "python", "input": source, "outputs": []} for source in cells]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": old}]}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All submissions, graded in one batch: rows of the table by file, and the folder."""
    folder = tmp_path_factory.mktemp("grading")
    (runs := folder / "runs").mkdir()
    inbox = folder / "in"
    (inbox / "group 1" / "späte").mkdir(parents=True)
    for name, (cells, *_) in SUBMISSIONS.items():
        (inbox / f"{name}.ipynb").write_text(json.dumps(written(cells)), encoding="utf-8")
    for name, made in {"colab": of_colab, "vs code": of_vs_code, "old": of_old}.items():
        (inbox / "group 1" / f"{name}.ipynb").write_text(json.dumps(made([HALF, TWICE])), encoding="utf-8")
    (inbox / "group 1" / "späte" / "bom.ipynb").write_text(json.dumps(written([HALF, TWICE])), encoding="utf-8-sig")
    with zipfile.ZipFile(inbox / "exported.zip", "w") as packed:
        packed.writestr("ldiv-99.ipynb", json.dumps(written([HALF, TWICE])))
    deep = "[" * 200_000
    for name, text in {"text": "half = 2", "list": "[1]", "empty": "", "cells": '{"cells": 3}', "deep": deep}.items():
        (inbox / f"no {name}.ipynb").write_text(text, encoding="utf-8")
    (inbox / "bytes.zip").write_bytes(b"\x00\xff")
    with zipfile.ZipFile(inbox / "damaged.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ldiv-99.ipynb", json.dumps(written([HALF, TWICE])))
    with (inbox / "damaged.zip").open("r+b") as file:
        file.seek(50)  # behind the head of the one file in it
        file.write(b"\xff" * 20)
    grace, grade.GRACE = grade.GRACE, 1.0
    try:
        out = folder / "grades.csv"
        grade.grade_folder(ASSIGNMENT, inbox, out, runs, "99-none.html", cell_seconds=4, check_seconds=4)
    finally:
        grade.GRACE = grace
    with out.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}, folder


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_submission_loses_its_own_points(graded, name):
    _, half, twice, remark = SUBMISSIONS[name]
    row = graded[0][f"{name}.ipynb"]
    assert (float(row["the-half"]), float(row["the-double"]), row["why"]) == (half, twice, "by hand")
    assert (float(row["by checks"]), float(row["of"])) == (half + twice, 6)
    assert (row["total"], float(row["out of"])) == ("", 8)
    assert row["remark"] == remark


@pytest.mark.parametrize(
    "name",
    ["group 1/colab.ipynb", "group 1/vs code.ipynb", "group 1/old.ipynb", "group 1/späte/bom.ipynb", "exported.zip"],
)
def test_a_notebook_is_read_whoever_saved_it(graded, name):
    assert float(graded[0][name]["by checks"]) == 6


@pytest.mark.parametrize(
    "name",
    ["no text.ipynb", "no list.ipynb", "no empty.ipynb", "no cells.ipynb", "no deep.ipynb", "bytes.zip", "damaged.zip"],
)
def test_what_is_no_notebook_costs_its_points_and_is_said_so(graded, name):
    row = graded[0][name]
    assert float(row["by checks"]) == 0
    assert row["remark"].startswith("no notebook that can be read")
    said = (graded[1] / "grades" / f"{name.replace(' ', '-')}.md").read_text(encoding="utf-8").split("\n\n", 1)
    assert said[1] == "This file is no whole notebook: save it and hand it in again.\n"


def test_feedback_says_what_was_asked_what_came_and_where_it_is_explained(graded):
    _, folder = graded
    text = (folder / "grades" / "half-right.ipynb.md").read_text(encoding="utf-8")
    assert "# Halves: 4 of 6 points; 2 more are given by hand\n" in text
    assert "## [The half](99-none.html#the-half): 2 of 4" in text
    assert "- ✓ Half of four is two." in text
    assert "- ✗ Half of three is no integer: 3: expected 1.5, got 1" in text
    assert "graded by hand\n\nBecause." in text
    said = {p.stem: p.read_text(encoding="utf-8") for p in (folder / "grades").glob("*.md")}
    assert "Twice four is eight: ended the process (SIGSEGV)" in said["crash.ipynb"]
    assert "Twice four is eight: took longer than 4 s" in said["loop-in-an-answer.ipynb"]
    assert "there is no `half`: was it renamed or deleted?" in said["renamed.ipynb"]
    if sys.platform == "linux":  # macOS holds nobody to RLIMIT_DATA
        assert "code cell 2: MemoryError\n" in said["memory.ipynb"]
    assert "code cell 2: OSError\n" in said["disk.ipynb"]
    assert "code cell 1: OSError\n" in said["network.ipynb"]
    assert "test_four" not in said["curious.ipynb"]  # the name of a check
    assert "Half of four is two: raised ValueError\n" in said["curious.ipynb"]
    assert "cell 1: ValueError\n" in said["curious.ipynb"]
    assert not [name for name, feedback in said.items() if "Traceback" in feedback]
    assert len(said) == len(graded[0])


def test_a_folder_without_a_submission_leaves_the_table_as_it_is(tmp_path):
    (tmp_path / "in").mkdir()
    (out := tmp_path / "grades.csv").write_text("with points by hand", encoding="utf-8")
    assert grade.grade_folder(ASSIGNMENT, tmp_path / "in", out, tmp_path, "99-none.html") == []
    assert out.read_text(encoding="utf-8") == "with points by hand"
    assert not (tmp_path / "grades").exists()


def test_points_by_hand_stay_and_count_when_the_folder_is_graded_again(tmp_path):
    for name in ("in", "runs"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.ipynb").write_text(json.dumps(written([HALF])), encoding="utf-8")

    def graded_again():
        grade.grade_folder(ASSIGNMENT, tmp_path / "in", out, tmp_path / "runs", "99-none.html")
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        feedback = (tmp_path / "grades" / "a.ipynb.md").read_text(encoding="utf-8")
        return [[row[k] for k in ("file", "why", "by checks", "of", "total", "out of")] for row in rows], feedback

    out = tmp_path / "grades.csv"
    rows, feedback = graded_again()
    assert rows == [["a.ipynb", "by hand", "4.0", "6", "", "8"], ["b.ipynb", "by hand", "4.0", "6", "", "8"]]
    text = out.read_text(encoding="utf-8").replace("by hand", '"1,5"', 1).replace(",by hand,", ",later,")
    out.write_text(text, encoding="utf-8-sig")  # as Excel saves it
    rows, feedback = graded_again()
    assert rows == [["a.ipynb", "1,5", "4.0", "6", "5.5", "8"], ["b.ipynb", "later", "4.0", "6", "", "8"]]
    assert feedback.startswith("# Halves: 5.5 of 8 points\n")
    assert "1.5 of 2, graded by hand\n" in feedback
    (tmp_path / "in" / "a.ipynb").unlink()
    before = out.read_bytes()
    with pytest.raises(Unreadable, match=r"holds points by hand of 'a\.ipynb', which IN lacks"):
        graded_again()
    assert out.read_bytes() == before
    for head, lacks in [("file;why", "file"), ("file,which", "why")]:  # of other commas, of another chapter
        out.write_text(f"{head}\na,1\n", encoding="utf-8")
        with pytest.raises(Unreadable, match=f"lacks the column '{lacks}'"):
            graded_again()


def test_links_lead_to_the_site_that_is_named(monkeypatch):
    monkeypatch.setenv("LDIV_SITE", "https://a.example/b/")
    assert masters.address("99-none") == "https://a.example/b/99-none.html"


def test_an_answer_cell_as_handed_out_is_no_answer(tmp_path):
    (tmp_path / "runs").mkdir()
    path, why = tmp_path / "stub.ipynb", ASSIGNMENT.questions[2]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(masters.answer_cell(why))])
    nbformat.write(notebook, path)
    found = grade.grade(path, "stub", ASSIGNMENT, tmp_path / "runs")
    assert grade.feedback(ASSIGNMENT, found, "99-none.html").endswith("graded by hand\n\n(no answer)\n")


def test_a_function_that_twice_did_not_end_is_called_no_more(tmp_path):
    (tmp_path / "runs").mkdir()
    path = tmp_path / "endless.ipynb"
    path.write_text(
        json.dumps(written([f"def half(x):\n    {LOOP.replace(chr(10), chr(10) + '    ')}", TWICE])), encoding="utf-8"
    )
    half, double, _ = ASSIGNMENT.questions
    three = replace(ASSIGNMENT, questions=(replace(half, checks=(*half.checks, *checks_in(THIRD))), double))
    found = grade.grade(path, path.name, three, tmp_path / "runs", check_seconds=1)
    assert list(found.failures["the-half"].values()) == [
        "took longer than 1 s",
        "took longer than 1 s",
        "not run: this function did not end before",
    ]
    assert found.points(three) == {"the-half": 0, "the-double": 2}


def test_time_in_all_is_limited(tmp_path):
    (tmp_path / "runs").mkdir()
    path = tmp_path / "slow.ipynb"
    path.write_text(json.dumps(written([HALF, STUBBORN])), encoding="utf-8")
    found = grade.grade(path, path.name, ASSIGNMENT, tmp_path / "runs", seconds=3)
    assert found.points(ASSIGNMENT) == {"the-half": 0, "the-double": 0}
    assert "took longer than 3 s in all" in found.remarks


def test_a_process_that_ends_before_its_first_step_is_said_so(tmp_path, monkeypatch):
    (tmp_path / "runs").mkdir()
    path = tmp_path / "right.ipynb"
    path.write_text(json.dumps(written([HALF, TWICE])), encoding="utf-8")
    monkeypatch.setattr(grade, "environment", lambda *_: {"PYTHONHOME": str(tmp_path)})  # Python itself fails
    found = grade.grade(path, path.name, ASSIGNMENT, tmp_path / "runs")
    assert found.remarks == ["the process that grades ended before its first step"]


def test_what_a_notebook_leaves_running_ends_with_it(tmp_path):
    (tmp_path / "runs").mkdir()
    path, beats = tmp_path / "busy.ipynb", tmp_path / "beats"
    command = ["sh", "-c", f"while sleep 0.1; do echo >> '{beats}'; done"]
    path.write_text(
        json.dumps(written([f"import subprocess\nsubprocess.Popen({command!r})", HALF, TWICE])), encoding="utf-8"
    )
    found = grade.grade(path, path.name, ASSIGNMENT, tmp_path / "runs")
    assert found.points(ASSIGNMENT) == {"the-half": 4, "the-double": 2}
    time.sleep(0.3)
    so_far = beats.stat().st_size if beats.exists() else 0
    time.sleep(1)
    assert (beats.stat().st_size if beats.exists() else 0) == so_far


def test_threads_that_a_notebook_asks_for_stop_no_check(tmp_path):
    """A check is a fork, in which the threads of a pool are gone: who waits for them waits for ever."""
    (tmp_path / "runs").mkdir()
    path, product = tmp_path / "threads.ipynb", "torch.ones(500, 500) @ torch.ones(500, 500)"
    cells = [
        f"torch.set_num_threads(2)\n{product}",
        f"def half(x):\n    return x * ({product})[0, 0].item() / 1000",
        TWICE,
    ]
    path.write_text(json.dumps(written(cells)), encoding="utf-8")
    with_torch = replace(ASSIGNMENT, setup="import torch\nbase = 2")
    found = grade.grade(path, path.name, with_torch, tmp_path / "runs", check_seconds=30)
    assert found.points(ASSIGNMENT) == {"the-half": 4, "the-double": 2}


def test_the_judge_speaks_for_one_question_and_tells_by_its_exit_code(tmp_path):
    """As the steps of GitHub Classroom call it."""
    (tmp_path / "checks.json").write_text(json.dumps(grade.task_of(ASSIGNMENT, public=True)), encoding="utf-8")
    (tmp_path / "a.ipynb").write_text(json.dumps(written(["def half(x):\n    return x // 2"])), encoding="utf-8")
    command = [sys.executable, judge.__file__, "checks.json", "a.ipynb", "--only", "the-half"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "✓ Half of four is two.",
        "✗ Half of three is no integer: 3: expected 1.5, got 1",
    ]


def test_every_hand_over_takes_what_lies_beside_the_student_s_notebook(tmp_path, monkeypatch):
    monkeypatch.setattr(handovers, "_built", lambda: ("ldiv_utils-0-py3-none-any.whl", b"wheel"))
    (tmp_path / "student" / "runs").mkdir(parents=True)
    (tmp_path / "student" / "runs" / "scale.json").write_text("{}", encoding="utf-8")
    nbformat.write(masters.notebook_of([]), tmp_path / "student" / "ldiv-99.ipynb")
    (tmp_path / "autograder").mkdir()
    with zipfile.ZipFile(tmp_path / "autograder" / "autograder.zip", "w") as packed:
        packed.writestr("run_otter.py", "")
    handovers.equip(tmp_path / "student")
    beside = {"runs/scale.json", "requirements.txt", "ldiv_utils-0-py3-none-any.whl"}
    for name in ("colab", "gradescope", "nbgrader", "classroom"):
        handovers.write(name, ASSIGNMENT, tmp_path, "quick")
    assert set(zipfile.ZipFile(tmp_path / "colab" / "ldiv-99.zip").namelist()) == beside
    assert "ldiv_utils-0-py3-none-any.whl" in zipfile.ZipFile(tmp_path / "gradescope" / "autograder.zip").namelist()
    for folder in ("classroom", "nbgrader/source/ldiv-99"):
        assert beside <= {p.relative_to(tmp_path / folder).as_posix() for p in (tmp_path / folder).rglob("*")}


@pytest.mark.parametrize("cell", ["import os\nos._exit(0)", "import ctypes\nctypes.string_at(0)"])
def test_a_notebook_that_ends_its_process_ends_no_judge_well(cell, tmp_path):
    (tmp_path / "checks.json").write_text(json.dumps(grade.task_of(ASSIGNMENT)), encoding="utf-8")
    command = [sys.executable, judge.__file__, "checks.json", "a.ipynb", "--only", "the-half"]
    for cells, code in [([HALF], 0), ([HALF, cell], 1)]:
        (tmp_path / "a.ipynb").write_text(json.dumps(written(cells)), encoding="utf-8")
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
        assert done.returncode == code
    assert done.stdout.startswith("✗ The notebook ended the process")


@pytest.mark.skipif(importlib.util.find_spec("otter") is None, reason="otter-grader is not installed: make assignments")
def test_one_chapter_the_whole_way(tmp_path, monkeypatch):
    """From published results, so that nothing is trained; otter itself grades the reference too."""
    monkeypatch.setenv("LDIV_RUNS", str(tmp_path / "working"))
    said = assign.build("03-independent-optima", "classroom", to=tmp_path, preset="paper")
    assert said.startswith("ldiv-03: 16 points by checks")
    folder, assignment = tmp_path / "03", read("03-independent-optima")
    assert not list((tmp_path / "working").glob("trajectory-*"))
    student = folder / "student" / "ldiv-03.ipynb"
    (wheel,) = student.parent.glob("ldiv_utils-*.whl")
    needed = (student.parent / "requirements.txt").read_text(encoding="utf-8").split()
    assert needed == [handovers.otter_itself(), f"./{wheel.name}"]
    for name in (wheel.name, "requirements.txt"):
        assert (folder / "classroom" / name).read_bytes() == (student.parent / name).read_bytes()
    cells = nbformat.read(student, as_version=4).cells
    assert [c.source for c in cells if c.cell_type == "code" and not c.source.strip()] == []
    assert [c.source.split("\n")[0] for c in cells if "otter_answer_cell" in c.metadata.get("tags", [])] == [
        *(q.stub.split("\n")[0] for q in assignment.automatic),
        "<!-- answer mistakes-in-common -->",
    ]
    found = grade.grade(
        student, student.name, assignment, folder / "runs", seconds=600, preset="paper", cell_seconds=200
    )
    assert sum(found.points(assignment).values()) == 0
    assert found.remarks == []
    steps = yaml.safe_load((folder / "classroom/.github/workflows/classroom.yml").read_text(encoding="utf-8"))["jobs"][
        "grade"
    ]
    scores = [step["with"]["max-score"] for step in steps["steps"] if "max-score" in step.get("with", {})]
    assert scores == [5, 6, 5]
    shipped = (folder / "classroom" / "checks.json").read_text(encoding="utf-8")
    assert not [c.name for q in assignment.automatic for c in q.checks if c.hidden and c.name in shipped]
