"""The book without a clone: the wheel, what it needs, and the notebooks that install it."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import threading
import tomllib
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import build
import elsewhere
import jupytext
import nbformat
import pytest

PROJECT = tomllib.loads((build.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = """---
jupytext:
  formats: ipynb,md:myst
---

(top)=
# A chapter

```{admonition} Before you run it
:class: hint

Guess $c$.
```

$$
c = 1
$$ (one)

By {eq}`one`, and by {doc}`02-other`:

```{code-cell} ipython3
1 + 1
```

````{exercise} Twice
:label: twice

Is `2 * c`

```python
2
```
````

```{exercise} Once
:label: once

Is $c$?
```

```{solution} once
:class: dropdown

One.
```

```{solution-start} twice
:class: dropdown
```

Yes.

```{code-cell} ipython3
2 * 1
```

```{solution-end}
```
"""
OTHER = """---
jupytext:
  formats: ipynb,md:myst
---

# Another

```{admonition} A note
:class: tip, dropdown
Aside.
```
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """As the site builds it: offline, with the environment's own setuptools."""
    return elsewhere.wheel(tmp_path_factory.mktemp("site") / "dist")


@pytest.fixture(scope="module")
def chapters(tmp_path_factory):
    """Two pairs, in each of which one kind of box, equation and reference stands."""
    folder = tmp_path_factory.mktemp("chapters")
    for name, text in (("01-one.ipynb", PAGE), ("02-other.ipynb", OTHER)):
        nbformat.write(jupytext.reads(text, fmt="md:myst"), folder / name)
    return sorted(folder.iterdir())


def sources(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def test_the_wheel_holds_the_package_and_the_published_results(wheel):
    """So too a room that pyproject.toml does not name yet."""
    package = {path.relative_to(build.ROOT) for path in (build.ROOT / "ldiv_utils").rglob("*") if path.is_file()}
    meant = {path.as_posix() for path in package if "__pycache__" not in path.parts}
    meant |= {f"ldiv_utils/results/{path.name}" for path in (build.BOOK / "results").iterdir()}
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if ".dist-info/" not in name} == meant
    assert f"ldiv_utils-{PROJECT['version']}.dist-info/licenses/LICENSE" in names


def test_dependencies_are_what_package_and_chapters_import():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (build.ROOT / "ldiv_utils").rglob("*.py")]
    for page in build.chapters():
        code = [cell.source for cell in jupytext.read(page).cells if cell.cell_type == "code"]
        trees.append(ast.parse("\n".join(code)))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    named = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    named = [node.args[0] for node in named if ast.unparse(node.func) in ("importlib.import_module", "files")]
    imported |= {name.value for name in named if isinstance(name, ast.Constant)}
    known = importlib.metadata.packages_distributions()
    needed = {known.get(name.partition(".")[0], [""])[0].lower() for name in imported}
    declared = {re.match(r"[\w-]+", line)[0] for line in PROJECT["dependencies"]}
    assert declared == needed - {"", "ldiv-utils"}


