"""Every assignment: the reference gets everything, the stub nothing, a wrong answer loses the checks that it should.

Checks run here as plain functions, without otter.
"""

import ast
import functools
import importlib.util
import json
import re
import sys

import assign
import masters
import nbformat
import pytest
from fences import Unreadable
from questions import file_of, folders, read

from ldiv_utils import course

pytestmark = pytest.mark.usefixtures("as_a_user")  # students have no run-time check of shapes
every_assignment = pytest.mark.parametrize("chapter", folders())
read_once = functools.cache(read)


def defined(question, source, setup):
    """The function of a question as this code defines it, with the imports of the set-up."""
    imports = [node for node in ast.parse(setup).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {}
    exec(compile(ast.Module(imports, []), "imports", "exec"), names)
    exec(compile(source, question.label, "exec"), names)
    return names[question.function]


@functools.cache
def wrong_answers(chapter):
    path = file_of(chapter, "wrong.py")
    spec = importlib.util.spec_from_file_location(f"wrong_{chapter[:2]}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.WRONG


def verdicts(question, answer):
    return course.check(answer, *(check.function() for check in question.checks))


def lost(question, answer):
    return {verdict.name for verdict in verdicts(question, answer) if verdict.failure}


@every_assignment
def test_the_reference_gets_everything_and_the_stub_nothing(chapter):
    assignment = read_once(chapter)
    for question in assignment.automatic:
        reference = defined(question, question.reference, assignment.setup)
        assert [str(v) for v in verdicts(question, reference) if v.failure] == []
        stub = defined(question, question.stub, assignment.setup)
        assert [str(v) for v in verdicts(question, stub) if not v.failure] == []


@every_assignment
def test_a_wrong_answer_loses_exactly_its_checks(chapter):
    wrong = wrong_answers(chapter)
    assert set(wrong) == {question.function for question in read_once(chapter).automatic}
    for question in read_once(chapter).automatic:
        answers = wrong[question.function]
        assert len(answers) >= 2, question.label
        assert {check.name for check in question.checks} == set().union(*answers.values()), question.label
        assert {answer.__name__: lost(question, answer) for answer in answers} == {
            answer.__name__: set(names) for answer, names in answers.items()
        }
        assert all(answer.__doc__ for answer in answers), question.label


@every_assignment
def test_messages_are_sentences_a_student_can_read(chapter):
    """One line, with what came; neither a traceback nor the code of a check."""
    for question in read_once(chapter).automatic:
        for answer in wrong_answers(chapter)[question.function]:
            for verdict in verdicts(question, answer):
                assert "Traceback" not in verdict.failure
                assert not re.match(r"raised (NameError|ImportError)|not so", verdict.failure), verdict
                assert len(verdict.failure) <= 400, verdict


@every_assignment
def test_the_contract_is_kept(chapter):
    """Three questions that checks judge, one of them not in the book; at most two by hand, each with a rubric."""
    assignment = read_once(chapter)
    assert assignment.chapter == chapter
    assert assignment.name == f"ldiv-{chapter[:2]}"
    manual = [question for question in assignment.questions if question.manual]
    own = [question for question in assignment.automatic if question.own]
    assert len(assignment.automatic) >= 3
    assert len(own) >= 1
    assert len(manual) <= 2
    assert assignment.prediction or chapter.startswith("00")
    for question in manual:
        rows = re.findall(r"^\| *(full|half|none) *\| *(\S.*) \|$", question.rubric, re.MULTILINE)
        assert [row[0] for row in rows] == ["full", "half", "none"], question.label
    for question in assignment.automatic:
        public = [check for check in question.checks if not check.hidden]
        assert 2 <= len(public) <= 5, question.label
        assert len(public) < len(question.checks) or not question.own, f"{question.label} has no hidden check"
        assert question.points == int(question.points), question.label
    checks = [check for question in assignment.automatic for check in question.checks]
    assert len({check.name for check in checks}) == len(checks)
    for check in checks:
        assert check.asks.endswith("."), f"{check.name}: {check.asks}"
        assert len(check.parameters()) == 1 or check.parameters()[1:] == ["torch"], check.name
    first = "\n".join(cell.source for cell in masters.opening(assignment) if cell.cell_type == "code")
    assert re.findall(r"^import torch$", first, re.MULTILINE) == ["import torch"]  # once, by the set-up


@every_assignment
def test_the_student_s_copy_holds_what_it_should_and_no_more(chapter):
    """The public half of the master, before otter has made anything of it."""
    assignment = read_once(chapter)
    cells = masters.opening(assignment)
    for question in assignment.questions:
        cells += [masters.prompt(question), nbformat.v4.new_code_cell(question.stub)]
        cells += [nbformat.v4.new_code_cell(check.source) for check in question.checks if not check.hidden]
    notebook = masters.notebook_of(cells)
    assert masters.leaks(assignment, notebook) == []
    text = "\n".join(cell.source for cell in notebook.cells)
    assert not re.search(r"\{(doc|ref|eq|numref|cite:?\w*)\}`", text)
    whole = masters.master(assignment)
    assert masters.leaks(assignment, whole), "the master holds the solutions, and they are not found"


@every_assignment
def test_a_student_s_copy_with_a_line_too_many_is_refused(chapter, tmp_path):
    assignment = read_once(chapter)
    references = [question.reference for question in assignment.automatic]
    hidden = [check.source for question in assignment.automatic for check in question.checks if check.hidden]
    for sources in (references, hidden):
        lines = [line.strip() for source in sources for line in source.split("\n")]
        line = next(line for line in lines if line in assignment.secret)
        path = tmp_path / "copy.ipynb"
        nbformat.write(masters.notebook_of([nbformat.v4.new_code_cell(f"if True:\n    {line}")]), path)
        with pytest.raises(Unreadable, match="the student's copy would hold"):
            assign.keep_from_students(assignment, path)
        assert not path.exists()
    nbformat.write(masters.notebook_of([]), path)
    (tmp_path / "runs").mkdir()
    for name in ("runs/scale.json", "requirements.txt", "ldiv_utils-0.2.0-py3-none-any.whl"):
        (tmp_path / name).write_bytes(b"")
    assign.keep_from_students(assignment, path)
    (tmp_path / "autograder.zip").write_bytes(b"")
    with pytest.raises(Unreadable, match=r"would hold 'autograder\.zip'"):
        assign.keep_from_students(assignment, path)


@pytest.mark.parametrize("where", ["import torch\n", "Suppose one averaged", "    came = length_of_mean(torch.eye(4)"])
def test_a_set_up_a_prompt_and_a_public_check_keep_the_reference_s_lines(where, tmp_path, monkeypatch):
    line = "products = cosines * lengths[:, None] * lengths[None, :]"
    text = file_of(chapter := "03-independent-optima", "assignment.md").read_text(encoding="utf-8")
    at = text.index(where)
    indent = " " * (len(where) - len(where.lstrip()))
    (tmp_path / chapter).mkdir()
    (tmp_path / chapter / "assignment.md").write_text(f"{text[:at]}\n{indent}{line}\n{text[at:]}", encoding="utf-8")
    monkeypatch.setenv("LDIV_HIDDEN", str(tmp_path))
    assignment = read(chapter)
    cells = masters.opening(assignment) + [masters.prompt(question) for question in assignment.questions]
    checks = [c.source for q in assignment.automatic for c in q.checks if not c.hidden]
    notebook = masters.notebook_of([*cells, *map(nbformat.v4.new_code_cell, checks)])
    assert masters.leaks(assignment, notebook) == [line]


def test_links_lead_to_where_the_site_is(monkeypatch):
    monkeypatch.setenv("LDIV_SITE", "https://book.example/")
    assert masters.address("03-independent-optima") == "https://book.example/03-independent-optima.html"


@pytest.mark.parametrize("inside", [str, json.dumps, repr, lambda text: {text: 1}])
def test_a_hidden_check_is_found_in_metadata_however_it_stands_there(inside):
    assignment = read_once("03-independent-optima")
    check = next(check for question in assignment.automatic for check in question.checks if check.hidden)
    notebook = masters.notebook_of([])
    notebook.metadata["kept"] = inside(check.source)
    assert masters.leaks(assignment, notebook)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["write", "--ch", "77"], "CH=77 names no assignment; allowed: "),
        (["write", "--ch", "03", "--for", "moodle"], "FOR=moodle is unknown; allowed: otter, gradescope, "),
        (["grade", "--in", "x"], "make grade needs a chapter: make grade CH=03 IN=folder OUT=grades.csv"),
        (["grade", "--ch", "03"], "IN= is no folder: make grade CH=03 IN=folder OUT=grades.csv"),
        (["grade", "--ch", "03", "--in", "/nowhere"], "IN=/nowhere is no folder"),
        (
            ["grade", "--ch", "03", "--in", ".", "--out", "grades"],
            "OUT=grades is no table; allowed: a name that ends in .csv",
        ),
    ],
)
def test_unknown_words_are_answered_in_one_sentence(words, said, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["assign.py", *words])
    with pytest.raises(SystemExit, match=re.escape(said)):
        assign.main()


