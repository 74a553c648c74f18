"""CIFAR made from its archive, which comes from a real server on 127.0.0.1 or lies there."""

import hashlib
import io
import json
import os
import pickle
import re
import subprocess
import sys
import tarfile
import threading

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ldiv_utils.datasets import download, transfer
from ldiv_utils.datasets.torchvision_cpu import import_torchvision

CUT = 100_000  # where the servers that break off do so; the tiny archive has about 370,000 bytes
DATASETS = import_torchvision().datasets


def upstream(name: str, seed: int = 0) -> tuple[dict[str, bytes], dict[str, np.ndarray]]:
    """The files of a tiny archive of that name in the official format, and the arrays in them, in order."""
    random = np.random.default_rng(seed)

    def batch(n: int) -> dict:
        data = random.integers(0, 256, (n, 3072), dtype=np.uint8)
        if name == "cifar10":
            return {"data": data, "labels": random.integers(0, 10, n).tolist()}
        return {"data": data, "fine_labels": random.integers(0, 100, n).tolist(), "coarse_labels": [0] * n}

    if name == "cifar10":
        train, test = {f"data_batch_{i}": batch(20) for i in range(1, 6)}, {"test_batch": batch(20)}
        folder, meta = "cifar-10-batches-py", {"batches.meta": {"label_names": list("abcdefghij")}}
    else:
        train, test = {"train": batch(100)}, {"test": batch(20)}
        folder, meta = "cifar-100-python", {"meta": {"fine_label_names": [str(i) for i in range(100)]}}
    arrays = {}
    for part, batches in [("train", train), ("test", test)]:
        arrays[f"{part}_images"] = np.concatenate([b["data"].reshape(-1, 3, 32, 32) for b in batches.values()])
        labels = [b["labels" if name == "cifar10" else "fine_labels"] for b in batches.values()]
        arrays[f"{part}_labels"] = np.concatenate(labels).astype(np.uint8)
    files = {f"{folder}/{k}": pickle.dumps(v, protocol=2) for k, v in (train | test | meta).items()}
    return files, arrays


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def constants(files: dict[str, bytes], archive: bytes, url: str) -> dict:
    """What torchvision's class says of the official archive, said of the tiny one."""
    md5 = {path.split("/")[1]: hashlib.md5(content).hexdigest() for path, content in files.items()}
    meta = next(k for k in md5 if "meta" in k)
    return {
        "tgz_md5": hashlib.md5(archive).hexdigest(),
        "url": url,
        "train_list": [[k, v] for k, v in md5.items() if k.startswith(("data_batch", "train"))],
        "test_list": [[k, v] for k, v in md5.items() if k.startswith("test")],
        "meta": {"filename": meta, "key": "fine_label_names" if meta == "meta" else "label_names", "md5": md5[meta]},
    }


class Tiny:
    """A tiny dataset in the place of the official one."""

    def __init__(self, name: str, server, monkeypatch):
        self.name, self.server, self.monkeypatch = name, server, monkeypatch
        files, self.arrays = upstream(name)
        self.archive = packed(files)
        self.dataset = getattr(DATASETS, name.upper())
        self.file, self.md5 = self.dataset.filename, hashlib.md5(self.archive).hexdigest()
        server.files[self.file], server.cut = self.archive, CUT
        self.constants = constants(files, self.archive, server.url(f"official/{self.file}"))
        for key, value in self.constants.items():
            monkeypatch.setattr(self.dataset, key, value)

    def mirrors(self, *behaviours: str) -> None:
        self.monkeypatch.setenv("LDIV_MIRRORS", " ".join(map(self.server.url, behaviours)))

    def is_made(self, folder) -> bool:
        """The file is right and alone in its folder, but for the hidden lock."""
        found = load_file(folder / f"{self.name}.safetensors")
        assert found.keys() == self.arrays.keys()
        for key, array in self.arrays.items():
            torch.testing.assert_close(found[key], torch.from_numpy(array), rtol=0, atol=0)
        return {p.name for p in folder.iterdir()} <= {f"{self.name}.safetensors", f".{self.name}.lock"}


@pytest.fixture
def tiny(server, monkeypatch):
    monkeypatch.delenv("LDIV_MIRRORS", raising=False)
    return Tiny("cifar10", server, monkeypatch)


@pytest.mark.parametrize("name", ["cifar10", "cifar100"])
def test_official_archive_becomes_one_file_of_the_same_numbers(name, server, monkeypatch, tmp_path):
    monkeypatch.delenv("LDIV_MIRRORS", raising=False)
    tiny = Tiny(name, server, monkeypatch)
    folder = tmp_path / "not" / "yet"
    assert download.ensure(name, folder) == folder / f"{name}.safetensors"
    assert tiny.is_made(folder)
    assert server.asked == [("official", None)]


