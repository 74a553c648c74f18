"""What an assignment asks, as data: questions of a chapter and of the assignment's own page, with stubs and checks.

A file `LDIV_HIDDEN/NN-name/FILE` stands in place of `assignments/NN-name/FILE`, so that a teacher's own questions and
hidden checks can lie outside the repository.
"""

import ast
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from fences import Unreadable, fences, without_solutions

BOOK = Path(__file__).resolve().parent
ASSIGNMENTS = BOOK.parent / "assignments"
PREDICTION = "Before you run it"


@dataclass(frozen=True)
class Check:
    """One property of an answer: a function `test_…` of the answer, and what its docstring asks."""

    name: str
    asks: str
    source: str
    hidden: bool = False

    def function(self):
        """The check itself, which must stand alone: it imports inside what it needs."""
        names: dict = {}
        exec(compile(self.source, self.name, "exec"), names)
        return names[self.name]

    def parameters(self) -> list[str]:
        """The student's function, and modules such as torch."""
        return [argument.arg for argument in ast.parse(self.source).body[0].args.args]


@dataclass(frozen=True)
class Question:
    """An exercise with points; `function` is what a student writes, `reference` what the solution defines."""

    label: str
    title: str
    prompt: str
    own: bool = False  # not in the book
    points: float = 0
    manual: bool = False
    rubric: str = ""
    function: str = ""
    stub: str = ""
    reference: str = ""
    checks: tuple[Check, ...] = ()

    @property
    def given_away(self) -> set[str]:
        """Lines of the reference that a set-up, a prompt or a public check may not hold.

        Without imports, signatures, what the stub says, and what is shorter than twelve characters.
        """
        own = _lines([self.reference]) - _lines([self.stub])
        return {line for line in own if len(line) >= 12 and not re.match(r"(import|from|def|class)\b|@", line)}


@dataclass(frozen=True)
class Assignment:
    """A chapter's questions in order, what stands above them, and the lines that no student's copy may hold."""

    name: str
    minutes: int
    chapter: str
    title: str
    opening: str
    prediction: str
    setup: str
    questions: tuple[Question, ...]
    secret: frozenset[str]

    @property
    def number(self) -> str:
        """The two digits that name the chapter."""
        return self.chapter[:2]

    @property
    def automatic(self) -> list[Question]:
        """The questions that checks judge."""
        return [question for question in self.questions if not question.manual]

    @property
    def most(self) -> float:
        """Points of all automatic questions."""
        return sum(question.points for question in self.automatic)


def folders() -> list[str]:
    """The chapters that have an assignment."""
    return sorted(path.parent.name for path in ASSIGNMENTS.glob("*/assignment.md"))


def chosen(chapter: str) -> list[str]:
    """The assignments that `CH` names: 03, 03-independent-optima, or nothing for all."""
    if found := [name for name in folders() if chapter in ("", name, name[:2])]:
        return found
    raise Unreadable(f"CH={chapter} names no assignment; allowed: {', '.join(name[:2] for name in folders())}")


def file_of(chapter: str, name: str) -> Path:
    """A file of an assignment: the teacher's own under LDIV_HIDDEN, or that of the repository."""
    if own := os.environ.get("LDIV_HIDDEN", "").strip():
        folder = BOOK.parent / Path(own).expanduser()
        if not folder.is_dir():
            raise Unreadable(f"LDIV_HIDDEN={own} is no folder; checks would be those that everybody can read")
        if (path := folder / chapter / name).exists():
            return path
    return ASSIGNMENTS / chapter / name


def read(chapter: str) -> Assignment:
    """The assignment of a chapter; Unreadable, with one sentence, where it is not as CONTRIBUTING.md asks."""
    page, own = BOOK / f"{chapter}.md", file_of(chapter, "assignment.md")
    texts = [path.read_text(encoding="utf-8") for path in (page, own)]
    hidden = file_of(chapter, "hidden.py").read_text(encoding="utf-8")
    front = re.match(r"---\n(.*?)^---$", texts[1], re.DOTALL | re.MULTILINE)
    said = (yaml.safe_load(front[1]) or {}).get("assignment", {}) if front else {}
    if lacking := {"name", "minutes", "chapter", "questions"} - set(said):
        raise Unreadable(f"{own}: the front matter lacks assignment: {', '.join(sorted(lacking))}")
    asked = _exercises(texts[0], page.name) | {
        label: replace(question, own=True) for label, question in _exercises(texts[1], own.name).items()
    }
    rubrics = _rubrics(texts[1], own.name)
    by_function: dict[str, list[Check]] = {}
    for check in checks_in(hidden, hidden=True):
        by_function.setdefault(check.parameters()[0], []).append(check)
    questions = []
    for entry in said["questions"]:
        if entry["label"] not in asked:
            raise Unreadable(f"{own}: {entry['label']!r} is no exercise; allowed: {', '.join(asked)}")
        question = replace(asked[entry["label"]], points=entry["points"], manual=entry.get("manual", False))
        if question.manual:
            question = replace(question, rubric=rubrics.get(question.label, ""), stub="", function="", checks=())
        else:
            question = replace(question, checks=(*question.checks, *by_function.pop(question.function, ())))
        if missing := _missing(question):
            raise Unreadable(f"{own}: question {question.label!r} has no {missing}")
        questions.append(question)
    if by_function:
        raise Unreadable(f"{own}: hidden checks of {min(by_function)!r}, which no automatic question asks for")
    opening = re.search(r"^# (.+)\n+((?:.+\n)+)", texts[0], re.MULTILINE)
    boxes = [body for title, body in _admonitions(texts[0], page.name) if title == PREDICTION]
    public = [without_solutions(texts[0], page.name), _without_rubrics(without_solutions(texts[1], own.name), own.name)]
    secret = _lines(
        [*texts, hidden, *(ast.unparse(ast.parse(c.source)) for q in questions for c in q.checks if c.hidden)]
    )
    return Assignment(
        name=said["name"],
        minutes=said["minutes"],
        chapter=chapter,
        title=opening[1],
        opening=opening[2].strip(),
        prediction=boxes[0] if boxes else "",
        setup="\n\n".join(code for tags, code in _cells(texts[1], own.name) if "setup" in tags),
        questions=tuple(questions),
        secret=frozenset(
            secret
            - _lines(
                [*public, *(ast.unparse(ast.parse(c.source)) for q in questions for c in q.checks if not c.hidden)]
            )
        ).union(*(q.given_away for q in questions)),
    )


