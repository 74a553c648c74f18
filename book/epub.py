"""The EPUB: equations as drawings that go with the text's size and colour, and pages that the standard allows.

An e-reader runs no script, so that MathJax is of no use there, and it knows only the older half of CSS.
"""

import re
import shutil
import zipfile
from html import escape
from pathlib import Path

from docutils import nodes
from origin import origin
from sphinx.application import Sphinx
from sphinx.util.math import get_node_equation_number

SIZE = 20  # of the drawing's own units to an em


def drawing(tex: str, inline: bool) -> str:
    """The equation as SVG, its lengths in em; its TeX is what a screen reader says."""
    import ziamath  # of requirements-epub.txt: the site does without

    ziamath.config.svg2 = False  # glyphs as plain paths, which every reader draws
    try:
        made = ziamath.Latex(tex.strip().replace("{aligned}", "{align*}"), size=SIZE, inline=inline)
    except Exception as error:  # of latex2mathml, which has many
        raise ValueError(f"the equation {tex!r} cannot be drawn: {error!r}") from error
    lengths = re.compile(r'\b(width|height)="([\d.]+)"')
    svg = lengths.sub(lambda found: f'{found[1]}="{float(found[2]) / SIZE:.3f}em"', made.svg(), count=2)
    below = f"vertical-align: {made.getyofst() / SIZE:.3f}em; " if inline else ""
    spoken = escape(" ".join(tex.split()), quote=True)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{spoken}" style="{below}fill: currentColor" ', 1)


def visit_inline(self, node: nodes.math) -> None:
    self.body.append(drawing(node.astext(), inline=True))
    raise nodes.SkipNode


def visit_block(self, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math", STYLE="text-align: center"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})</span>')
    self.body.append(drawing(node.astext(), inline=False) + "</div>\n")
    raise nodes.SkipNode


def tidy(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Leave the theme's own style; a fold with one title, not one for each state; no name twice on a page."""
    if app.builder.name != "epub":
        return
    context["css_files"] = [
        file for file in context["css_files"] if file.filename.endswith(("epub.css", "pygments.css"))
    ]
    titles = re.compile(r"<summary[^>]*>\s*<p[^>]*>(.*?)</p>.*?</summary>", re.DOTALL)
    body = titles.sub(r"<summary>\1</summary>", context.get("body", ""))
    context["body"] = re.sub(r' id="(?:exercise|solution)-content"', "", body)


def declare(app: Sphinx, failure: Exception | None) -> None:
    """Say in the list of the EPUB's files which pages hold drawings, as the standard asks and Sphinx does not."""
    if failure is not None or app.builder.name != "epub":
        return
    path = Path(app.outdir) / f"{app.config.epub_basename}.epub"
    draft = path.with_suffix(".draft")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(draft, "w") as new:
        drawn = {name for name in old.namelist() if name.endswith(".xhtml") and b"<svg" in old.read(name)}
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename == "content.opf":
                for name in drawn:
                    text = text.replace(f'href="{name}"'.encode(), f'href="{name}" properties="svg"'.encode(), 1)
            new.writestr(entry, text)
    shutil.move(draft, path)


def settings(app: Sphinx, config) -> None:
    config.version = origin().version
    config.epub_cover = ("_static/cover.png", "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx extension, of use to the builder `epub` alone."""
    app.add_html_math_renderer("drawing", (visit_inline, None), (visit_block, None))
    app.add_config_value("epub_math_renderer", "drawing", "epub")
    app.connect("config-inited", settings)
    app.connect("html-page-context", tidy, priority=900)
    app.connect("build-finished", declare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
