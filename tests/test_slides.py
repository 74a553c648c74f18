"""Slides: what a chapter shows is on them, what it folds is not, and a deck asks no other host for anything."""

import re

import build
import lab
import nbformat
import pytest
import slides

FIRST = """# A chapter

Does it {cite:t}`fort2020deep`?

```{admonition} Before you run it
:class: hint

Guess $x$.
```"""
MEASURE = """Dots rise to 0.5.

## The measure

Let $x$ be one. So it is twice that:

$$ y = 2x $$ (twice)

Expanded:

$$ y = x + x $$

A sentence of its own is long enough to stand alone, by {eq}`twice`:

$$
z = y
$$ (same)"""
LAST = """## What we learnt

Little.

## Exercises

```{exercise} Warm up
:label: warm-up

Count.
```

````{solution-start} warm-up
````

secret

````{solution-end}
````"""
CLAIMS = "| claim | paper | ours | verdict |\n| --- | --- | --- | --- |\n| it | 1 | 2 | does not hold |"


def figure(name, **data):
    cell = nbformat.v4.new_code_cell("draw()")
    cell.metadata["mystnb"] = {
        "figure": {"name": name, "caption": "Dots. {ref}`How to read it <how>`."},
        "image": {"alt": "Dots <b>"},
    }
    cell.outputs = [nbformat.v4.new_output("display_data", data)]
    return cell


@pytest.fixture
def page(tmp_path):
    path, text = tmp_path / "03-page.ipynb", nbformat.v4.new_markdown_cell
    claims = nbformat.v4.new_code_cell("claims", metadata={"tags": ["nbval-check-output"]})
    claims.outputs = [nbformat.v4.new_output("execute_result", {"text/markdown": CLAIMS}, execution_count=1)]
    box = "(how)=\n```{admonition} How to read this figure\n:class: tip\n\nUpwards.\n```"
    cells = [text(FIRST), figure("fig-one", **{"image/png": "QUJD\n"}), text(box), text(MEASURE)]
    cells += [figure("fig-two", **{"text/html": "<div>"}), claims, text(LAST), figure("fig-three")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_each_thing_a_chapter_shows_has_its_slide(page):
    found = slides.slides(page, lab.targets_of([page]))
    assert [(slide.kind, slide.heading, slide.text) for slide in found] == [
        ("title", "", "# A chapter\n\nDoes it Fort et al. (2020)?"),
        ("predict", "Before you run it", "Guess $x$."),
        ("figure", "", "**Fig. 3.1** Dots."),
        ("equation", "The measure", "Let $x$ be one. So it is twice that:\n\n$$\ny = 2x\n$$"),
        ("equation", "The measure", "A sentence of its own is long enough to stand alone, by (3.1):\n\n$$\nz = y\n$$"),
        ("figure", "The measure", "**Fig. 3.2** Dots."),
        ("claims", "The measure", CLAIMS),
        ("learnt", "What we learnt", "Little."),
        ("exercises", "Exercises", "- Warm up"),
    ]
    assert found[2].note == "Upwards.\n\nDots rise to 0.5."
    assert (found[2].image, found[2].alt, found[5].image) == ("QUJD", "Dots <b>", "")


def test_a_deck_is_one_page_that_shows_them(page, monkeypatch):
    monkeypatch.setattr(slides, "_mathjax", lambda: "")
    made = slides.deck("A chapter", slides.slides(page, lab.targets_of([page])))
    assert re.findall(r'<section id="(\d)" class="(\w+)"', made)[2:4] == [("3", "figure"), ("4", "equation")]
    assert '<img src="data:image/png;base64,QUJD" alt="Dots &lt;b&gt;">' in made
    assert r"Let \(x\) be one." in made
    assert re.search(r"\\\[\s*y = 2x\s*\\\]", made)
    assert '<td class="fails">does not hold</td>' in made
    assert "turned by hand" in made
    assert "secret" not in made


@pytest.fixture(scope="module")
def targets():
    return lab.targets_of(build.notebooks_of_the_book())


every_chapter = pytest.mark.parametrize(
    "path", [path for path in build.notebooks_of_the_book() if path.stem[0].isdigit()], ids=lambda path: path.stem
)


@every_chapter
def test_a_chapter_s_deck_lacks_nothing_and_asks_no_other_host(path, targets, monkeypatch):
    monkeypatch.setattr(slides, "_mathjax", lambda: "")
    found = slides.slides(path, targets)
    kinds = [slide.kind for slide in found]
    cells = nbformat.read(path, as_version=4).cells
    end = next(i for i, cell in enumerate(cells) if "## Exercises" in cell.source)
    text = "\n\n".join(cell.source for cell in cells[:end] if cell.cell_type == "markdown")
    captioned = [cell for cell in cells[:end] if "caption" in cell.metadata.get("mystnb", {}).get("figure", {})]
    assert kinds[:2] == ["title", "predict"]
    assert kinds.count("figure") == len(captioned)
    assert kinds.count("equation") == len(re.findall(r"\$\$ *\([\w-]+\)$", text, re.MULTILINE))
    assert kinds.count("claims") >= 1
    assert all(slide.text for slide in found)
    made = slides.deck("", found)
    assert re.findall(r'src="(?!data:)|href=|<link|url\(|@import|\{\w+(?::\w)?\}`', made) == []


def test_mathjax_can_stand_in_a_page():
    assert "</script" not in slides._mathjax()


def test_a_chapter_is_named_by_its_number_or_its_name(page, tmp_path, monkeypatch):
    monkeypatch.setattr(slides, "_mathjax", lambda: "")
    for name in ("03", "03-page"):
        assert slides.write(tmp_path / name, [page], [name]) == [tmp_path / name / "03-page.html"]
    with pytest.raises(SystemExit, match="chapter '3' is unknown; allowed: 03"):
        slides.write(tmp_path / "none", [page], ["3"])
    assert not (tmp_path / "none").exists()