ASKED = "\n```{exercise} A\n:label: a\n\n```\n"
STUB = "```{{code-cell}}\n:tags: [stub]\n\ndef f(): ...\n{}\n```\n"
HEAD = "---\nassignment:\n  name: a\n  minutes: 1\n  chapter: 03-independent-optima\n  questions:\n"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("---\nassignment:\n  name: a\n---\n", "the front matter lacks assignment: chapter, minutes, questions"),
        (
            f"{HEAD}    - {{label: no-such, points: 1}}\n---\n",
            "'no-such' is no exercise; allowed: independent-mistakes, ",
        ),
        (f"{HEAD}    - {{label: shared-weights, points: 1, manual: true}}\n---\n", "'shared-weights' has no rubric"),
        (f"{HEAD}    - {{label: shared-weights, points: 1}}\n---\n", "hidden checks of 'disagreement_if_independent'"),
        ("# No front matter\n", "the front matter lacks assignment: chapter, minutes, name, questions"),
        (
            f"{HEAD}---\n{STUB.format('')}",
            "assignment.md, line 8: a stub of 1 functions; allowed: one, below its exercise",
        ),
        (f"{HEAD}---\n{ASKED}{STUB.format('def g(): ...')}", "line 13: a stub of 2 functions; allowed: one, below"),
    ],
)
def test_a_page_that_breaks_the_contract_is_told_how(page, said, tmp_path, monkeypatch):
    """From LDIV_HIDDEN, whose files stand in place of the repository's."""
    folder = tmp_path / "03-independent-optima"
    folder.mkdir()
    (folder / "assignment.md").write_text(page, encoding="utf-8")
    monkeypatch.setenv("LDIV_HIDDEN", str(tmp_path))
    with pytest.raises(Unreadable, match=re.escape(said)):
        read("03-independent-optima")


def test_a_folder_of_hidden_checks_that_is_not_there_is_named(tmp_path, monkeypatch):
    """Else a teacher who mistypes it grades by the checks that everybody can read."""
    monkeypatch.setenv("LDIV_HIDDEN", str(tmp_path / "hiden"))
    with pytest.raises(Unreadable, match="hiden is no folder"):
        read("03-independent-optima")
