"""Published results are computed again, compared, and named where they differ."""

import json
import math

import pytest
import torch

from ldiv_utils import paths
from ldiv_utils.runs import trajectory
from ldiv_utils.specs import Spec
from ldiv_utils.store import audit, files, memo


@pytest.fixture
def audited(tmp_path, monkeypatch):
    """Publishes what was computed so far, then audits; returns the lines that the audit left."""

    def start():
        paths.runs().rename(tmp_path / "published")
        monkeypatch.setattr(paths, "RESULTS", tmp_path / "published")
        monkeypatch.setenv("LDIV_AUDIT", str(tmp_path / "audit"))

    def lines():
        path = tmp_path / "audit" / "audit.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    start.lines = lines
    return start


FACTOR = {"now": 1.0}


def factor():
    return FACTOR["now"]


def test_a_result_that_is_still_right_is_marked_and_another_is_named(audited, monkeypatch):
    calls = []

    @memo.stored(version=1)
    def scores(count: int) -> dict:
        calls.append(count)
        return {"brier": FACTOR["now"] * torch.ones(count)}

    scores(3)
    audited()
    assert scores(3).origin == "published"
    [line] = audited.lines()
    assert (line["verdict"], line["difference"], calls) == ("right", 0.0, [3, 3])
    monkeypatch.setitem(FACTOR, "now", 2.0)
    assert scores(3).origin == "published"  # looked at once
    (paths.audit() / "audit.jsonl").unlink()
    with pytest.raises(audit.Differs, match=r"scores-.*\.safetensors is not what the code gives now: .* 1"):
        scores(3)
    assert audited.lines()[-1]["verdict"] == "differs"


def test_what_the_working_folder_holds_hides_no_published_result(audited, monkeypatch):
    """After `make paper` it holds them all, and an audit looked at none."""

    @memo.stored(version=1)
    def scores(count: int) -> dict:
        return {"brier": FACTOR["now"] * torch.ones(count)}

    scores(3)
    audited()
    monkeypatch.setitem(FACTOR, "now", 2.0)
    for path in paths.RESULTS.glob("scores-*"):
        paths.runs().mkdir(exist_ok=True)
        (paths.runs() / path.name).write_bytes(path.read_bytes())
    with pytest.raises(audit.Differs):
        scores(3)


def test_a_damaged_published_result_ends_an_audit(audited):
    @memo.stored(version=1)
    def scores(count: int) -> dict:
        return {"brier": torch.ones(count)}

    scores(3)
    audited()
    [path] = paths.RESULTS.glob("scores-*.safetensors")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(files.Damaged, match=path.name):
        scores(3)


def test_half_a_line_is_no_line(tmp_path):
    (tmp_path / "audit.jsonl").write_text('{"file": "a"}\n{"fi', encoding="utf-8")
    assert audit.lines(tmp_path) == [{"file": "a"}]


def test_nothing_is_trained_again(audited):
    spec = Spec(dataset="digits", batch_size=400, epochs=1)

    @memo.stored(version=1)
    def last(spec: Spec) -> dict:
        return {"point": trajectory(spec)["points"][-1]}

    last(spec)
    audited()
    for path in paths.RESULTS.glob("trajectory-*"):
        path.unlink()
    assert last(spec).origin == "published"
    assert [line["verdict"] for line in audited.lines()] == ["not at hand"]
    trajectory(spec)  # outside an audit's computing, training is as ever


def test_what_a_gpu_made_is_not_at_hand_where_there_is_none(audited, monkeypatch):
    """A GPU draws other dropout masks: the runs here, of the same specs, would give another result."""

    @memo.stored(version=1)
    def scores(count: int) -> dict:
        return {"brier": FACTOR["now"] * torch.ones(count)}

    monkeypatch.setattr(files, "made_here", lambda: {"torch": "2.11.0", "device": "NVIDIA H200"})
    scores(3)
    audited()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setitem(FACTOR, "now", 2.0)
    assert scores(3).origin == "published"
    assert [line["verdict"] for line in audited.lines()] == ["not at hand"]
    (paths.audit() / "audit.jsonl").unlink()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(audit.Differs):
        scores(3)


def test_verified_and_costly_results_are_computed_again_now_and_then(audited, monkeypatch):
    calls = []

    @memo.stored(version=1)
    def scores(count: int) -> dict:
        calls.append(count)
        return {"brier": torch.ones(count)}

    scores(3)
    audited()
    monkeypatch.setattr(audit, "CHEAP", -1.0)
    monkeypatch.setattr(audit, "SHARE", 0.0)
    scores(3)
    assert calls == [3]
    assert audited.lines() == []
    monkeypatch.setattr(memo, "helpers_of", lambda function: {"other": "code"})
    scores(3)
    assert calls == [3, 3]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (torch.tensor([1.0, 3.0]), torch.tensor([1.0, 2.0]), 0.25),
        (torch.tensor([1, 2, 3, 4]), torch.tensor([1, 2, 0, 4]), 0.25),
        (torch.tensor([math.nan, 1.0]), torch.tensor([math.nan, 1.0]), 0.0),
        (torch.tensor([-math.inf, 1.0]), torch.tensor([-math.inf, 1.0]), 0.0),
        (torch.tensor([0.0]), torch.tensor([1.0]), math.inf),
        (torch.tensor([math.inf, 1.0]), torch.tensor([math.inf, 500.0]), 499.0),
        (torch.tensor([math.nan, 1.0]), torch.tensor([math.nan, 1.5]), 0.5),
        (torch.tensor([math.inf, 1.0]), torch.tensor([2.0, 1.0]), math.inf),
        (torch.tensor([math.nan]), torch.tensor([1.0]), math.inf),
        (torch.tensor([1.0]), torch.tensor([1.0, 1.0]), math.inf),
        (torch.tensor([1.0]), torch.tensor([1]), math.inf),
        (torch.zeros(0), torch.zeros(0), 0.0),
    ],
)
def test_differences_by_hand(a, b, expected):
    assert audit.difference({"x": a}, {"x": b}) == expected
