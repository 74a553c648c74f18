"""House numbers, from a tiny `test_32x32.mat` that lies there or comes from a real server on 127.0.0.1."""

import hashlib
import io
import os
import re

import numpy as np
import pytest
import scipy.io
import torch

from ldiv_utils.datasets import house_numbers
from ldiv_utils.datasets.torchvision_cpu import import_torchvision
from ldiv_utils.datasets.transfer import Unavailable

FILE = "test_32x32.mat"
IMAGES = np.random.default_rng(0).integers(0, 256, (32, 32, 3, 6), dtype=np.uint8)
SVHN = import_torchvision().datasets.SVHN


@pytest.fixture
def mat(tmp_path, monkeypatch, server):
    """The bytes of a tiny file in the place of the official one, which the server has too."""
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    buffer = io.BytesIO()
    scipy.io.savemat(buffer, {"X": IMAGES, "y": np.arange(6)[:, None]}, do_compression=True)
    content = buffer.getvalue()
    server.files[FILE], server.cut = content, 10_000
    official = [server.url(f"official/{FILE}"), FILE, hashlib.md5(content).hexdigest()]
    monkeypatch.setitem(SVHN.split_list, "test", official)
    return content


def test_they_are_at_hand_where_the_file_lies_or_may_be_downloaded(tmp_path, monkeypatch):
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    assert not house_numbers.at_hand()
    monkeypatch.setenv("LDIV_DOWNLOAD_SVHN", "1")
    assert house_numbers.at_hand()
    monkeypatch.delenv("LDIV_DOWNLOAD_SVHN")
    (tmp_path / FILE).touch()
    assert house_numbers.at_hand()


def test_a_file_put_by_hand_is_read_as_torchvision_reads_it(mat, tmp_path, server):
    (tmp_path / FILE).write_bytes(mat)
    found = house_numbers.house_numbers()
    assert found.equal(torch.from_numpy(SVHN(tmp_path, split="test").data))
    assert found[4, 2, 1, 0] == IMAGES[1, 0, 2, 4]
    assert server.asked == []
    assert os.listdir(tmp_path) == [FILE]  # no lock: the folder may be read-only


@pytest.mark.parametrize("have", [0, 5000])
def test_a_missing_file_is_downloaded_once_and_goes_on_where_it_broke_off(mat, tmp_path, server, have):
    if have:
        (tmp_path / f"{FILE}.part").write_bytes(mat[:have])
    for _ in range(2):
        assert house_numbers.house_numbers().shape == (6, 3, 32, 32)
    assert server.asked == [("official", f"bytes={have}-" if have else None)]
    assert (tmp_path / FILE).read_bytes() == mat
    assert set(os.listdir(tmp_path)) <= {FILE, f".{FILE}.lock"}


def test_mirrors_come_first(mat, tmp_path, server, monkeypatch):
    monkeypatch.setenv("LDIV_MIRRORS", f"{server.url('corrupt')} {server.url('good')}")
    assert house_numbers.house_numbers().shape == (6, 3, 32, 32)
    assert server.asked == [("corrupt", None), ("good", None)]


def test_a_broken_download_is_told_and_never_taken_for_the_file(mat, tmp_path, server, monkeypatch):
    monkeypatch.setitem(SVHN.split_list, "test", [server.url(f"cut-always/{FILE}"), *SVHN.split_list["test"][1:]])
    with pytest.raises(Unavailable) as raised:
        house_numbers.house_numbers()
    text, md5 = str(raised.value), hashlib.md5(mat).hexdigest()
    assert re.match(r"the house numbers could not be had: no source gave test_32x32\.mat: \S+ \(broke off", text)
    assert f"{tmp_path / FILE}.part keeps the 10,000 bytes that have arrived" in text
    assert text.endswith(f"or put {FILE} (md5 {md5}) into {tmp_path} by hand") and "\n" not in text
    assert not (tmp_path / FILE).exists()
    monkeypatch.setitem(SVHN.split_list, "test", [server.url(f"good/{FILE}"), *SVHN.split_list["test"][1:]])
    assert house_numbers.house_numbers().shape == (6, 3, 32, 32)
    assert server.asked[-1] == ("good", "bytes=10000-")


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize("fault", ["cut", "empty", "page", "one byte", "folder"])
def test_a_damaged_file_is_named_with_what_to_do_and_moving_it_helps(
    mat, tmp_path, server, monkeypatch, fault, allowed
):
    path = tmp_path / FILE
    damaged = {"cut": mat[:5000], "empty": b"", "page": b"<html>please log in</html>", "one byte": mat[:-1] + b"\0"}
    path.mkdir() if fault == "folder" else path.write_bytes(damaged[fault])
    if allowed:
        monkeypatch.setenv("LDIV_DOWNLOAD_SVHN", "1")
    with pytest.raises(Unavailable) as raised:
        house_numbers.house_numbers()
    text = str(raised.value)
    assert text.startswith(f"{path} is damaged or no file of SVHN (") and "\n" not in text
    assert text.endswith("or move it away, and LDIV_DOWNLOAD_SVHN=1 has it downloaded")
    assert server.asked == []
    path.rename(tmp_path / "away")
    assert house_numbers.house_numbers().shape == (6, 3, 32, 32)


def test_an_unwritable_place_is_one_sentence(mat, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LDIV_DATA", str(tmp_path / "file"))
    with pytest.raises(Unavailable, match=r"could not be had: .*; run again, name a mirror .* by hand$"):
        house_numbers.house_numbers()