@pytest.mark.parametrize("file", ["requirements.txt", ".github/colab.txt"])
def test_what_the_book_is_tested_with_lies_in_the_ranges(file):
    text = (build.ROOT / file).read_text(encoding="utf-8")
    pinned = {name: version for name, version in re.findall(r"^([\w-]+)==([\d.]+)", text, re.MULTILINE)}
    ranges = [re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", line).groups() for line in PROJECT["dependencies"]]

    def number(version):
        return [int(part) for part in version.split(".")]

    missing = [name for name, _ in ranges if name not in pinned]
    assert missing == ([] if file == "requirements.txt" else ["jaxtyping"])
    assert [name for name, least in ranges if name in pinned and number(pinned[name]) < number(least)] == []


def test_the_first_cell_installs_the_wheel_from_the_site_and_the_results_come_along(wheel, chapters, tmp_path):
    """In a Python that has all but `ldiv_utils`, in a folder outside the repository, without data."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Quiet(*args, directory=wheel.parent.parent))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site = f"http://127.0.0.1:{server.server_port}"
    notebook = elsewhere.portable(chapters[0], elsewhere.lab.targets_of(chapters), site, wheel.name)
    lines = [
        "import json, sys",
        f"sys.path += [{str(tmp_path / 'installed')!r}, {sysconfig.get_path('purelib')!r}]",
        "from IPython.core.interactiveshell import InteractiveShell",
        f"InteractiveShell.instance().run_cell({sources(notebook, 'code')[0]!r}).raise_error()",
        "import ldiv_utils",
        "from ldiv_utils import paths, presets, runs",
        "shape = list(runs.ends(presets.specs('small_cnn')).shape)",
        "print(json.dumps([ldiv_utils.__file__, str(paths.data()), str(paths.runs()), shape]))",
    ]
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("LDIV_", "PYTHONPATH", "PYTHONHOME"))}
    ours |= {"PIP_TARGET": str(tmp_path / "installed"), "PIP_NO_DEPS": "1", "IPYTHONDIR": str(tmp_path / "ipython")}
    for name in ("installed", "work"):
        (tmp_path / name).mkdir()
    try:  # -S: not what an editable install puts on the path
        command = [sys.executable, "-S", "-c", "\n".join(lines)]
        said = subprocess.run(command, cwd=tmp_path / "work", env=ours, capture_output=True, encoding="utf-8")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert said.returncode == 0, said.stdout + said.stderr
    file, data, runs, shape = json.loads(said.stdout.splitlines()[-1])
    assert file == str(tmp_path / "installed" / "ldiv_utils" / "__init__.py")
    assert [data, runs] == [str(tmp_path / "work" / name) for name in ("data", "runs")]
    assert shape == [10, 19466]  # ten SmallCNN of CIFAR-10
    assert list((tmp_path / "work").iterdir()) == []  # nothing fetched, nothing computed


def test_a_notebook_for_elsewhere_is_plain_markdown(chapters):
    notebook = elsewhere.portable(chapters[0], elsewhere.lab.targets_of(chapters), "https://a.example/b", "x.whl")
    nbformat.validate(notebook)
    code, text = sources(notebook, "code"), "\n\n".join(sources(notebook, "markdown"))
    assert "    %pip install -q https://a.example/b/dist/x.whl" in code[0]
    assert code[0].splitlines()[-1] == "# %env LDIV_PRESET=quick"  # IPython takes what follows for a part of the value
    assert code[1:] == ["1 + 1", "2 * 1"]
    assert notebook.cells[0].metadata["tags"] == ["remove-cell"]
    assert text.startswith("# A chapter\n")
    for line in (
        "> **Before you run it**\n>\n> Guess $c$.\n",
        "c = 1\n\\tag{1.1} $$",
        "By (1.1), and by [Another](https://a.example/b/02-other.html):",
        "> **Exercise: Twice**\n>\n> Is `2 * c`\n>\n> ```python\n> 2\n> ```",
        "> **Exercise: Once**\n>\n> Is $c$?\n\n<details><summary>Solution</summary>\n\nOne.\n\n</details>",
        "<details><summary>Solution</summary>\n\nYes.\n\n</details>",
    ):
        assert line in text
    folded = elsewhere.portable(chapters[1], elsewhere.lab.targets_of(chapters), "", "x.whl")
    assert "<details><summary>A note</summary>\n\nAside.\n\n</details>" in sources(folded, "markdown")[0]


def test_no_chapter_keeps_what_myst_alone_knows():
    notebooks = build.notebooks_of_the_book()
    targets = elsewhere.lab.targets_of(notebooks)
    for path in notebooks:
        text = "\n".join(sources(elsewhere.portable(path, targets, "https://a.example", "x.whl"), "markdown"))
        assert re.findall(r"^.*(?:`{3}\{|\{[a-z:]+\}`|\.ipynb\)).*$", text, re.MULTILINE) == [], path.name


def test_where_nobody_knows_the_site_the_wheel_to_install_is_named(chapters, monkeypatch):
    notebook = elsewhere.portable(chapters[0], elsewhere.lab.targets_of(chapters), "", "x.whl")
    first, *rest = sources(notebook, "code")
    assert rest == ["1 + 1", "2 * 1"]
    exec(first, {})
    monkeypatch.setitem(sys.modules, "ldiv_utils", None)  # an import of it fails
    with pytest.raises(ImportError, match=r"^ldiv_utils is missing: pip install dist/x\.whl, of the site of"):
        exec(first, {})
    assert "[Another](02-other.ipynb)" in "\n".join(sources(notebook, "markdown"))
