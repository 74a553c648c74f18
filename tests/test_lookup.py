"""The pages to look things up in: verdicts against the notebooks, notation against the annotations."""

import importlib
import inspect
import re
import tomllib
from collections import defaultdict

import build
import jupytext
import nbformat
import pytest
import stamps
import summary
import torch
import verdicts
import yaml

from ldiv_utils import datasets, measures, networks, paths, points, runs, specs
from ldiv_utils.networks.perceptron import entries
from ldiv_utils.predict import predict
from ldiv_utils.runs.sampling import FRICTION
from ldiv_utils.studies import costs, cycles, heads, regression, rivals

PACKAGE = build.ROOT / "ldiv_utils"
ANNOTATION = re.compile(r"\b(?:Float|Int|Integer|UInt8|Bool|Num|Shaped)\[\s*[\w.]+,\s*\"([^\"]*)\"")
PAGE = """---
jupytext:
  formats: ipynb,md:myst
---

# A chapter

## Does it match the paper?

```{code-cell}
:tags: [nbval-check-output]

claims
```
"""


def chapter(folder, *rows, head="paper"):
    """A notebook whose one output is a table of claims."""
    notebook = jupytext.reads(PAGE, fmt="md:myst")
    lines = [f"| claim | {head} | ours | verdict |", "| --- | --- | --- | --- |", *(f"| {row} |" for row in rows)]
    data = {"text/markdown": "\n".join(lines)}
    notebook.cells[-1].outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
    notebook.metadata["ldiv"] = {"stamp": stamps.stamp(notebook, [])}
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / "01-chapter.ipynb")
    return folder / "01-chapter.ipynb"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one chapter with two claims, its quick run noted and its page written."""
    notebook = chapter(tmp_path / "book", "above 0.5 | 0.6 | 0.71 | holds", "below 3 | 2 | 4 | does not hold")
    monkeypatch.setattr(verdicts, "BOOK", tmp_path / "book")
    chapter(tmp_path / "quick", "above 0.4 | 0.6 | 0.94 | holds", "below 3 | 2 | 5 | does not hold")
    verdicts.keep_quick(tmp_path / "quick")
    verdicts.write([notebook])
    return notebook


def test_the_page_of_verdicts_is_what_the_notebooks_say():
    assert verdicts.stale(build.notebooks_of_the_book()) == []


def test_a_claim_stands_with_both_presets_under_its_chapter(book):
    page = (book.parent / "verdicts.md").read_text(encoding="utf-8")
    assert "Of its 2 claims, 1 hold" in page
    assert "| [A chapter](01-chapter.ipynb) | 1 of 2 | below 3 |" in page
    assert "| **[A chapter](01-chapter.ipynb#does-it-match-the-paper)** |" in page
    assert "| above 0.5 | 0.6 | 0.71 | 0.94 | holds |" in page
    assert "| below 3 | 2 | 4 | 5 | **does not hold** |" in page
    assert verdicts.stale([book]) == []


@pytest.mark.parametrize("paper", ["not stated", "not asked", "derived"])
def test_what_the_paper_does_not_state_is_no_claim_of_its(tmp_path, paper):
    notebook = chapter(tmp_path, "above 0.5 | 0.6 | 0.71 | holds", f"rounding is less | {paper} | 2 | holds")
    assert "Of its 1 claims, 1 hold; those that fail are named here. Of\n1 on choices of" in verdicts.page(
        [notebook], {}
    )


def test_another_number_in_the_notebook_makes_the_page_stale(book):
    chapter(book.parent, "above 0.5 | 0.6 | 0.72 | holds", "below 3 | 2 | 4 | does not hold")
    assert [line.split()[0] for line in verdicts.stale([book])] == ["verdicts.md"]


def test_another_verdict_at_quick_is_shown_beside_its_number(book):
    chapter(book.parent, "above 0.5 | 0.6 | 0.71 | does not hold", "below 3 | 2 | 4 | does not hold")
    verdicts.write([book])
    page = (book.parent / "verdicts.md").read_text(encoding="utf-8")
    assert "| above 0.5 | 0.6 | 0.71 | 0.94: holds | **does not hold** |" in page
    assert "| below 3 | 2 | 4 | 5 | **does not hold** |" in page


def test_another_claim_at_quick_is_found_and_not_shown(book):
    chapter(book.parent, "at least 0.5 | 0.6 | 0.71 | holds", "below 3 | 2 | 4 | does not hold")
    assert "make verdicts ONLY=01-chapter" in verdicts.stale([book])[0]
    verdicts.write([book])
    assert "0.94" not in (book.parent / "verdicts.md").read_text(encoding="utf-8")


def test_claims_of_part_two_are_counted_apart(book):
    later = book.with_name("10-later.ipynb")
    later.write_bytes(book.read_bytes())
    page = verdicts.page([book, later], {})
    assert "Of its 2 claims, 1 hold" in page and "of their 2 claims 1 hold, of 0 of this book's" in page


def test_quick_numbers_of_older_code_are_named_and_not_shown(book):
    """Code behind the claims, such as an exercise, does not touch them."""
    notebook = nbformat.read(book, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    nbformat.write(notebook, book)
    assert verdicts.stale([book]) == []
    notebook.cells[-2].source = "other = 1\nclaims"
    nbformat.write(notebook, book)
    sentence = "quick-verdicts.json has numbers of older code than 01-chapter.ipynb: run make verdicts ONLY=01-chapter"
    assert sentence in verdicts.stale([book])
    verdicts.write([book])
    assert "0.94" not in (book.parent / "verdicts.md").read_text(encoding="utf-8")


def test_a_quick_run_of_older_helpers_is_not_noted(book, tmp_path):
    ran = nbformat.read(tmp_path / "quick" / "01-chapter.ipynb", as_version=4)
    ran.metadata["ldiv"]["stamp"] = "that of other code"
    nbformat.write(ran, tmp_path / "quick" / "01-chapter.ipynb")
    with pytest.raises(SystemExit, match="run before its helpers changed: run make verdicts ONLY=01-chapter"):
        verdicts.keep_quick(tmp_path / "quick")


def test_other_tables_among_checked_outputs_are_no_claims(tmp_path):
    notebook = chapter(tmp_path, "a | b | c | d")
    text = notebook.read_text(encoding="utf-8").replace("| verdict |", "| sum |")
    notebook.write_text(text, encoding="utf-8")
    assert verdicts.verdicts(notebook) == []


def test_every_lesson_has_verdicts():
    lessons = [page for page in build.notebooks_of_the_book() if re.match(r"(?!00)\d\d-", page.name)]
    assert [page.name for page in lessons if not verdicts.verdicts(page)] == []


def test_the_readme_shows_the_published_results():
    assert summary.stale() == []


def test_the_readme_is_short_and_its_version_that_of_the_citation_and_the_changes():
    assert len((build.ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 100
    project = tomllib.loads((build.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = yaml.safe_load((build.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.search(r"^## (\S+)\n\n(\S+)$", (build.ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert project["version"] == cited["version"] == newest[1]
    assert cited["date-released"] == newest[2]


def test_a_result_is_that_of_all_published_runs():
    """Two runs with standardised pixels are published too: they are no row of the README."""
    assert len(summary.result("small_cnn", "test_accuracy", "within")["test_accuracy"]) == 10
    assert summary.result("small_cnn", "no such tensor") == {}
    assert paths.RESULTS.exists()


def test_the_paper_s_numbers_of_the_table_are_those_of_the_chapters():
    assert summary.of_the_paper("resnet20") == {"one": "0.90", "between": "0.09 to 0.12"}
    medium = {"one": "0.71", "two": "0.75", "all": "0.77", "between": "0.19 to 0.23"}
    assert summary.of_the_paper("medium_cnn") == medium


def rows():
    """(symbol, function, shape or None) of each row of the page of notation."""
    for line in (build.BOOK / "notation.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if name := re.fullmatch(r"`([\w.]+)`", cells[-1]):
            yield cells[0], name[1], cells[2] if len(cells) == 4 else None


def named(name):
    """What `ldiv_utils` has under that name."""
    room, _, function = name.rpartition(".")
    return getattr(importlib.import_module(f"ldiv_utils.{room}"), function)


@pytest.mark.parametrize(("symbol", "name"), [row[:2] for row in rows() if row[2] is None], ids=str)
def test_a_letter_stands_in_the_annotations_of_its_function(symbol, name):
    shapes = [set(axes.split()) for axes in ANNOTATION.findall(inspect.getsource(named(name)))]
    assert all(any(letter in axes for axes in shapes) for letter in symbol.split(", "))


@pytest.fixture(scope="module")
def shapes():
    """The shape of each quantity by symbol and function, from four networks on five images, and the sizes."""
    spec = specs.Spec(dataset="digits")
    net, images = networks.network(spec.architecture, (1, 8, 8), 10), datasets.load("digits").test.images[:5]
    thetas = torch.stack([networks.initial_point(net, seed) for seed in range(4)])
    probs = predict(spec, thetas, images)
    labels, truth, scales = probs.argmax(-1), torch.arange(5), torch.linspace(0.1, 0.7, 7)
    centre, flat = points.mean_point(thetas), points.radial_plane(thetas[0], thetas[1])
    shares, places = measures.diversity_plane(labels, labels[0], truth), points.axis(1.0, 10)
    made = {  # each by the function that the page names
        r"$\theta$ networks.from_point": torch.cat(
            [part.flatten() for part in networks.from_point(net, thetas[0]).values()]
        ),
        "$p$ predict.predict": probs,
        "$y$ measures.disagreement": labels,  # which it takes
        "$c_{ij}$ measures.cosine_similarity": measures.cosine_similarity(thetas),
        "$d_{ij}$ measures.disagreement": measures.disagreement(labels),
        "$a$ measures.accuracy": measures.accuracy(probs, truth),
        "$d$ measures.label_difference": measures.label_difference(labels, labels[0]),
        "$d / (1 - a)$ measures.diversity_plane": shares["diversity"],
        "$e$ measures.fit_exponent": torch.tensor(
            measures.fit_exponent(torch.tensor([0.3, 0.5]), torch.tensor([0.6, 0.3]), 0.7, 10)
        ),
        "$B$ measures.brier": measures.brier(probs, truth),
        r"$\bar p$ measures.ensemble": measures.ensemble(probs),
        "$J$ measures.jensen_shannon": measures.jensen_shannon(probs),
        r"$\mu$ points.mean_point": centre,
        r"$\sigma$ points.diagonal_samples": deviation_of(thetas, scales),
        "$v_k$ points.principal_components": points.principal_components(thetas, 3)[1],
        "$s$ points.random_samples": (points.random_samples(thetas[0], scales, seed=0) - thetas[0]).norm(dim=1),
        "$L$ points.wedge_loss": points.wedge_loss(thetas, short=2),
        "$c_i$ points.inside": points.inside(7, 5, torch.Generator().manual_seed(0)),
        r"$\pi(\theta)$ points.permute": points.permute(net, thetas[0], {}),
        "$u, v$ points.radial_plane": flat.u,
        r"$\varepsilon$ studies.forked_runs.across": 1 - measures.accuracy(probs, truth),
        "$b$ measures.barrier": measures.barrier(scales, torch.linspace(0, 1, 7)),
        r"$\delta_i$ studies.between.hyperplane_deviations": thetas[1:3],  # as many as inner pivots
        r"$\delta$ points.normalised": points.normalised(net, thetas[1], thetas[0], "filters"),
        "$w$ measures.half_width": measures.half_width(4 * torch.ones(7, 1) * places**2, places),
        "$a_{ic}$ points.scaled_channels": torch.ones(16),  # which it takes, of the first layer
        "$t$ points.bezier": scales,  # which it takes
        "$b_k(t)$ points.bezier": points.bezier(scales, 4),
        r"$\hat\tau_i$ points.bands.tangents": points.bands.tangents(thetas, scales[:4]),
        "$m_t$ points.swag": points.swag(thetas, 3).mean,  # for t = T
        r"$\Delta$ points.swag": points.swag(thetas, 3).columns.T,
        "$V$ measures.pair_diversity": measures.pair_diversity(probs),
        r"$\ell$ measures.log_likelihood": measures.log_likelihood(probs, truth),
        "$g$ measures.geometric_mean": measures.geometric_mean(probs),
        "$H$ measures.uncertainty": measures.uncertainty(probs)["total"],
        "$g$ studies.rivals.gap": rivals.gap(a_comparison()),
        "$q$ studies.costs.multiplications": torch.tensor(costs.multiplications(net, (1, 8, 8))),
        "$r$ studies.costs.hours": torch.tensor(1e9),  # which it takes
        r"$\eta$ runs.cyclic_rates": runs.cyclic_rates(runs.Cycle(1, 0.1), 6),
        r"$\varphi$ studies.cycles.angles": cycles.angles(thetas),
        r"$\gamma$ runs.move": torch.tensor(FRICTION),  # in what it says
        r"$\delta_{ij}$ measures.disagreement_per_error": measures.disagreement_per_error(labels, truth),
        r"$f_\theta$ studies.regression.functions": regression.functions(
            regression.Problem(), torch.zeros(4, entries(regression.Problem().widths)), scales[:5]
        ),
        "$W$ measures.wasserstein": measures.wasserstein(probs[..., 0], probs[..., 1]),
        "$m, s^2$ studies.heads.heads": heads.heads(torch.zeros(4, entries(heads.WIDTHS)), scales[:5])[0],
    }
    sizes = {
        "M": 4,
        "D": len(thetas[0]),
        "N": 5,
        "C": 10,
        "S": 7,
        "K": 3,
        "L": 6,
        "G": 2,
        "rank": 3,
        "k": 5,
        "P": 4,
        "I": 2,
        "inner": 2,
        "c": 16,
    }
    return {name: tuple(value.shape) for name, value in made.items()}, sizes


def a_comparison():
    """Two runs above two samples of every family, at one accuracy, as chapter 6 compares them."""
    two = {
        "accuracy": torch.tensor([0.4, 0.4]),
        "diversity": torch.tensor([0.5, 0.6]),
        "standard_error": torch.full((2,), 0.01),
    }
    above = two | {"diversity": torch.tensor([0.9, 1.0])}
    return {"reference": 0.4, "classes": 10, "independent": above} | dict.fromkeys(points.FAMILIES, two)


def deviation_of(thetas, scales):
    """σ, found in the samples: they are μ + s σ z, and with μ = 0 and σ = s = 1 they are z."""
    plain = torch.stack([-torch.ones_like(thetas[0]), torch.ones_like(thetas[0])])
    z = points.diagonal_samples(plain, torch.ones_like(scales), seed=0)
    samples = points.diagonal_samples(thetas, scales, seed=0)
    deviations = (samples - points.mean_point(thetas)) / scales[:, None] / z
    torch.testing.assert_close(deviations, thetas.std(0, correction=0).expand_as(deviations), atol=1e-3, rtol=0)
    return deviations.mean(0)  # one for all samples


@pytest.mark.parametrize(("symbol", "name", "shape"), [row for row in rows() if row[2] is not None], ids=str)
def test_a_quantity_has_the_shape_that_the_page_says(symbol, name, shape, shapes):
    found, sizes = shapes
    assert found[f"{symbol} {name}"] == tuple(
        sizes[letter] - int(less or 0) for letter, less in re.findall(r"(\w+)(?: − (\d))?", shape)
    )


def test_every_quantity_made_is_on_the_page(shapes):
    assert {f"{symbol} {name}" for symbol, name, shape in rows() if shape is not None} == shapes[0].keys()


def test_every_letter_of_two_files_is_on_the_page():
    files = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for axes in ANNOTATION.findall(path.read_text(encoding="utf-8")):
            for letter in re.findall(r"(?<!\S)[A-Z](?!\S)", axes):
                files[letter].add(path)
    listed = {letter for symbol, _, shape in rows() if shape is None for letter in symbol.split(", ")}
    assert {letter for letter, found in files.items() if len(found) > 1} <= listed


def test_results_that_are_not_there_are_named(monkeypatch):
    before = summary.README.read_text(encoding="utf-8")
    monkeypatch.setattr(summary, "result", lambda *_: {})
    sentence = "book/results has no disagreement of SmallCNN runs: run make paper"
    assert summary.stale() == [sentence]
    with pytest.raises(SystemExit, match=sentence):
        summary.write()
    assert summary.README.read_text(encoding="utf-8") == before
