"""Published networks are the ends of their runs."""

import time
from dataclasses import replace

import pytest
import torch

from ldiv_utils import networks, paths
from ldiv_utils.runs import progress, solutions
from ldiv_utils.runs.training import trajectory
from ldiv_utils.specs import Spec
from ldiv_utils.store import source

TINY = Spec(dataset="digits", batch_size=200, epochs=3)


def test_solutions_and_late_checkpoints_are_the_end_of_the_run():
    points = trajectory(TINY)["points"]
    assert solutions.solution(TINY)["point"].equal(points[-1])
    assert solutions.late_checkpoints(TINY, 2)["points"].equal(points[-2:])


def test_large_networks_are_kept_in_half_precision(monkeypatch):
    monkeypatch.setattr(solutions, "HALF_ABOVE", networks.size(networks.network("small_cnn", (1, 8, 8), 10)) - 1)
    half, exact = solutions.solution(TINY)["point"], trajectory(TINY)["points"][-1]
    assert half.dtype == torch.float16
    torch.testing.assert_close(half.float(), exact, rtol=1e-3, atol=1e-4)


def test_ends_come_from_trajectories_else_from_what_is_published_else_from_training(runs, tmp_path, monkeypatch):
    specs = [replace(TINY, init_seed=seed, batch_seed=seed) for seed in range(2)]
    fresh = solutions.ends(specs)
    assert fresh.equal(torch.stack([trajectory(spec)["points"][-1] for spec in specs]))
    late = solutions.late_points(specs, 2)
    assert late.equal(torch.stack([trajectory(spec)["points"][-2:] for spec in specs]))
    for spec in specs:
        solutions.solution(spec), solutions.late_checkpoints(spec)
    runs.rename(tmp_path / "published")
    for trained in (tmp_path / "published").glob("trajectory-*"):
        trained.unlink()
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "published")
    assert solutions.ends(specs).equal(fresh)
    assert solutions.late_points(specs, 2).equal(late)
    assert solutions.late_points(specs, 12).equal(solutions.late_points(specs, 3))  # all that there are
    assert not list(runs.glob("trajectory-*"))
    with pytest.raises(ValueError, match="0 late checkpoints were asked for; allowed: 1 or more"):
        solutions.late_points(specs, 0)


def test_a_bar_counts_the_epochs_that_any_process_finished(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "epoch-000.safetensors").touch()
    bars = []
    plain = progress.tqdm
    monkeypatch.setattr(progress, "tqdm", lambda **options: bars.append(plain(**options | {"delay": 0})) or bars[-1])
    with progress.watch([tmp_path / "first", tmp_path / "second"], [2, 1], "epoch", period=0.01):
        (tmp_path / "first" / "epoch-001.safetensors").touch()
        for _ in range(500):
            if bars[0].n == 2:
                break
            time.sleep(0.01)
    assert (bars[0].initial, bars[0].n, bars[0].total) == (1, 3, 3)
    assert "3/3" in capsys.readouterr().err


def test_no_bar_where_nobody_watches(tmp_path, capsys):
    with progress.watch([tmp_path], [1], "epoch"):
        pass
    assert capsys.readouterr().err == ""


def test_a_result_known_by_its_version_is_verified_for_the_code_that_made_it():
    header = solutions.solution(TINY).header
    assert {name: source.helper_now(name) for name in header["helpers"]} == header["helpers"]