def _missing(question: Question) -> str:
    if question.manual:
        return "" if question.rubric else "rubric"
    lacks = {"stub": question.stub, "solution that defines its function": question.reference, "check": question.checks}
    return next((name for name, there in lacks.items() if not there), "")


def checks_in(source: str, hidden: bool = False) -> list[Check]:
    """The functions `test_…` at the top of some code."""
    found = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    return [
        Check(n.name, " ".join((ast.get_docstring(n) or "").split()), ast.get_source_segment(source, n), hidden)
        for n in found
    ]


def _exercises(text: str, name: str) -> dict[str, Question]:
    """The exercises of a page by label: with what its solution defines, its stub and its public checks."""
    found: dict[str, Question] = {}
    lines, solutions, label, inside = text.split("\n"), {}, "", ""
    for fence in fences(text, name):
        if fence.nested:
            continue
        head, body = lines[fence.first], lines[fence.first + 1 : fence.end - 1]
        if fence.directive == "exercise":
            options, body = _options(body)
            label = options.get("label", "")
            found[label] = Question(label, head.split("}", 1)[1].strip(), "\n".join(body).strip())
        elif fence.directive == "solution-start":
            inside = head.split("}", 1)[1].strip()
        elif fence.directive == "solution-end":
            inside = ""
        elif fence.directive == "code-cell":
            options, body = _options(body)
            code, tags = "\n".join(body).strip(), options.get("tags", [])
            if inside:
                solutions.setdefault(inside, []).append(code)
            elif "stub" in tags:
                functions = [n.name for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)]
                if len(functions) != 1 or label not in found:
                    where = f"{name}, line {fence.first + 1}"
                    raise Unreadable(f"{where}: a stub of {len(functions)} functions; allowed: one, below its exercise")
                found[label] = replace(found[label], stub=code, function=functions[0])
            elif "check" in tags:
                found[label] = replace(found[label], checks=(*found[label].checks, *checks_in(code)))
    for label, cells in solutions.items():
        if (question := found.get(label)) and question.function:
            found[label] = replace(question, reference=_definitions(cells, question.function))
    return found


def _definitions(cells: list[str], function: str) -> str:
    """Imports, functions and classes of these cells, if the function is among them: what does without the chapter."""
    kept, names = [], set()
    for code in cells:
        code = "\n".join(line for line in code.split("\n") if line[:1] not in ("%", "!"))
        for node in ast.parse(code).body:
            if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                kept.append("\n".join(code.split("\n")[first - 1 : node.end_lineno]))
                names.add(getattr(node, "name", ""))
    return "\n\n".join(kept) if function in names else ""


def _options(body: list[str]) -> tuple[dict, list[str]]:
    """The options that open a directive, `:key: value` or between two lines `---`, and the rest."""
    if body and body[0].strip() == "---":
        end = body.index("---", 1)
        return yaml.safe_load("\n".join(body[1:end])) or {}, body[end + 1 :]
    count = next((i for i, line in enumerate(body) if not re.match(r":[\w-]+:", line)), len(body))
    pairs = [re.match(r":([\w-]+): *(.*)", line).groups() for line in body[:count]]
    return {key: yaml.safe_load(value) if value else "" for key, value in pairs}, body[count:]


def _cells(text: str, name: str) -> Iterable[tuple[list[str], str]]:
    lines = text.split("\n")
    for fence in fences(text, name):
        if fence.directive == "code-cell" and not fence.nested:
            options, body = _options(lines[fence.first + 1 : fence.end - 1])
            yield options.get("tags", []), "\n".join(body).strip()


def _admonitions(text: str, name: str) -> Iterable[tuple[str, str]]:
    lines = text.split("\n")
    for fence in fences(text, name):
        if fence.directive == "admonition" and not fence.nested:
            title = lines[fence.first].split("}", 1)[1].strip()
            yield title, "\n".join(_options(lines[fence.first + 1 : fence.end - 1])[1]).strip()


def _rubrics(text: str, name: str) -> dict[str, str]:
    return {title[8:].strip(): body for title, body in _admonitions(text, name) if title.startswith("Rubric: ")}


def _without_rubrics(text: str, name: str) -> str:
    for body in _rubrics(text, name).values():
        text = text.replace(body, "")
    return text


def _lines(texts: Iterable[str]) -> set[str]:
    """Lines that say something: of ten characters or more, without what stands around them."""
    return {line.strip() for text in texts for line in text.split("\n") if len(line.strip()) >= 10}
