"""The store keeps a result whole or not at all: killed, damaged, foreign, shared, read-only or full."""

import json
import os
import re
import subprocess
import sys
import tempfile

import pytest
import safetensors.torch
import torch

from ldiv_utils import paths
from ldiv_utils.runs import training
from ldiv_utils.specs import Spec
from ldiv_utils.store import files, memo

COUNT = 5


@pytest.fixture
def calls():
    """The arguments with which `squares` was really computed."""
    return []


@pytest.fixture
def squares(calls):
    @memo.stored(version=1)
    def squares(count: int) -> dict:
        calls.append(count)
        return {"values": torch.arange(count) ** 2, "empty": torch.zeros(0)}

    return squares


def file_of(folder=None, version=1):
    name = memo.file_name(memo.recipe_of("squares", version, {"count": COUNT}))
    return (folder or paths.runs()) / name


def is_right(result):
    return result["values"].tolist() == [0, 1, 4, 9, 16]


def test_a_result_is_computed_once(squares, calls):
    first, second = squares(COUNT), squares(count=COUNT)
    assert (first.origin, second.origin, calls) == ("fresh", "stored", [COUNT])
    assert is_right(first)
    assert is_right(second)
    assert second["empty"].shape == (0,)
    squares(COUNT + 1)
    assert calls == [COUNT, COUNT + 1]


def test_the_name_depends_on_function_version_and_arguments_alone():
    names = {
        memo.file_name(memo.recipe_of(function, version, {"spec": spec}))
        for function in "fg"
        for version in (1, 2)
        for spec in (Spec(), Spec(init_seed=1))
    }
    assert len(names) == 8
    assert memo.recipe_of("f", 1, {"specs": (Spec(epochs=3),)})["arguments"] == {"specs": [{"epochs": 3}]}


def test_the_same_result_is_the_same_file_with_its_provenance_inside(squares):
    squares(COUNT)
    first = file_of().read_bytes()
    file_of().unlink()
    squares(COUNT)
    assert file_of().read_bytes() == first
    header = json.loads(safetensors.safe_open(file_of(), "pt").metadata()["ldiv"])
    assert header["recipe"] == {"function": "squares", "version": 1, "arguments": {"count": COUNT}}
    assert header["made"] == {"torch": torch.__version__.split("+")[0], "device": files.made_here()["device"]}
    assert header["made"]["device"]


def test_published_results_are_found_after_the_working_folder(squares, calls, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "published")
    squares(COUNT)
    assert squares(COUNT).origin == "stored"
    paths.RESULTS.mkdir()
    file_of().rename(file_of(paths.RESULTS))
    assert squares(COUNT).origin == "published"
    assert not file_of().exists()
    assert calls == [COUNT]


def test_while_publishing_all_that_is_asked_for_is_gathered(squares, calls, tmp_path, monkeypatch):
    squares(COUNT)
    monkeypatch.setenv("LDIV_PUBLISH", str(tmp_path / "fresh"))
    assert squares(COUNT).origin == "stored"
    assert squares(COUNT + 1).origin == "fresh"
    assert calls == [COUNT, COUNT + 1]
    assert file_of(tmp_path / "fresh").read_bytes() == file_of().read_bytes()
    assert len(list((tmp_path / "fresh").glob("*.safetensors"))) == 2


def test_without_a_version_a_result_belongs_to_the_source_of_its_function():
    @memo.stored()
    def powers(count: int) -> dict:
        return {"values": torch.arange(count) ** 2}

    first = powers(COUNT)

    @memo.stored()
    def powers(count: int) -> dict:
        return {"values": torch.arange(count) ** 3}

    edited = powers(COUNT)
    assert (first.origin, edited.origin, powers(COUNT).origin) == ("fresh", "fresh", "stored")
    assert edited["values"].tolist() == [0, 1, 8, 27, 64]


def test_results_may_be_nested_and_come_back_as_they_were():
    @memo.stored(version=1)
    def scores(count: int) -> dict:
        return {"all": {"brier": {2: torch.ones(count), 1: torch.zeros(count)}}, "labels": torch.arange(count)}

    for result in (scores(3), scores(3)):
        assert list(result) == ["all", "labels"]
        assert list(result["all"]["brier"]) == [1, 2]
        assert result["all"]["brier"][2].equal(torch.ones(3))
    assert scores(3).origin == "stored"


