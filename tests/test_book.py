"""The book itself: pairs, shape of a chapter, links, and what its tools promise."""

import ast
import base64
import importlib.metadata
import os
import re
import shutil
import struct
import subprocess

import build
import jupytext
import nbformat
import pytest
import yaml
from pybtex.database import parse_file
from stamps import stamp

from ldiv_utils import paths

BOOK, ROOT = build.BOOK, build.ROOT
PAGES = sorted(BOOK.glob("*.md"))
SOURCES = sorted(
    path for folder in ("ldiv_utils", "tests", "benchmarks", "book") for path in (ROOT / folder).rglob("*.py")
)
PAIRS = build.chapters()
LESSONS = [page for page in PAIRS if re.match(r"(?!00)\d\d-", page.name)]  # 00 is set-up

every_pair = pytest.mark.parametrize("page", PAIRS, ids=lambda page: page.stem)
every_lesson = pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def cells(page, kind):
    return [cell for cell in jupytext.read(page).cells if cell.cell_type == kind]


def outputs(page):
    """(cell, output) for each output of the notebook."""
    notebook = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    return [(cell, output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def labels(page, directive):
    """The labels of one-piece and gated exercises, or the exercises that solutions name, in order."""
    pattern = {
        "exercise": r"\{exercise(?:-start)?\}[^\n]*\n(?::(?!label)[^\n]*\n)*:label: *(\S+)",
        "solution": r"\{solution(?:-start)?\} *(\S+)",
    }[directive]
    return re.findall(pattern, page.read_text(encoding="utf-8"))


def test_every_figure_of_part_one_has_its_chapter():
    text = " ".join(" ".join(page.read_text(encoding="utf-8").split()) for page in LESSONS)
    named = {"figures 2a and 2b", "figure 2c", "figure 3 ", "figure 1 ", "figure 4 ", "figure 5 ", "figure S1 "}
    named |= {"figure 6 ", "Figure 7a ", "figure S6 ", "figure 8 ", "figure 9 ", "figure S4 "}
    assert [name for name in sorted(named) if name not in text] == []


@every_pair
def test_pair_is_in_step_and_its_outputs_are_fresh(page):
    assert build.differences(page) == []


def test_drifted_pairs_and_stale_outputs_are_found(tmp_path):
    page = tmp_path / "page.md"
    text = "---\njupytext:\n  formats: ipynb,md:myst\n---\n\n```{code-cell}\n1 + 1\n```\n"
    page.write_text(text, encoding="utf-8")
    assert "no .ipynb" in build.differences(page)[0]
    notebook = jupytext.read(page)
    notebook.metadata["ldiv"] = {"stamp": stamp(notebook, [])}
    nbformat.write(notebook, page.with_suffix(".ipynb"))
    assert build.differences(page) == []
    page.write_text(text.replace("1 + 1", "1 + 2"), encoding="utf-8")
    assert "differ from cell 0" in build.differences(page)[0]
    notebook.cells[0].source = "1 + 2"
    nbformat.write(notebook, page.with_suffix(".ipynb"))
    assert "make notebooks" in build.differences(page)[0]


def test_contents_list_every_page_once():
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    listed = [contents["root"], *(chapter["file"] for part in contents["parts"] for chapter in part["chapters"])]
    # A pair is listed as its .ipynb: only that one has outputs.
    assert sorted(listed) == sorted(page.with_suffix(".ipynb" if page in PAIRS else ".md").name for page in PAGES)


@every_page
def test_citations_are_in_the_bibliography(page):
    known = set(parse_file(str(BOOK / "references.bib")).entries)
    cited = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", page.read_text(encoding="utf-8"))
    assert {key.strip() for keys in cited for key in keys.split(",")} <= known


@every_pair
def test_no_visible_cell_is_over_twenty_lines(page):
    hidden = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
    visible = [cell.source for cell in cells(page, "code") if not hidden & set(cell.metadata.get("tags", []))]
    assert [source for source in visible if len(source.splitlines()) > 20] == []


@every_pair
def test_outputs_show_no_warning_no_error_and_no_folder_of_a_machine(page):
    for cell, output in outputs(page):
        assert output.output_type != "error" or "raises-exception" in cell.metadata.get("tags", [])
        assert output.get("name") != "stderr", output.text
        texts = [
            output.get("text", ""),
            *(text for kind, text in output.get("data", {}).items() if "image" not in kind),
        ]
        for text in texts:
            assert not re.search(r"/(home|root|tmp|Users|work)/", str(text)), text


@every_pair
def test_every_figure_has_alt_text(page):
    drawn = [cell for cell, output in outputs(page) if {"image/png", "image/svg+xml"} & set(output.get("data", {}))]
    assert [cell.source for cell in drawn if not cell.metadata.get("mystnb", {}).get("image", {}).get("alt")] == []


@every_pair
def test_figures_fit_a_phone(page):
    """On one 360 pixels wide they have 344 (book.css); words of 10 points, the smallest, are then 8 pixels high."""
    points, height = 10, 8
    widest = 344 * (points * 100 / 72) / height  # figures are drawn at 100 pixels an inch, and shown in that size
    widths = [
        struct.unpack(">I", base64.b64decode(output.data["image/png"])[16:20])[0] / 2  # of a PNG at twice the size
        for _, output in outputs(page)
        if "image/png" in output.get("data", {})
    ]
    assert [width for width in widths if width > widest] == []
    sizes = re.findall(r"fontsize=([\d.]+)", page.read_text(encoding="utf-8"))
    assert [size for size in sizes if float(size) < points] == []


@every_lesson
def test_lesson_asks_cites_and_draws(page):
    opening = cells(page, "markdown")[0].source
    assert "?" in opening
    assert re.search(r"\{cite[^}]*\}`fort2020deep", opening)
    assert any(
        "image/png" in output.get("data", {}) or "image/svg+xml" in output.get("data", {})
        for _, output in outputs(page)
    )


@every_lesson
def test_lesson_checks_its_claims(page):
    checked = [cell for cell, _ in outputs(page) if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert checked, "no cell with outputs is tagged nbval-check-output"


@every_lesson
def test_lesson_has_two_exercises_and_each_a_folded_solution_after_it(page):
    exercises = labels(page, "exercise")
    assert len(exercises) >= 2
    assert labels(page, "solution") == exercises
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"\{solution(?:-start)?\}[^\n]*\n(?::[^\n]*\n)*:class: *dropdown", text)) == len(exercises)
    assert len(re.findall(r"\{solution-start\}", text)) == len(re.findall(r"\{solution-end\}", text))


def test_published_results_are_small():
    assert sum(path.stat().st_size for path in build.published(paths.RESULTS)) <= 60e6


@pytest.mark.parametrize("path", sorted((ROOT / "ldiv_utils").rglob("*.py")), ids=lambda path: path.stem)
def test_helpers_never_pickle(path):
    forbidden = {"pickle", "dill", "cloudpickle", "shelve", "marshal"}
    calls = {"torch.load", "torch.save", "joblib.load", "joblib.dump", "np.load", "np.save"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not forbidden & {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in forbidden
        elif isinstance(node, ast.Attribute):
            assert ast.unparse(node) not in calls


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_is_read_and_written_in_a_named_encoding(path):
    """Ruff's rule, PLW1514, knows only some of the objects that have these methods."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        named = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        name = ast.unparse(node.func).split(".")[-1]
        modes = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        as_text = name in ("read_text", "write_text") or (name == "open" and set(modes) & {"r", "w", "a", "x", "r+"})
        as_text = as_text or "True" in (named.get("text"), named.get("universal_newlines"))
        assert not as_text or "encoding" in named, f"line {node.lineno}: {ast.unparse(node)}"


def test_every_dependency_is_pinned():
    lists = [path.read_text(encoding="utf-8") for path in ROOT.glob("requirements*.txt")]
    lines = [line.split("#")[0].strip() for text in lists for line in text.splitlines()]
    assert [line for line in lines if line and not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    named = {re.sub("[-_.]+", "-", line.split("==")[0]).lower() for line in lines if line}
    sources = [path.read_text(encoding="utf-8") for path in SOURCES]
    sources += ["\n".join(cell.source for cell in cells(page, "code")) for page in PAIRS]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    packages = importlib.metadata.packages_distributions()
    origins = {name: {d.lower().replace("_", "-") for d in packages.get(name.split(".")[0], [])} for name in imported}
    # Several distributions may share a name, as sphinxcontrib: one of them is pinned.
    assert {name: found for name, found in origins.items() if found and not found & (named | {"ldiv-utils"})} == {}


def test_a_checkout_that_asks_for_the_line_ends_of_windows_has_those_of_unix(tmp_path):
    """Stamps are hashes of files, and bash reads no other ends."""
    git = ["git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("needs git and its repository")
    subprocess.run([*git, "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True, capture_output=True)
    listed = subprocess.run([*git, "-C", str(tmp_path / "clone"), "ls-files", "-z"], check=True, capture_output=True)
    paths = [tmp_path / "clone" / name for name in os.fsdecode(listed.stdout).split("\0") if name]
    assert len(paths) > 100
    texts = [path for path in paths if path.suffix not in (".png", ".safetensors")]
    assert [path.name for path in texts if b"\r" in path.read_bytes()] == []


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert sorted(targets) == sorted(re.findall(r"^([a-z-]+):.*?## \S", makefile, re.MULTILINE))


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_workflows_parse_and_call_targets_that_exist(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    steps = [step for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values() for step in job["steps"]]
    assert all("uses" in step or "run" in step for step in steps)
    for target in re.findall(r"make (?:TORCH=cpu )?([a-z-]+)", " ".join(step.get("run", "") for step in steps)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_the_first_make_of_a_job_takes_the_torch_for_cpus(path):
    """Else its .venv fetches gigabytes of CUDA, for a machine without a GPU."""
    for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
        lines = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
        first = next((line for line in lines if re.match(r" *make ", line)), "make TORCH=cpu")
        assert "TORCH=cpu" in first, first


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")), ids=lambda path: path.stem)
def test_links_between_files_of_the_repository_resolve(path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("recipe", ["Makefile", ".github/workflows/weekly.yml"])
@pytest.mark.parametrize("preset", ["paper", "quick"])
def test_every_chapter_is_validated_at_each_preset(recipe, preset):
    """A chapter that no pattern of names finds would never be run."""
    text = (build.ROOT / recipe).read_text(encoding="utf-8")
    runs = " ".join(re.findall(rf"LDIV_PRESET={preset} .*(?:NBVAL\)|\$nbval)(.*)", text))
    patterns = [word.removeprefix("book/") for word in runs.split() if word.endswith(".ipynb")]
    assert set(build.BOOK.glob("[0-9]*.ipynb")) <= {path for each in patterns for path in build.BOOK.glob(each)}
