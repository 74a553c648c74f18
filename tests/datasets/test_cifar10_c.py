"""The files of CIFAR-10-C, from a small copy of them, whole and damaged."""

import numpy as np
import pytest
import torch

from ldiv_utils.datasets import cifar10_c
from ldiv_utils.datasets.transfer import Unavailable

N = 4


def test_names_are_sorted_without_their_ending(files):
    """They are arguments of stored results, so their order counts."""
    for name in ("snow", "a-b", "a", "a_b"):
        (files / f"{name}.npy").touch()
    assert cifar10_c.names() == ("a", "a-b", "a_b", "fog", "snow")


def test_files_are_read_at_their_intensity_and_place(files):
    found = cifar10_c.from_files(files, "fog", 3, torch.tensor([2, 0]))
    assert found.images[:, :, 0, 0].tolist() == [[152] * 3, [150] * 3]
    assert found.images.shape == (2, 3, 2, 2)
    assert found.labels.tolist() == [4, 3]


def test_channels_come_first(files):
    images = np.arange(5 * N * 2 * 2 * 3, dtype=np.uint8).reshape(5 * N, 2, 2, 3)
    np.save(files / "fog.npy", images)
    found = cifar10_c.from_files(files, "fog", 1, torch.tensor([1])).images[0]
    assert found.tolist() == images[1].transpose(2, 0, 1).tolist()


@pytest.mark.parametrize(
    ("stem", "array", "why"),
    [
        ("fog", np.zeros((19, 2, 2, 3), np.uint8), r"\(19, 2, 2, 3\) of uint8"),
        ("fog", np.zeros((20, 2, 2, 3)), r"\(20, 2, 2, 3\) of float64"),
        ("fog", np.zeros((20, 3, 2, 2), np.uint8), r"\(20, 3, 2, 2\) of uint8"),
        ("fog", np.zeros((20, 12), np.uint8), r"\(20, 12\) of uint8"),
        ("fog", np.uint8(0), r"\(\) of uint8"),
        ("fog", np.zeros((10, 2, 2, 3), np.uint8), r"\(10, 2, 2, 3\) of uint8"),  # only two at each intensity
        ("fog", np.array([{"any": "object"}] * 20), "Python objects in dtype"),  # nothing is unpickled
        ("labels", np.zeros(15, np.uint8), r"\(15,\) of uint8 for the 20 images of fog\.npy"),
        ("labels", np.zeros(20), r"\(20,\) of float64 for the 20 images"),
    ],
)
def test_files_of_another_form_are_named(files, stem, array, why):
    np.save(files / f"{stem}.npy", array, allow_pickle=True)
    with pytest.raises(
        Unavailable, match=rf"{stem}\.npy is damaged or no file of CIFAR-10-C \(.*{why}.*\): put the ri"
    ):
        cifar10_c.from_files(files, "fog", 1, torch.tensor([3]))


@pytest.mark.parametrize("stem", ["fog", "labels"])
def test_a_page_in_the_place_of_a_file_is_named_with_what_to_do(files, stem):
    path = files / f"{stem}.npy"
    path.write_text("<html>please log in</html>", encoding="utf-8")
    with pytest.raises(Unavailable) as raised:
        cifar10_c.from_files(files, "fog", 1, torch.arange(N))
    text = str(raised.value)
    assert text.startswith(f"{path} is damaged or no file of CIFAR-10-C (the magic string is not correct")
    assert text.endswith(f"put the right one in its place, or move {files} away to have corruptions made by the book")
    assert "\n" not in text


@pytest.mark.parametrize("stem", ["fog", "labels"])
def test_a_missing_file_is_named(files, stem):
    (files / f"{stem}.npy").unlink()
    with pytest.raises(Unavailable, match=rf"{stem}\.npy is .*\(No such file or directory\)"):
        cifar10_c.from_files(files, "fog", 1, torch.arange(N))


@pytest.mark.parametrize("stem", ["fog", "labels"])
def test_a_file_cut_anywhere_is_named(files, stem):
    path = files / f"{stem}.npy"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(Unavailable, match=rf"{stem}\.npy is damaged"):
            cifar10_c.from_files(files, "fog", 1, torch.arange(N))


@pytest.mark.filterwarnings("ignore")  # of what Python thinks of such a header
def test_a_header_damaged_anywhere_is_read_or_named(files):
    path = files / "fog.npy"
    whole = path.read_bytes()
    for place in range(128):
        for byte in b"\x00'({9\xff":
            path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            try:
                cifar10_c.from_files(files, "fog", 1, torch.arange(N))
            except Unavailable as error:
                assert str(error).startswith(f"{path} is damaged") and "\n" not in str(error)


def test_an_intensity_outside_the_files_is_named(files):
    with pytest.raises(ValueError, match="intensity 6 was given; allowed: 1 to 5"):
        cifar10_c.from_files(files, "fog", 6, torch.arange(2))
