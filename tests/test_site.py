"""What a reader makes on a machine of their own: a site that says so, and no harmless word on stderr in its way."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings

import build
import jupytext
import nbformat
import pytest
import yaml
from bibliography import AuthorYearStyle
from pybtex.database import parse_file

C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # 7 bits, in which σ is no letter
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
PAGE = """---
jupytext:
  formats: ipynb,md:myst
kernelspec:
  display_name: Python 3
  name: python3
---

# A chapter

Is σ asked for by {cite:p}`fort2020deep,hendrycks2019benchmarking`?

```{code-cell} ipython3
import sys

print("a harmless word", file=sys.stderr)
print("σ is", 1)
```
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A book of one chapter, which speaks on stderr: just run at the quick preset, in the locale C."""
    root = tmp_path_factory.mktemp("tiny")
    shutil.copytree(build.BOOK / "_static", root / "book" / "_static")
    for path in (*build.BOOK.glob("*.py"), *build.BOOK.glob("references.*")):
        shutil.copy(path, root / "book")
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(build.ROOT / name, root)
    (root / "book" / "01-chapter.md").write_text(PAGE, encoding="utf-8")
    contents = {"format": "jb-book", "root": "references.md", "chapters": [{"file": "01-chapter.ipynb"}]}
    (root / "book" / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
    command = [sys.executable, "book/build.py", "run", "--preset", "quick", "--to", "_build/quick"]
    subprocess.run(command, cwd=root, env=os.environ | C_LOCALE, check=True)
    return root


@pytest.fixture(scope="module")
def site(root):
    """The site of a reader, as the Makefile builds it: name to HTML."""
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", "-W", "-n", "--keep-going", "-q", "_build/quick"]
    command += ["--config", "_build/quick/_config.yml", "--path-output", "_build/quick"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}  # of a fork, say
    piped = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    built = subprocess.run(command, cwd=root, env=ours, **piped)
    assert built.returncode == 0, built.stderr
    return {path.stem: path.read_text(encoding="utf-8") for path in (root / "_build/quick/_build/html").glob("*.html")}


def test_a_reader_sees_what_a_cell_says_on_stderr(site):
    assert "a harmless word" in site["01-chapter"]


def test_the_committed_site_refuses_it():
    settings = yaml.safe_load((build.ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert settings["execute"]["stderr_output"] == "error"


def test_every_page_says_at_which_preset_it_was_made(site):
    assert {"01-chapter", "references", "search"} <= site.keys()
    for name, html in site.items():
        assert name == "index" or "at the quick preset. The text quotes the results published" in html, name


def test_every_page_says_which_version_it_is_and_invents_no_repository(site):
    version = tomllib.loads((build.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for name, html in site.items():
        assert name == "index" or re.search(
            rf"<p>Version {version}; built 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.</p>", html
        ), name
        assert "Report a mistake" not in html


def test_a_chapter_can_be_downloaded_and_what_it_needs_lies_beside_it(root, site):
    html = root / "_build/quick/_build/html"
    assert 'href="notebooks/01-chapter.ipynb"' in site["01-chapter"]
    assert "colab" not in site["01-chapter"] + site["references"]
    notebook = nbformat.read(html / "notebooks/01-chapter.ipynb", as_version=4)
    install, *chapter = notebook.cells
    assert "dist/ldiv_utils-" in install.source and "http" not in install.source  # nobody knows where the site is
    assert [cell.cell_type for cell in chapter] == ["markdown", "code"]
    assert [path.suffix for path in (html / "dist").iterdir()] == [".whl"]


def test_references_are_labelled_as_they_are_cited(site):
    for cited in ("Fort <em>et al.</em>, 2020", "Hendrycks and Dietterich, 2019"):
        label = re.sub("</?em>", "", cited)
        assert cited in site["01-chapter"]
        assert f'<span class="fn-bracket">[</span>{label}<span class="fn-bracket">]</span>' in site["references"]


def test_every_reference_has_a_label_of_its_own_and_no_command_of_latex():
    entries = list(AuthorYearStyle().format_entries(parse_file(str(build.BOOK / "references.bib")).entries.values()))
    labels = [entry.label for entry in entries]
    assert {"van der Maaten and Hinton, 2008", "Krizhevsky, 2009", "Garipov et al., 2018"} <= set(labels)
    assert len(set(labels)) == len(labels)
    assert [text for entry in entries if "\\" in (text := entry.text.render_as("text"))] == []


def test_the_two_sites_are_two_folders():
    makefile = (build.ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"Open file://\$\(CURDIR\)/(\S+)/index.html", makefile)
    assert shown == ["_build/book", "_build/html"]
    for path in (build.ROOT / ".github/workflows").glob("*.yml"):
        assert set(re.findall(r"path: (_build\S*)", path.read_text(encoding="utf-8"))) <= {
            "_build/html",
            "_build/html/notebooks",
        }


def test_nbval_compares_all_but_stderr(tmp_path):
    """Two notebooks whose one cell speaks on stderr: one prints what was committed, one does not."""
    shutil.copy(build.BOOK / "conftest.py", tmp_path)
    for name, printed in [("same", "σ is 1\n"), ("other", "σ is 2\n")]:
        notebook = jupytext.reads(PAGE, fmt="md:myst")
        notebook.cells[1].metadata["tags"] = ["nbval-check-output"]
        notebook.cells[1].execution_count = 1
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-c", str(build.ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)]
    command += ["-p", "no:cacheprovider", "-rA", "--color=no", "--nbval-lax", "--nbval-current-env"]
    command += sorted(map(str, tmp_path.glob("*.ipynb")))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8").stdout
    assert re.findall(r"^([A-Z]+) \S*?(\w+)\.ipynb::", said, re.MULTILINE) == [
        ("PASSED", "same"),
        ("FAILED", "other"),
    ], said


@pytest.mark.parametrize(
    "words",
    [
        "IPython parent '/home/x' is not a writable location, using a temp directory.",
        "CUDA initialization: The NVIDIA driver on your system is too old (found version 9000).",
        "Can't initialize NVML",
    ],
)
def test_what_a_machine_says_of_itself_fails_no_test(words):
    warnings.warn(words, UserWarning, stacklevel=1)


def test_every_other_warning_fails_its_test():
    with pytest.raises(UserWarning):
        warnings.warn("something of ours", UserWarning, stacklevel=1)
