"""Fences: no form of a solution gets through, and a page that cannot be read for sure is refused."""

import re

import pytest
from fences import Unreadable, without_solutions

ANSWER = "```{code-cell} ipython3\n# your answer\n```"
CODE = "```{code-cell} ipython3\nsecret = 1\n```"


def gated(fence):
    start, end = f"{fence}{{solution-start}} one\n:class: dropdown\n{fence}", f"{fence}{{solution-end}}\n{fence}"
    return f"{start}\n\nsecret\n\n{CODE}\n\n{end}"


def one_piece(fence):
    return f"{fence}{{solution}} one\n:class: dropdown\n\nsecret, {{math}}`x`\n{fence}"


@pytest.mark.parametrize("fence", ["```", "````", "`````", ":::", "::::", ":::::", "~~~", "~~~~~"])
@pytest.mark.parametrize("form", [gated, one_piece])
def test_every_form_of_a_solution_is_replaced(form, fence):
    page = f"Before\n\n{form(fence)}\n\nBetween: `solution`\n\n{form(fence)}\nafter\n"
    assert without_solutions(page, "p.md") == f"Before\n\n{ANSWER}\n\nBetween: `solution`\n\n{ANSWER}\nafter\n"


@pytest.mark.parametrize(
    "solution",
    [
        f"````{{solution}} one\nsecret\n\n{CODE}\n````",
        f"::::{{solution}} one\n:::{{admonition}} Note\nsecret\n:::\n\n{CODE}\n::::",
        "````{solution-start} one\n````\n```{admonition} Note\nsecret\n```\n```{solution-end}\n```",
        "   ```{Solution} one\nsecret\n   ```",
        "```{solution} one\nsecret\n`````",
    ],
)
def test_what_a_solution_holds_goes_with_it(solution):
    assert without_solutions(f"Before\n\n{solution}\nafter\n", "p.md") == f"Before\n\n{ANSWER}\nafter\n"


def test_a_page_without_solutions_stays_as_it_is():
    page = "---\njupytext: {}\n---\n\n# A\n\n````{note}\n```\n:::\n```\n````\n\n```{code-cell}\n:::\n```"
    assert without_solutions(page, "p.md") == page


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("a\n```{solution-start} x\n```\nsecret\n", "line 2: {solution-start} without {solution-end} after it"),
        ("a\n\n:::{solution-end}\n:::\n", "line 3: {solution-end} without {solution-start} before it"),
        (f"{gated('```')}\n{gated('```')[1:]}", "line 23: {solution-end} without"),
        (f"```{{solution-start}} x\n```\n{gated('```')}", "line 3: a solution stands inside something else"),
        (f"```{{solution-start}} x\n```\n{one_piece('```')}", "line 3: a solution stands inside something else"),
        (":::::{note}\n:class: x\n\n" + gated("```") + "\n:::::", "line 4: a solution stands inside something else"),
        ("- a list\n\n  ```{solution} x\n  secret\n  ```\n", "line 3: a solution stands inside something else"),
        ("a\n\n````{solution} x\nsecret\n```\n", "line 3: the fence ````{solution} x is not closed"),
        (":::{note}\na\n\n```{math}\nx\n````\n", "line 1: the fence :::{note} is not closed"),
        (":::{note}\na\n\n```\nx\n:::\n", "line 4: the fence ``` is not closed"),
        (f"a\n\n```\n{one_piece('~~~')}\n```\n", "line 4: a solution that is no directive of its own would be left"),
        ("<!--\n```{solution} x\nsecret\n```\n-->\n", "line 2: a solution that is no directive of its own"),
        ("```{eval-rst}\n.. solution:: x\n\n   secret\n```\n", "line 2: a solution that is no directive of its own"),
    ],
)
def test_a_page_that_cannot_be_read_for_sure_is_refused(page, message):
    with pytest.raises(Unreadable, match=re.escape(f"p.md, {message}")):
        without_solutions(page, "p.md")
