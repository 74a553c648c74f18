"""Tables and lines that chapters print."""

import torch

from ldiv_utils import figures
from ldiv_utils.figures import tables
from ldiv_utils.specs import Spec
from ldiv_utils.store import memo


def test_claims_show_each_verdict():
    claims = figures.Claims([figures.Claim("a < b", "small", "0.1", True), figures.Claim("c", "none", "2", False)])
    assert claims._repr_markdown_().splitlines()[2:] == [
        "| a < b | small | 0.1 | holds |",
        "| c | none | 2 | does not hold |",
    ]
    assert repr(claims) == "a < b [paper: small; ours: 0.1] holds\nc [paper: none; ours: 2] does not hold"


def test_a_table_has_a_head_and_a_row_for_each():
    lines = figures.table(["a", "b"], [(1, "x"), ["y", 2.5]]).splitlines()
    assert lines == ["| a | b |", "| --- | --- |", "| 1 | x |", "| y | 2.5 |"]


def test_spread_is_mean_and_sample_deviation():
    assert figures.spread(torch.tensor([1.0, 2.0, 3.0])) == "2.00 ± 1.00 (n = 3)"


def test_one_value_has_no_deviation():
    assert figures.spread(torch.tensor([0.5]), digits=1) == "0.5 (n = 1)"


def test_a_result_is_described_by_preset_data_runs_machine_and_origin(monkeypatch):
    monkeypatch.setenv("LDIV_PRESET", "quick")
    result = memo.Result({}, {"made": {"device": "CPU", "torch": "2.0"}}, "published")
    text = figures.describe([Spec(dataset="digits", epochs=3)] * 2, result)
    for part in ("Preset quick", "2 runs of SmallCNN", "3 epochs", "noisy digits", "CPU, torch 2.0", "published"):
        assert part in text


def test_settings_mark_what_differs_from_the_paper():
    rows = figures.settings(Spec(epochs=3)).splitlines()
    assert "| epochs | 40 | **3** |" in rows
    assert "| batch size | 128 | 128 |" in rows


def test_the_source_shown_is_the_function_s():
    from ldiv_utils.measures.diversity import disagreement

    assert "def disagreement(labels" in figures.source(disagreement).data


def test_costs_say_plainly_what_of_a_processor_was_recorded(monkeypatch):
    made = [None, "CPU", "AMD EPYC", "NVIDIA A100"]
    here = {"runs": 1, "epochs": 2}
    took = [{"minutes": 1.5, "device": device} if device else {} for device in made]
    rows = {name: here | each for name, each in zip("abcd", took, strict=True)}
    for table, values in (("scale", lambda: rows), ("PAPER_RUNS", dict.fromkeys(rows, 3))):
        monkeypatch.setattr(tables, table, values)
    monkeypatch.setattr(tables, "PAPER", dict.fromkeys(rows, Spec()))
    monkeypatch.setattr(tables, "NAMES", {name: name for name in rows})
    assert [line.split(" | ")[-2:] for line in figures.costs().splitlines()[2:]] == [
        ["not recorded", "not recorded |"],
        ["1.5", "one CPU core, model not recorded |"],
        ["1.5", "one core, AMD EPYC |"],
        ["1.5", "NVIDIA A100 |"],
    ]
