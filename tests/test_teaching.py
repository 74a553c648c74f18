"""The page for teachers: its numbers are those of the chapters, and each chapter has its plan."""

import re
import tomllib

import build
import nbformat
import pytest
import teaching
from questions import Assignment, Question

NOTEBOOKS = build.notebooks_of_the_book()
NUMBERED = [path.stem for path in NOTEBOOKS if path.stem[0].isdigit()]
CELLS = [
    "# The third\n\nFive words, one of them $a + b$.\n\n```{admonition} Box\n:class: hint\n\nTwo more.\n```",
    "(label)=\n## The measure\n\nBy {doc}`01-first` and {eq}`far`:\n\n$$\na = b\n$$ (own)\n\n$$ a = b $$",
    "Last, before {doc}`04-later`.\n\n## Exercises\n\n```{exercise} Warm up\n:label: warm-up\n\nCount these.\n```",
]
ASSIGNMENT = Assignment(
    name="ldiv-03",
    minutes=60,
    chapter="03-third",
    title="The third",
    opening="",
    prediction="",
    setup="",
    secret=frozenset(),
    questions=(
        Question("warm-up", "Warm up", "Count these.", points=4),
        Question("further", "Further", "Count on.", own=True, points=2.5, manual=True),
    ),
)


@pytest.fixture
def third(tmp_path, monkeypatch):
    """A chapter of three cells of text, a figure, a hidden cell, and exercises."""
    monkeypatch.setattr(teaching, "folders", lambda: ["03-third"])
    monkeypatch.setattr(teaching, "read", {"03-third": ASSIGNMENT}.get)
    drawn = nbformat.v4.new_code_cell("a = 1\n\nb = 2")
    drawn.metadata["mystnb"] = {"figure": {"name": "fig", "caption": "As {numref}`fig-zero`."}}
    hidden = nbformat.v4.new_code_cell("c = 3", metadata={"tags": ["hide-input"]})
    first, second, last = map(nbformat.v4.new_markdown_cell, CELLS)
    after = nbformat.v4.new_code_cell("d = 4")
    path = tmp_path / "03-third.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[first, drawn, hidden, second, last, after]), path)
    targets = {name: ("", f"{name}.ipynb") for name in ("01-first", "03-third", "04-later")}
    targets |= {"far": ("(2.1)", "02-second.ipynb"), "fig-zero": ("Fig. 1", "00-setup.ipynb")}
    return teaching.chapter(path, targets | {"03-third": ("The third", "03-third.ipynb")})


def test_a_chapter_in_numbers_as_counted_by_hand(third):
    # "The third" 2, "Five … x." 6, "Two more." 2; "The measure" 2, "By … and …:" 4, x 2; "Last, before …." 3
    assert (third.words, third.figures, third.equations, third.lines) == (21, 1, 1, 2)
    assert third.back == ("00-setup", "01-first", "02-second")
    assert third.number == "3"


def test_minutes_of_reading():
    numbers = {"words": 1000, "figures": 3, "equations": 2, "lines": 40}
    page = teaching.Chapter("03-third", "", **numbers, back=(), exercises={}, questions=(), homework=0)
    assert page.reading == 5 + 3 + 2 + 4


def test_questions_of_the_book_and_others(third):
    assert third.questions == (("Warm up", "warm-up", 4, False), ("Further", "", 2.5, True))
    assert (third.exercises, third.homework) == ({"warm-up": "Warm up"}, 60)
    table = teaching._questions([third])
    assert "| 3 | {ref}`Warm up <warm-up>` (4); *Further* (2.5, by hand) | – |" in table


def test_the_page_is_what_the_chapters_say():
    assert teaching.stale(NOTEBOOKS) == []


def test_another_number_is_found_and_mended(tmp_path, monkeypatch):
    text = teaching.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(teaching, "PAGE", tmp_path / "teaching.md")
    teaching.PAGE.write_text(text.replace("| week | topic |", "| week | subject |"), encoding="utf-8")
    assert "run make notebooks" in teaching.stale(NOTEBOOKS)[0]
    teaching.write(NOTEBOOKS)
    assert teaching.PAGE.read_text(encoding="utf-8") == text
    with pytest.raises(ValueError, match=r"0 places for weeks; allowed: one"):
        teaching.page(text.replace("<!-- weeks:", "<!-- "), NOTEBOOKS)


def test_every_chapter_has_its_plan():
    text = teaching.PAGE.read_text(encoding="utf-8").partition("## Chapter by chapter")[2].partition("\n## ")[0]
    _, *sections = re.split(r"^### ", text, flags=re.MULTILINE)
    assert [re.match(r"(\d+) \{doc\}`[^<]+<([\w-]+)>`\n", section).groups() for section in sections] == [
        (str(int(stem[:2])), stem) for stem in NUMBERED
    ]
    for section in sections:
        assert re.findall(r"^\*\*([\w ]+)\.\*\* \S", section, re.MULTILINE) == ["Goals", "Before", "Ask", "Goes wrong"]


def test_the_course_takes_every_chapter_once_in_ten_weeks():
    course = tomllib.loads(teaching.COURSE.read_text(encoding="utf-8"))
    assert len(course["week"]) == 10
    first = [stem for week in course["week"] for stem in week["chapters"]]
    more = [stem for week in course["more"] for stem in week["chapters"]]
    assert first == [stem for stem in NUMBERED if stem < "10"] + ["your-own"]
    assert more == [stem for stem in NUMBERED if stem >= "10"]
    assert [len(version["sessions"]) for version in course["version"]] == [2, 4]


def test_ninety_minutes_are_ninety():
    text = teaching.PAGE.read_text(encoding="utf-8").partition("## Ninety minutes")[2].partition("\n## ")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", text, re.MULTILINE))) == 90