@pytest.mark.parametrize(
    ("result", "named"),
    [({"a/b": torch.ones(1)}, "'a/b'"), ({"a": {"b": 1.0}}, "'a/b' is a float"), ({(1,): torch.ones(1)}, r"\(1,\)")]
    + [({name: torch.ones(1)}, "whole numbers from 0") for name in ("1", -1, True)]
    + [({"a": {}}, "'a' is a dict")],
)
def test_what_is_no_result_is_named(result, named):
    with pytest.raises(TypeError, match=named):
        memo.flat(result)


def test_a_column_of_one_row_is_kept():
    """Of length one, it counts as in one piece whatever its stride."""

    @memo.stored(version=1)
    def last_column_of_one_row():
        return {"values": torch.arange(3.0).view(1, 3).T.contiguous()[2]}

    assert last_column_of_one_row()["values"].equal(torch.tensor([2.0]))
    assert memo.find(last_column_of_one_row.recipe())["values"].equal(torch.tensor([2.0]))


def test_tensors_that_share_memory_are_kept():
    @memo.stored(version=1)
    def shared(count: int) -> dict:
        whole = torch.arange(count)
        return {"all": whole, "last": whole[-1:], "again": whole}

    shared(3)
    assert shared(3).origin == "stored"
    assert shared(3)["last"].tolist() == [2]


@pytest.mark.parametrize("value", [object(), print, {1: 2}, Spec])
def test_an_argument_that_names_no_result_is_refused(squares, value):
    with pytest.raises(TypeError, match=r"squares was given a .* as count; allowed: numbers"):
        memo.recipe_of("squares", 1, {"count": value})


def test_a_tensor_among_the_arguments_counts_by_its_contents():
    names = {memo.file_name(memo.recipe_of("f", 1, {"x": x})) for x in (torch.ones(2), torch.ones(2), torch.ones(2, 1))}
    assert len(names) == 2


def test_a_stored_result_is_computed_anew_when_helper_code_changes_and_a_published_one_is_not(tmp_path, monkeypatch):
    calls = []

    @memo.stored()
    def ones(count):
        return {"values": torch.ones(count)}

    now = {"ldiv_utils.measures.metrics:brier": "before"}
    monkeypatch.setattr(memo, "helpers_of", lambda function: dict(now))
    assert [ones(2).origin, ones(2).origin] == ["fresh", "stored"]
    now["ldiv_utils.measures.metrics:brier"] = "after"
    assert [ones(2).origin, ones(2).origin] == ["fresh", "stored"]
    paths.runs().rename(tmp_path / "published")
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "published")
    now["ldiv_utils.measures.metrics:brier"] = "later"
    assert ones(2).origin == "published"
    assert calls == []


def damage_cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def damage_empty(path):
    path.write_bytes(b"")


def damage_text(path):
    path.write_text("not a safetensors file", encoding="utf-8")


def damage_no_header(path):
    safetensors.torch.save_file({"values": torch.zeros(5)}, path)


@pytest.mark.parametrize("damage", [damage_cut, damage_empty, damage_text, damage_no_header])
def test_a_damaged_file_is_named_and_computed_again(squares, damage):
    squares(COUNT)
    damage(file_of())
    with pytest.warns(UserWarning, match=rf"{re.escape(str(file_of()))} is not a whole file.*computed again"):
        result = squares(COUNT)
    assert is_right(result)
    assert squares(COUNT).origin == "stored"


def test_every_flipped_byte_is_found_or_harmless(squares):
    """Whichever byte is flipped, what comes back is right, and a changed number is always named."""
    squares(COUNT)
    whole = file_of().read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in range(len(whole)):
        file_of().write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        if place >= start:
            with pytest.raises(files.Damaged, match="is damaged: its contents do not match their checksum"):
                files.read(file_of(), memo.recipe_of("squares", 1, {"count": COUNT}))
        else:
            try:
                tensors, _ = files.read(file_of(), memo.recipe_of("squares", 1, {"count": COUNT}))
            except files.Damaged:
                continue
            assert is_right(tensors)


def test_a_file_of_another_version_is_named(squares):
    other = files.header(memo.recipe_of("squares", 2, {"count": COUNT}))
    files.write(file_of(), {"values": torch.zeros(5)}, other)
    with pytest.warns(UserWarning, match="holds the result of something else; it will be computed again"):
        assert is_right(squares(COUNT))


def test_a_folder_in_the_place_of_the_file_is_named(squares):
    file_of().mkdir(parents=True)
    with pytest.warns(UserWarning, match=re.escape(str(file_of().parent))):
        assert is_right(squares(COUNT))


