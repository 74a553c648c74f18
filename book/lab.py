"""The chapters to work on, in `_build/lab`: copies that may be changed and saved without touching the book.

JupyterLab, with jupyterlab-myst, shows titles, boxes and equations, but knows one notebook only. So in a copy what
points to another page, to the bibliography or to a figure is a plain link or a number, and captions are cells.
"""

import re
from pathlib import Path

import nbformat
from bibliography import AuthorYearStyle
from nbformat import NotebookNode
from pybtex.database import parse_file

BOOK = Path(__file__).resolve().parent
FOLDED = {"hide-input", "hide-cell"}
AS_MADE = ".as-made"  # the copies as the book gave them, to tell which a reader has changed
ROLE = re.compile(r"\{(doc|ref|eq|numref|cite:[tp])\}`(?:([^`<]*?) *<([^`>]+)>|([^`<]+))`")
EQUATION = re.compile(r"^:label: *(\S+)$|^\$\$.*?\$\$ *\(([\w-]+)\)$", re.MULTILINE | re.DOTALL)
GATE = re.compile(r"^`{3,}\{solution-(start|end)\}[^\n]*\n(?::[^\n]*\n)*`{3,} *$", re.MULTILINE)
EXERCISE = re.compile(r"^`{3,}\{exercise(?:-start)?\} *([^\n]*)\n(?::[^\n]*\n)*?:label: *(\S+)", re.MULTILINE)


def copies(folder: Path, notebooks: list[Path]) -> list[str]:
    """Put a copy of each notebook into `folder`, unless a reader has changed it; a line for each that is older now."""
    (folder / AS_MADE).mkdir(parents=True, exist_ok=True)
    targets, said = targets_of(notebooks), []
    for path in notebooks:
        text = nbformat.writes(copy(path, targets)) + "\n"
        theirs, made = folder / path.name, folder / AS_MADE / path.name
        before = made.read_text(encoding="utf-8") if made.exists() else ""
        if theirs.exists() and written(theirs.read_text(encoding="utf-8")) != written(before):
            if text != before:
                said.append(f"{path.name}: your copy is kept, and the book's is newer; rename yours to have both")
            continue
        for copied in (made, theirs):
            copied.write_text(text, encoding="utf-8")
    return said


def written(text: str) -> object:
    """What of a notebook a reader may have changed: cells and outputs. JupyterLab, saving, adds marks of its own."""
    try:
        cells = nbformat.reads(text, as_version=4).cells
    except nbformat.reader.NotJSONError:
        return text
    return [(cell.cell_type, cell.source, cell.get("outputs")) for cell in cells]


def copy(path: Path, targets: dict[str, tuple[str, str]]) -> NotebookNode:
    """A notebook without its pair, whose text says what other pages, entries and figures are called."""
    notebook, cells = nbformat.read(path, as_version=4), []
    for name in ("jupytext", "ldiv"):
        notebook.metadata.pop(name, None)
    inside = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source, inside = folded(plain(cell.source, path.name, targets), inside)
        elif inside or FOLDED & set(cell.metadata.get("tags", [])):
            cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": inside}
        cells.append(cell)
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        if "caption" in figure:
            number = targets.get(figure.get("name", ""), ("Figure", ""))[0]
            text = plain(figure["caption"], path.name, targets)
            cells.append(nbformat.v4.new_markdown_cell(f"**{number}.** {text}", id=f"{cell.id}-caption"))
    notebook.cells = [cell for cell in cells if cell.source]
    return notebook


def folded(text: str, inside: bool) -> tuple[str, bool]:
    """The text with what stands in a gated solution in a folded box, and whether a solution goes on behind it."""
    parts = []
    for i, part in enumerate(GATE.split(text)):
        if i % 2:
            inside = part == "start"
        elif inside and (part.strip() or i):
            title = "Solution" if i else "Solution, continued"
            parts.append(f"``````{{admonition}} {title}\n:class: dropdown\n\n{part.strip() or 'In code:'}\n``````")
        else:
            parts.append(part.strip())
    return "\n\n".join(filter(None, parts)), inside


def link(name: str, address: str) -> str:
    """The name, as a link where there is an address."""
    return f"[{name}]({address})" if address else name


def plain(text: str, here: str, targets: dict[str, tuple[str, str]]) -> str:
    """The text with each reference that JupyterLab cannot follow as a link or a name."""

    def instead(match: re.Match) -> str:
        role, title, target = match[1], match[2], match[3] or match[4]
        if role.startswith("cite"):
            names = [targets[f"cite {key.strip()}"] for key in target.split(",")]
            if role == "cite:t":
                return "; ".join(link(f"{label.rpartition(', ')[0]} ({label[-4:]})", url) for label, url in names)
            return f"({'; '.join(link(*name) for name in names)})"
        name, file = targets[target]
        if role == "eq" and file == here:
            return match[0]  # numbered in its own notebook
        return title or name if file == here else f"[{title or name}]({file})"

    return ROLE.sub(instead, text)


def targets_of(notebooks: list[Path]) -> dict[str, tuple[str, str]]:
    """What each label is called, as on the site, and its file; of an entry of the bibliography, its address."""
    bibliography = parse_file(str(BOOK / "references.bib"))
    found = {}
    for entry in AuthorYearStyle().format_entries(bibliography.entries.values()):
        fields = bibliography.entries[entry.key].fields
        address = fields.get("url") or (f"https://doi.org/{fields['doi']}" if "doi" in fields else "")
        found[f"cite {entry.key}"] = (entry.label, address)
    for path in notebooks:
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        file, chapter = path.name, re.match(r"0*(\d*)", path.stem)[1]
        found[path.stem] = (re.search(r"^# (.+)$", text, re.MULTILINE)[1], file)
        figures = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in cells]
        for i, name in enumerate(filter(None, figures), 1):
            found[name] = (f"Fig. {chapter}.{i}" if chapter else f"Fig. {i}", file)
        for i, (above, behind) in enumerate(EQUATION.findall(re.sub(EXERCISE, "", text)), 1):
            found[above or behind] = (f"({chapter}.{i})" if chapter else f"({i})", file)
        for title, label in EXERCISE.findall(text):
            found[label] = (f"the exercise “{title}”", file)
        for label, after in re.findall(r"^\(([\w-]+)\)=\n+(.+)$", text, re.MULTILINE):
            found[label] = (after.strip("# ") if after.startswith("#") else "How to read it", file)
    return found
