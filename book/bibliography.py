"""The bibliography's labels are what the text cites: [Fort et al., 2020]."""

from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


class AuthorYearLabels(BaseLabelStyle):
    """Authors and year, as `bibtex_reference_style: author_year` writes them in the text; an entry needs both."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        in_text = AuthorYearReferenceStyle()
        authors = in_text.person.author_or_editor_or_title(full=False)
        for entry in sorted_entries:
            names = authors.format_data({"entry": entry, "style": in_text}).render_as("text")
            yield f"{names}, {entry.fields['year']}"


class AuthorYearStyle(PlainStyle):
    """Entries as in the style plain, sorted by author and year."""

    default_label_style = AuthorYearLabels


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx extension: lets `bibtex_default_style` be author_year; entries are the items of their list."""

    def on_page(app, page, template, context, doctree):  # a screen reader loses a list that holds none
        context["body"] = context.get("body", "").replace('role="doc-biblioentry"', 'role="listitem"')

    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    app.connect("html-page-context", on_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