def test_second_call_asks_nobody(tiny, tmp_path):
    download.ensure("cifar10", tmp_path)
    before = (tmp_path / "cifar10.safetensors").stat().st_mtime_ns
    tiny.server.asked.clear()
    download.ensure("cifar10", str(tmp_path))
    assert tiny.server.asked == []
    assert (tmp_path / "cifar10.safetensors").stat().st_mtime_ns == before


@pytest.mark.parametrize("have", [1, 12_345])
def test_what_an_earlier_run_left_is_resumed(tiny, tmp_path, have):
    (tmp_path / f"{tiny.file}.part").write_bytes(tiny.archive[:have])
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [("official", f"bytes={have}-")]
    assert tiny.is_made(tmp_path)


def test_whole_part_of_a_killed_run_needs_no_network(tiny, tmp_path):
    (tmp_path / f"{tiny.file}.part").write_bytes(tiny.archive)
    (tmp_path / ".cifar10.unpacked").mkdir()
    (tmp_path / ".cifar10.unpacked" / "junk").write_bytes(b"junk")
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == []
    assert tiny.is_made(tmp_path)


def test_break_is_resumed_at_the_same_source(tiny, tmp_path):
    tiny.mirrors("cut")
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [("cut", None), ("cut", f"bytes={CUT}-")]
    assert tiny.is_made(tmp_path)


def test_next_source_goes_on_where_the_last_gave_up(tiny, tmp_path):
    tiny.mirrors("cut-always")
    download.ensure("cifar10", tmp_path)
    rest = f"bytes={CUT}-"
    assert tiny.server.asked == [("cut-always", None), ("cut-always", rest), ("official", rest)]
    assert tiny.is_made(tmp_path)


def test_stall_is_a_break(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "STALL", 1)
    monkeypatch.setattr(tiny.dataset, "url", tiny.server.url(f"missing/{tiny.file}"))
    tiny.mirrors("stall")
    with pytest.raises(download.Unavailable, match=r"/stall/\S+ \(timed out\), \S+/missing/"):
        download.ensure("cifar10", tmp_path)
    rest = f"bytes={CUT}-"
    assert tiny.server.asked == [("stall", None), ("stall", rest), ("missing", rest)]


@pytest.mark.parametrize("behaviour", ["deaf", "deaf-cut"])
def test_server_that_ignores_range(tiny, tmp_path, behaviour):
    """It is used all the same, and where it breaks off too, what has arrived is not lost."""
    have = 2 * CUT
    (tmp_path / f"{tiny.file}.part").write_bytes(tiny.archive[:have])
    tiny.mirrors(behaviour)
    download.ensure("cifar10", tmp_path)
    official = [("official", f"bytes={have}-")] if behaviour == "deaf-cut" else []
    assert tiny.server.asked == [(behaviour, f"bytes={have}-"), *official]
    assert tiny.is_made(tmp_path)


def test_server_that_tells_no_length(tiny, tmp_path):
    tiny.mirrors("unsized")
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [("unsized", None)]
    assert tiny.is_made(tmp_path)


def test_mirrors_come_in_order_before_the_official_server(tiny, tmp_path):
    tiny.mirrors("missing", "good/", "official")
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [("missing", None), ("good", None)]
    assert tiny.is_made(tmp_path)


def test_mirror_is_a_folder_or_the_archive_itself(monkeypatch):
    ours, other = "https://a.org/x/cifar-10-python.tar.gz?download=1", "https://a.org/y/cifar-100-python.tar.gz"
    monkeypatch.setenv("LDIV_MIRRORS", f"{ours}  {other} http://b.org/z")
    official = DATASETS.CIFAR10.url
    expected = [ours, "http://b.org/z/cifar-10-python.tar.gz", official]
    assert transfer.sources(DATASETS.CIFAR10.filename, official) == expected
    expected = [other, "http://b.org/z/cifar-100-python.tar.gz", DATASETS.CIFAR100.url]
    assert transfer.sources(DATASETS.CIFAR100.filename, DATASETS.CIFAR100.url) == expected
    assert transfer.sources("a.mat", "o") == ["http://b.org/z/a.mat", "o"]


def test_corrupt_bytes_are_dropped_and_the_next_source_starts_afresh(tiny, tmp_path):
    tiny.mirrors("corrupt", "corrupt-cut")
    download.ensure("cifar10", tmp_path)
    rest = f"bytes={CUT}-"
    assert tiny.server.asked == [("corrupt", None), ("corrupt-cut", None), ("corrupt-cut", rest), ("official", None)]
    assert tiny.is_made(tmp_path)


