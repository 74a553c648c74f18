"""What the site serves for a chapter to run without a clone: the wheel of `ldiv_utils`, published results included, and
each chapter as a notebook in plain Markdown, whose hidden first cell installs the wheel where the import fails, or
names it where nobody knows the site.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import lab
import nbformat
from fences import fences
from nbformat import NotebookNode
from origin import origin
from sphinx.application import Sphinx

from ldiv_utils import paths

BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
INSTALL = """\
# @title Install `ldiv_utils`, unless it is there
try:
    import ldiv_utils
except ImportError:
    %pip install -q {wheel}
# All from scratch on digits, with the next line's first sign gone:
# %env LDIV_PRESET=quick"""
SAY = """\
# @title Say what to install, unless it is there
try:
    import ldiv_utils
except ImportError as error:
    raise ImportError("ldiv_utils is missing: pip install dist/{wheel}, of the site of this notebook") from error"""
HIDDEN = {"tags": ["remove-cell"], "cellView": "form", "jupyter": {"source_hidden": True}}
BOXES = {"admonition": "{}", "exercise": "Exercise: {}", "solution": "Solution"}  # and their titles
RUN = {  # label: words, icon
    "colab": ("Open in Colab", "fab fa-google"),
    "codespaces": ("Open in Codespaces", "fab fa-github"),
}


def wheel(folder: Path) -> Path:
    """Build the wheel into the folder, from a copy, so that nothing else is left in the repository.

    Raises RuntimeError, with what setuptools said, if it cannot be built.
    """
    with TemporaryDirectory() as name:
        for file in ("pyproject.toml", "LICENSE"):
            shutil.copy(paths.ROOT / file, name)
        for tree in ("ldiv_utils", "book/results"):
            shutil.copytree(paths.ROOT / tree, Path(name, tree), ignore=shutil.ignore_patterns("__pycache__"))
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-c", BUILD, str(folder.absolute())]
        said = subprocess.run(command, cwd=name, capture_output=True, encoding="utf-8")
    if said.returncode:
        raise RuntimeError(f"the wheel was not built:\n{said.stderr}")
    return folder / said.stdout.split()[-1]


def portable(path: Path, targets: dict[str, tuple[str, str]], site: str, wheel_name: str) -> NotebookNode:
    """A chapter that any Jupyter shows and runs; `site` is where the book is published, or nothing if nobody knows."""
    notebook = lab.copy(path, targets)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, path.name, targets)
            if site:
                cell.source = re.sub(r"\]\(([\w-]+)\.ipynb\)", rf"]({site}/\1.html)", cell.source)
        elif "jupyter" in cell.metadata:
            cell.metadata["cellView"] = "form"  # Colab's word for a folded cell
    source = INSTALL.format(wheel=f"{site}/dist/{wheel_name}") if site else SAY.format(wheel=wheel_name)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source, id="install", metadata=HIDDEN))
    return notebook


def plain_markdown(text: str, here: str, targets: dict[str, tuple[str, str]]) -> str:
    """The text without what MyST alone knows: boxes become quotations, or fold; equations carry their numbers."""
    text = re.sub(r"^\([\w-]+\)=\n+", "", text, flags=re.MULTILINE)
    text = re.sub(r"\$\$ \(([\w-]+)\)$", lambda match: rf"\tag{{{targets[match[1]][0][1:-1]}}} $$", text, flags=re.M)
    text = re.sub(r"\{eq\}`([^`]+)`", lambda match: targets[match[1]][0], text)
    lines = text.split("\n")
    for fence in reversed([fence for fence in fences(text, here) if not fence.nested and fence.directive in BOXES]):
        title = BOXES[fence.directive].format(lines[fence.first].partition("}")[2].strip())
        inner = lines[fence.first + 1 : fence.end - 1]
        options = next((i for i, line in enumerate(inner) if not line.startswith(":")), len(inner))
        body = plain_markdown("\n".join(inner[options:]).strip("\n"), here, targets).split("\n")
        if fence.directive == "solution" or any("dropdown" in line for line in inner[:options]):
            box = [f"<details><summary>{title}</summary>", "", *body, "", "</details>"]
        else:
            box = [f"> {line}".rstrip() for line in (f"**{title}**", "", *body)]
        lines[fence.first : fence.end] = box
    return "\n".join(lines)


def serve(app: Sphinx, failure: Exception | None) -> None:
    """Put the wheel into the site's `dist/`, and the notebooks into `notebooks/`."""
    if failure is not None or app.builder.name != "html":
        return
    folders = {name: Path(app.outdir) / name for name in ("dist", "notebooks")}
    for folder in folders.values():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    name, site = wheel(folders["dist"]).name, origin().site
    chapters = [path for page in sorted(app.env.found_docs) if (path := source(app, page)).suffix == ".ipynb"]
    targets = lab.targets_of(chapters)
    for path in chapters:
        nbformat.write(portable(path, targets, site, name), folders["notebooks"] / path.name)


def source(app: Sphinx, page: str) -> Path:
    """The file that a page is made from."""
    return Path(app.env.doc2path(page))


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx extension: on each chapter's page a menu of places to run it, and the notebook to download."""
    here = origin()

    def on_page(app, page, template, context, doctree):
        if doctree is None or "header_buttons" not in context or source(app, page).suffix != ".ipynb":
            return
        for group in context["header_buttons"]:
            for button in group.get("buttons", []):
                if button["label"] == "download-source-button":
                    button |= {"url": context["pathto"](f"notebooks/{page}.ipynb", 1), "tooltip": "Download notebook"}
        buttons = [
            {"type": "link", "url": url, "text": words, "tooltip": words, "icon": icon, "label": label}
            for label, url in here.runs(page).items()
            for words, icon in [RUN[label]]
        ]
        if buttons:
            group = {"type": "group", "tooltip": "Run this page", "icon": "fas fa-rocket", "buttons": buttons}
            context["header_buttons"].insert(0, group | {"label": "run"})

    app.connect("html-page-context", on_page, priority=600)  # after the theme has made its own buttons
    app.connect("build-finished", serve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
