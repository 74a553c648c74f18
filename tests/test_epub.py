"""The book for e-readers: what no script draws there, and what the standard asks of its files."""

import zipfile
from types import SimpleNamespace

import epub
import pytest

FOLD = """<details><summary aria-label="Toggle">
<p class="collapsed admonition-title">Show code</p>
<p class="expanded admonition-title">Hide code</p>
</summary><section id="exercise-content">1</section></details>"""


def app(folder, builder="epub"):
    config = SimpleNamespace(epub_basename="book")
    return SimpleNamespace(builder=SimpleNamespace(name=builder), outdir=str(folder), config=config)


def test_a_page_has_the_style_of_e_readers_one_title_a_fold_and_no_name_twice(tmp_path):
    def page(builder):
        files = [SimpleNamespace(filename=f"_static/{name}.css") for name in ("pygments", "epub", "book")]
        context = {"css_files": files, "body": FOLD}
        epub.tidy(app(tmp_path, builder), "page", "page.html", context, None)
        return context

    assert page("html")["body"] == FOLD
    assert [file.filename for file in page("epub")["css_files"]] == ["_static/pygments.css", "_static/epub.css"]
    assert page("epub")["body"] == "<details><summary>Show code</summary><section>1</section></details>"


def test_pages_with_drawings_are_declared_and_the_type_stays_first(tmp_path):
    items = '<item id="{0}" href="{0}.xhtml" media-type="application/xhtml+xml" />'
    files = {"mimetype": "application/epub+zip", "content.opf": items.format("drawn") + items.format("plain")}
    files |= {"drawn.xhtml": "<svg></svg>", "plain.xhtml": ""}
    with zipfile.ZipFile(tmp_path / "book.epub", "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    epub.declare(app(tmp_path), None)
    with zipfile.ZipFile(tmp_path / "book.epub") as told:
        assert told.namelist() == list(files)
        opf = told.read("content.opf").decode()
    assert 'href="drawn.xhtml" properties="svg"' in opf
    assert 'href="plain.xhtml" media-type' in opf
    assert [path.name for path in tmp_path.iterdir()] == ["book.epub"]


def test_an_equation_is_a_drawing_that_goes_with_the_text():
    pytest.importorskip("ziamath", reason="make epub installs what draws equations")
    svg = epub.drawing(r"a < \frac12", inline=True)
    assert svg.startswith('<svg role="img" aria-label="a &lt; \\frac12" style="vertical-align: ')
    assert "fill: currentColor" in svg
    assert svg.count('em"') == 2
    with pytest.raises(ValueError, match="cannot be drawn"):
        epub.drawing(r"\begin{nothing}[x]\end{nothing}", inline=False)