@pytest.mark.parametrize("length", [1000, 10_000_000])
def test_corrupt_part_costs_no_good_source(tiny, tmp_path, length):
    (tmp_path / f"{tiny.file}.part").write_bytes(bytes(length))
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [("official", f"bytes={length}-"), ("official", None)]
    assert tiny.is_made(tmp_path)


@pytest.mark.parametrize("behaviour", ["page", "shifted"])
def test_wrong_answer_leaves_what_has_arrived(tiny, tmp_path, behaviour):
    (tmp_path / f"{tiny.file}.part").write_bytes(tiny.archive[:CUT])
    tiny.mirrors(behaviour)
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [(behaviour, f"bytes={CUT}-"), ("official", f"bytes={CUT}-")]
    assert tiny.is_made(tmp_path)


def test_failure_says_in_one_sentence_what_to_put_where(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(tiny.dataset, "url", "http://127.0.0.1:1/nobody")
    tiny.mirrors("missing", "corrupt", "cut-always")
    with pytest.raises(download.Unavailable) as raised:
        download.ensure("cifar10", tmp_path)
    text = str(raised.value)
    place = f"put {tiny.file} (md5 {tiny.md5}) or cifar10.safetensors into {tmp_path} by hand"
    assert text.endswith(place)
    assert re.search(r"missing/\S+ \([^)]*404[^)]*\), \S+/corrupt/\S+ \(wrong checksum\), ", text)
    assert re.search(rf"broke off after {CUT} bytes.*nobody \(.*refused", text)
    assert "\n" not in text and not re.search(r"\. [A-Z]", text)
    part = tmp_path / f"{tiny.file}.part"
    assert f"{part} keeps the 100,000 bytes that have arrived (remove it to begin anew): run again to go on" in text
    # What was good is kept, and the advice holds: a second run resumes.
    assert part.read_bytes() == tiny.archive[:CUT]
    tiny.mirrors("good")
    tiny.server.asked.clear()
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == [("good", f"bytes={CUT}-")]


def test_failure_without_a_byte_leaves_no_file_and_says_none(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(tiny.dataset, "url", tiny.server.url(f"missing/{tiny.file}"))
    with pytest.raises(download.Unavailable, match=r"404[^)]*\); run again, name a mirror") as raised:
        download.ensure("cifar10", tmp_path)
    assert ".part" not in str(raised.value)
    assert os.listdir(tmp_path) == [".cifar10.lock"]


def test_archive_put_by_hand_is_used_and_stays(tiny, tmp_path):
    (tmp_path / tiny.file).write_bytes(tiny.archive)
    (tmp_path / f"{tiny.file}.part").write_bytes(tiny.archive[:CUT])
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == []
    assert (tmp_path / tiny.file).read_bytes() == tiny.archive
    (tmp_path / tiny.file).unlink()
    assert tiny.is_made(tmp_path)


def test_wrong_archive_put_by_hand_is_named_and_stays(tiny, tmp_path):
    (tmp_path / tiny.file).write_bytes(tiny.archive[:CUT])
    with pytest.raises(
        download.Unavailable, match=f"{tiny.file} is not the official archive.*md5 {tiny.md5}"
    ) as raised:
        download.ensure("cifar10", tmp_path)
    assert "run again" not in str(raised.value)  # that would end in the same way
    assert tiny.server.asked == []
    assert (tmp_path / tiny.file).stat().st_size == CUT


def test_file_put_by_hand_needs_nothing_else(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "import_torchvision", lambda: pytest.fail("not needed"))
    save_file({k: torch.from_numpy(v) for k, v in tiny.arrays.items()}, tmp_path / "cifar10.safetensors")
    download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == []
    assert os.listdir(tmp_path) == ["cifar10.safetensors"]  # no lock: the folder may be read-only


@pytest.mark.parametrize(
    "fault", ["truncated", "empty", "other tensors", "other shapes", "other types", "too few labels"]
)
def test_damaged_file_is_named_and_stays(tiny, tmp_path, fault):
    path = tmp_path / "cifar10.safetensors"
    images = torch.zeros(4, 3, 32, 32, dtype=torch.uint8)
    if fault == "other shapes":
        images = images.permute(0, 2, 3, 1).contiguous()
    labels = {
        f"{part}_labels": torch.zeros(4 - (fault == "too few labels"), dtype=torch.uint8) for part in ("train", "test")
    }
    if fault == "other types":
        images = images.float()
    tensors = {"train_images": images, "other" if fault == "other tensors" else "test_images": images + 1}
    save_file(tensors | labels, path)
    if fault in ("truncated", "empty"):
        path.write_bytes(path.read_bytes()[:-1] if fault == "truncated" else b"")
    content = path.read_bytes()
    with pytest.raises(download.Unavailable, match=f"{re.escape(str(path))} is damaged or foreign"):
        download.ensure("cifar10", tmp_path)
    assert path.read_bytes() == content


def test_place_that_is_no_file_is_named(tmp_path):
    (tmp_path / "cifar10.safetensors").mkdir()
    with pytest.raises(download.Unavailable, match=r"cifar10\.safetensors is damaged or foreign"):
        download.ensure("cifar10", tmp_path)


def test_unpacked_batches_are_checked_by_torchvision(tiny, tmp_path, monkeypatch):
    """A pickle whose md5 torchvision does not know is not opened, and nothing half made is left."""
    monkeypatch.setattr(tiny.dataset, "test_list", [["test_batch", "0" * 32]])
    monkeypatch.setattr(pickle, "load", lambda *_, **__: pytest.fail("unpickled"))
    with pytest.raises(RuntimeError, match="corrupted"):
        download.ensure("cifar10", tmp_path)
    assert {p.name for p in tmp_path.iterdir()} - {".cifar10.lock"} == {f"{tiny.file}.part"}


def test_archive_cannot_write_outside_its_folder(tiny, tmp_path, monkeypatch):
    evil = packed({"../escaped": b"x"})
    tiny.server.files[tiny.file] = evil
    monkeypatch.setattr(tiny.dataset, "tgz_md5", hashlib.md5(evil).hexdigest())
    with pytest.raises(tarfile.OutsideDestinationError):
        download.ensure("cifar10", tmp_path / "data")
    assert not list(tmp_path.rglob("escaped"))


def test_unwritable_place_is_one_sentence(tiny, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(download.Unavailable, match=f"cifar10 could not be made: .*{tiny.file}.*by hand"):
        download.ensure("cifar10", tmp_path / "file")
    assert tiny.server.asked == []


def test_full_disk_is_one_sentence_and_keeps_what_is_there(tiny, tmp_path):
    """A limit on the size of files stands for the full disk: writing fails in the same place."""
    resource = pytest.importorskip("resource")
    import signal

    old, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CUT, old[1]))
    try:
        with pytest.raises(download.Unavailable, match=r"File too large.*by hand") as raised:
            download.ensure("cifar10", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert "\n" not in str(raised.value)
    kept = (tmp_path / f"{tiny.file}.part").read_bytes()
    assert kept and kept == tiny.archive[: len(kept)]
    assert not (tmp_path / "cifar10.safetensors").exists()
    download.ensure("cifar10", tmp_path)
    assert tiny.is_made(tmp_path)


@pytest.mark.parametrize("name", ["digits", "CIFAR10", ""])
def test_unknown_name(name, tmp_path):
    with pytest.raises(ValueError, match=f"'{name}'.*cifar10, cifar100"):
        download.ensure(name, tmp_path)


def test_unknown_kind_of_mirror(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("LDIV_MIRRORS", f"{tiny.server.url('good')} file:///etc")
    with pytest.raises(ValueError, match=r"'file:///etc'.*http://"):
        download.ensure("cifar10", tmp_path)
    assert tiny.server.asked == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_bar_shows_at_a_terminal_only(tiny, tmp_path, monkeypatch, capfd, stream):
    monkeypatch.setattr(sys, "stderr", stream())
    (tmp_path / f"{tiny.file}.part").write_bytes(tiny.archive[: len(tiny.archive) // 2])
    download.ensure("cifar10", tmp_path)
    shown = sys.stderr.getvalue()
    if stream is Terminal:
        assert re.search(rf"{tiny.file}:\s+50%.*B/s", shown)  # it begins with what is there
        assert "100%" in shown
    else:
        assert shown == ""
    assert capfd.readouterr() == ("", "")


def test_threads_at_once_download_once(tiny, tmp_path):
    tiny.mirrors("slow")
    threads = [threading.Thread(target=download.ensure, args=("cifar10", tmp_path)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tiny.server.asked == [("slow", None)]
    assert tiny.is_made(tmp_path)


OTHER_PROCESS = """
import json, sys
from ldiv_utils.datasets import download
from ldiv_utils.datasets.torchvision_cpu import import_torchvision
for key, value in json.loads(sys.argv[2]).items():
    setattr(import_torchvision().datasets.CIFAR10, key, value)
print("ready", flush=True)
sys.stdin.readline()
print(download.ensure("cifar10", sys.argv[1]))
"""


def test_processes_at_once_download_once(tiny, tmp_path):
    tiny.mirrors("slow")
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path), json.dumps(tiny.constants)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8", "env": environment}
    with subprocess.Popen(command, **pipes) as other:
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        path = download.ensure("cifar10", tmp_path)
        assert other.communicate(timeout=120)[0] == f"{path}\n"
    assert tiny.server.asked == [("slow", None)]
    assert tiny.is_made(tmp_path)
