"""The copies to work on: what a reader wrote stays, and no reference is left that JupyterLab cannot follow."""

import re

import build
import jupytext
import lab
import nbformat
import pytest

PAGE = """---
jupytext:
  formats: ipynb,md:myst
---

# A chapter

{cite:t}`fort2020deep` say so, others {cite:p}`guo2017calibration,krogh1995neural`. See {numref}`fig-one`, {eq}`own`,
{eq}`far`, {doc}`02-next`, {ref}`there <how-to-read>` and {ref}`warm-up`.

$$ a = b $$ (own)

```{exercise} Warm up
:label: warm-up

Count.
```

```{code-cell}
---
mystnb:
  figure:
    name: fig-one
    caption: After {cite:t}`fort2020deep`.
---
1
```

````{solution-start} warm-up
:class: dropdown
````

One.

```{code-cell}
2
```

Two.

````{solution-end}
````

Done.
"""
NEXT = """---
jupytext:
  formats: ipynb,md:myst
---

# The next one

(how-to-read)=
```{admonition} How to read this figure
Slowly.
```

```{math}
:label: far

c = d
```
"""


def text_of(path):
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


@pytest.fixture
def book(tmp_path):
    """Two chapters."""
    for name, text in (("01-chapter", PAGE), ("02-next", NEXT)):
        nbformat.write(jupytext.reads(text, fmt="md:myst"), tmp_path / f"{name}.ipynb")
    return sorted(tmp_path.glob("*.ipynb"))


def test_references_become_links_and_numbers(book, tmp_path):
    lab.copies(tmp_path / "lab", book)
    text = text_of(tmp_path / "lab" / "01-chapter.ipynb")
    assert "[Fort et al. (2020)](https://arxiv.org/abs/1912.02757) say so" in text
    assert (
        "See Fig. 1.1, {eq}`own`,\n[(2.1)](02-next.ipynb), [The next one](02-next.ipynb), [there](02-next.ipynb)"
        in text
    )
    assert "the exercise “Warm up”." in text
    assert "**Fig. 1.1.** After [Fort et al. (2020)]" in text
    assert "jupytext" not in nbformat.read(tmp_path / "lab" / "01-chapter.ipynb", as_version=4).metadata


def test_solutions_are_folded(book, tmp_path):
    lab.copies(tmp_path / "lab", book)
    cells = nbformat.read(tmp_path / "lab" / "01-chapter.ipynb", as_version=4).cells
    assert cells[-3].source == "``````{admonition} Solution\n:class: dropdown\n\nOne.\n``````"
    assert cells[-2].metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    assert cells[-1].source == "``````{admonition} Solution, continued\n:class: dropdown\n\nTwo.\n``````\n\nDone."
    assert "jupyter" not in cells[1].metadata


def test_what_a_reader_wrote_stays(book, tmp_path):
    folder = tmp_path / "lab"
    assert lab.copies(folder, book) == []
    mine = folder / "01-chapter.ipynb"
    written = mine.read_text(encoding="utf-8").replace("Count.", "I counted three.")
    mine.write_text(written, encoding="utf-8")
    assert lab.copies(folder, book) == []
    assert mine.read_text(encoding="utf-8") == written
    for path in book:  # the book goes on: what was left alone follows it, what was written is kept and named
        path.write_text(path.read_text(encoding="utf-8").replace("# ", "# Anew: "), encoding="utf-8")
    assert [line.split(":")[0] for line in lab.copies(folder, book)] == ["01-chapter.ipynb"]
    assert mine.read_text(encoding="utf-8") == written
    assert "# Anew: The next one" in text_of(folder / "02-next.ipynb")


def test_a_copy_that_was_only_opened_and_saved_follows_the_book(book, tmp_path):
    """JupyterLab saves each notebook that it shows, with the kernel's full name and which cells are folded."""
    folder = tmp_path / "lab"
    lab.copies(folder, book)
    saved = nbformat.read(folder / "02-next.ipynb", as_version=4)
    saved.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    saved.cells[0].metadata["collapsed"] = False
    nbformat.write(saved, folder / "02-next.ipynb")
    book[1].write_text(book[1].read_text(encoding="utf-8").replace("# The", "# Anew: the"), encoding="utf-8")
    assert lab.copies(folder, book) == []
    assert "# Anew: the next one" in text_of(folder / "02-next.ipynb")


def test_a_copy_that_is_no_notebook_any_more_is_kept(book, tmp_path):
    lab.copies(tmp_path / "lab", book)
    (tmp_path / "lab" / "02-next.ipynb").write_text("half a sent", encoding="utf-8")
    lab.copies(tmp_path / "lab", book)
    assert (tmp_path / "lab" / "02-next.ipynb").read_text(encoding="utf-8") == "half a sent"


def test_a_copy_renamed_makes_room_for_the_new_one(book, tmp_path):
    lab.copies(tmp_path / "lab", book)
    (tmp_path / "lab" / "01-chapter.ipynb").rename(tmp_path / "lab" / "mine.ipynb")
    lab.copies(tmp_path / "lab", book)
    assert (tmp_path / "lab" / "01-chapter.ipynb").exists()


@pytest.mark.parametrize("path", build.notebooks_of_the_book(), ids=lambda path: path.stem)
def test_no_reference_of_a_chapter_is_left(path):
    targets = lab.targets_of(build.notebooks_of_the_book())
    text = "\n".join(cell.source for cell in lab.copy(path, targets).cells if cell.cell_type == "markdown")
    own = {label for label, (_, file) in targets.items() if file == path.name}
    left = [match for match in lab.ROLE.findall(text) if not (match[0] == "eq" and match[3] in own)]
    assert left == []
    assert "]()" not in text
    assert [target for target in re.findall(r"\]\(([\w-]+\.ipynb)\)", text) if not (build.BOOK / target).exists()] == []


def test_make_clean_leaves_the_copies():
    makefile = (build.ROOT / "Makefile").read_text(encoding="utf-8")
    assert "! -name lab" in makefile
    assert "$(BIN)/jupyter lab _build/lab" in makefile
