"""Hands the site what the box "Before you run it" of a page asks and what was measured, for _static/guess.js.

Both stand in the outputs of the page's notebook, beside the table of claims (ldiv_utils/figures/claims.py).
"""

from pathlib import Path

import nbformat
from sphinx.application import Sphinx

from ldiv_utils.figures.claims import GUESS


def guess_of(notebook: Path) -> str:
    """The guess among a notebook's outputs, as JSON; nothing where there is none."""
    cells = nbformat.read(notebook, as_version=4).cells
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return next((data[GUESS] for data in outputs if GUESS in data), "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx extension: at the end of each such page, a script element that holds data and runs nothing."""

    def on_page(app, page, template, context, doctree):
        source = Path(app.env.doc2path(page)) if doctree is not None else Path()
        if source.suffix == ".ipynb" and (told := guess_of(source)):
            told = told.replace("<", "\\u003c")
            context["body"] += f'<script type="application/json" id="guess">{told}</script>\n'

    app.connect("html-page-context", on_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