def test_what_a_killed_writer_left_is_removed(squares):
    paths.runs().mkdir()
    left = paths.runs() / f".{file_of().name}.abc.tmp"
    left.write_bytes(b"half")
    squares(COUNT)
    assert not left.exists()


def test_a_function_that_fails_stores_nothing():
    @memo.stored(version=1)
    def broken(count: int) -> dict:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        broken(1)
    assert not list(paths.runs().glob("*.safetensors"))


def in_a_process(code, **environment):
    command = [sys.executable, "-W", "always", "-c", code]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, encoding="utf-8", check=False)


SQUARES = f"""
import torch
from ldiv_utils import paths
from ldiv_utils.store import files, memo
@memo.stored(version=1)
def squares(count: int) -> dict:
    return {{"values": torch.arange(count) ** 2, "empty": torch.zeros(0)}}
result = squares({COUNT})
assert result["values"].tolist() == [0, 1, 4, 9, 16]
print(result.origin)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs users")
def test_a_read_only_folder_is_named_and_nothing_is_lost():
    code = SQUARES
    if os.geteuid() == 0:  # root may write anywhere, so become another user once all is imported
        code = f"import filelock, os, torch, ldiv_utils.store\nos.seteuid(65534)\n{SQUARES}"
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        done = in_a_process(code, LDIV_RUNS=folder)
        assert os.listdir(folder) == []
    assert done.stdout.strip() == "fresh", done.stderr
    assert done.stderr.count("cannot be written (Permission denied)") == 1


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts a small file system")
def test_a_full_disk_is_named_and_nothing_is_lost(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        (folder / "filler").write_bytes(b"\0" * 12 * 1024)
        done = in_a_process(SQUARES.replace("torch.zeros(0)", "torch.zeros(4000)"), LDIV_RUNS=str(folder))
        assert done.stdout.strip() == "fresh", done.stderr
        assert done.stderr.count("cannot be written (No space left on device)") == 1
        assert sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") == ["filler"]
    finally:
        subprocess.run(["umount", folder], check=True)


ASK = """
import os, time, torch
from ldiv_utils import paths
from ldiv_utils.store import files, memo
@memo.stored(version=1)
def slow(count: int) -> dict:
    print("computes", end=" ")
    time.sleep(0.5)
    return {"values": torch.full((count,), os.getpid())}
while not os.path.exists(os.environ["START"]):
    time.sleep(0.001)
print(slow(3)["values"].tolist())
"""


def test_two_processes_that_ask_at_once_compute_once(tmp_path):
    start = tmp_path / "start"
    command, environment = [sys.executable, "-c", ASK], os.environ | {"START": str(start)}
    workers = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") for _ in range(2)]
    start.touch()
    answers = [worker.communicate()[0] for worker in workers]
    assert sum("computes" in answer for answer in answers) == 1
    assert len({answer.removeprefix("computes ") for answer in answers}) == 1


KILL = """
import os, random, time
from ldiv_utils import datasets
from ldiv_utils.runs import training
from ldiv_utils import paths
from ldiv_utils.store import files, memo
from ldiv_utils.specs import Spec

spec = Spec(dataset="digits", batch_size=64, epochs=16)
datasets.load("digits")
chance, kills = random.Random(0), 0
while not (paths.runs() / memo.file_name(training.trajectory.recipe(spec))).exists():
    child = os.fork()
    if child == 0:
        training.trajectory(spec)
        os._exit(0)
    time.sleep(chance.uniform(0.05, 0.4) * (1 + kills / 4))
    os.kill(child, 9)
    status = os.waitpid(child, 0)[1]
    if status and os.WTERMSIG(status) != 9:
        raise SystemExit(f"training ended by itself: status {status}")
    kills += os.WIFSIGNALED(status)
print(kills)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_training_killed_at_random_moments_ends_with_the_same_bytes(runs, tmp_path, monkeypatch):
    """`kill -9`, again and again, until a run gets to its end."""
    killed = in_a_process(KILL)
    assert int(killed.stdout) >= 3, killed.stderr
    [resumed] = runs.glob("trajectory-*.safetensors")
    monkeypatch.setenv("LDIV_RUNS", str(tmp_path / "whole"))
    training.trajectory(Spec(dataset="digits", batch_size=64, epochs=16))
    assert (tmp_path / "whole" / resumed.name).read_bytes() == resumed.read_bytes()
