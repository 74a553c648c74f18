"""Outputs and results go stale with the code that they hang on, and with nothing else."""

import inspect
import json

import audit
import nbformat
import pytest
import stamps
import torch

from ldiv_utils import measures, paths
from ldiv_utils.measures import metrics
from ldiv_utils.store import code, files, memo, source
from ldiv_utils.store.told import Told

CELLS = ["from ldiv_utils.measures import brier\nfrom ldiv_utils.figures import plots", "brier, plots.LABELS"]
ELSEWHERE = ["from ldiv_utils.measures import pairs", "pairs"]


def notebook(cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])


@pytest.fixture
def edit_brier(monkeypatch):
    """`brier` as if its file had been edited so."""
    brier, plain = inspect.unwrap(metrics.brier), inspect.getsourcelines

    def edit(old, new):
        lines, first = plain(brier)
        text = "".join(lines)
        assert old in text
        changed = text.replace(old, new).splitlines(keepends=True), first
        monkeypatch.setattr(code.inspect, "getsourcelines", lambda f: changed if f is brier else plain(f))
        source._helper_hash.cache_clear()

    yield edit
    monkeypatch.setattr(code.inspect, "getsourcelines", plain)
    source._helper_hash.cache_clear()


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A folder of published results with one, which hangs on `brier`."""
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "results")

    @memo.stored(version=1)
    def scores(count: int) -> dict:
        return {"brier": measures.brier(torch.ones(1, count, 1), torch.zeros(count, dtype=torch.long))}

    result = scores(3)
    path = paths.RESULTS / memo.file_name(result.header["recipe"])
    files.write(path, memo.flat(result), result.header)
    return path


def test_a_factor_of_two_makes_outputs_stale_and_names_the_results(edit_brier, published):
    before = [stamps.stamp(notebook(cells), []) for cells in (CELLS, ELSEWHERE)]
    assert stamps.unverified() == []
    edit_brier(".mean(1)", ".mean(1) * 2")
    after = [stamps.stamp(notebook(cells), []) for cells in (CELLS, ELSEWHERE)]
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    [line] = stamps.unverified()
    assert " ".join(line.split()).startswith("ldiv_utils.measures.metrics:brier has changed")
    assert published.stem in line


def test_a_docstring_changes_nothing(edit_brier, published):
    before = stamps.stamp(notebook(CELLS), [published.name])
    edit_brier("Brier score:", "The score of Brier:")
    assert stamps.stamp(notebook(CELLS), [published.name]) == before
    assert stamps.unverified() == []


def test_no_folder_of_this_machine_is_in_what_is_said():
    """A clone elsewhere has the same stamps."""
    everything = ["from ldiv_utils.figures import plots", "plots.use_style()", "plots.matrix, plots.samples"]
    compiled, names = compile("\n".join(everything), "cells", "exec"), {}
    exec(everything[0], names)
    told = Told(lambda module: False)
    [told.tell(value) for _, value in code.named(compiled, names)]
    for thing in told.outside.values():
        said = Told(code.of_package, strict=False).everything(thing)
        assert [line for line in said if str(paths.ROOT) in line] == []


def test_a_table_of_the_module_and_a_result_that_is_read_count(published, monkeypatch):
    from ldiv_utils.figures import plots

    texts = {stamps.stamp(notebook(CELLS), read) for read in ([], [published.name], ["gone.safetensors"])}
    monkeypatch.setitem(plots.LABELS, "cosine", "cosine of the angle")
    texts.add(stamps.stamp(notebook(CELLS), []))
    assert len(texts) == 4


def test_what_was_found_right_is_marked_for_the_code_and_stays_the_same_result(published, tmp_path, edit_brier):
    edit_brier(".mean(1)", ".mean(1) * 1")
    assert stamps.unverified() != []
    name = "ldiv_utils.measures.metrics:brier"
    lines = [
        {"file": published.name, "verdict": "right", "helpers": {name: source.helper_now(name)}, "seconds": 0.1},
        {"file": "gone-1.safetensors", "verdict": "not at hand", "helpers": {}},
    ]
    (tmp_path / "audit.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    before = files.header_of(published)
    audit.mark(tmp_path)
    after = files.header_of(published)
    assert stamps.unverified() == []
    assert after == before | {"helpers": {name: source.helper_now(name)}, "seconds": 0.1}
    tensors, _ = files.read(published, after["recipe"])
    assert list(tensors) == ["brier"]


def test_a_result_that_differs_is_not_marked(published, tmp_path):
    line = {"file": published.name, "verdict": "differs", "helpers": {"x:y": "z"}, "difference": 1.0}
    (tmp_path / "audit.jsonl").write_text(json.dumps(line), encoding="utf-8")
    before = published.read_bytes()
    audit.summarise(audit.mark(tmp_path))
    assert published.read_bytes() == before
