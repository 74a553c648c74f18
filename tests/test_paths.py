"""Each folder has one variable, which means the same from everywhere."""

import re
from pathlib import Path

import pytest

from ldiv_utils import paths

FOLDERS = {"LDIV_DATA": paths.data, "LDIV_RUNS": paths.runs, "LDIV_PUBLISH": paths.publish, "LDIV_AUDIT": paths.audit}
UNSET = {"LDIV_DATA": paths.ROOT / "data", "LDIV_RUNS": paths.ROOT / "runs", "LDIV_PUBLISH": None, "LDIV_AUDIT": None}

every_folder = pytest.mark.parametrize("variable", FOLDERS)


@every_folder
def test_an_empty_variable_is_an_unset_one(variable, monkeypatch):
    monkeypatch.delenv(variable, raising=False)
    assert FOLDERS[variable]() == UNSET[variable]
    for empty in ("", "  "):
        monkeypatch.setenv(variable, empty)
        assert FOLDERS[variable]() == UNSET[variable]


@every_folder
def test_the_home_folder_and_relative_ones_are_resolved_alike_from_anywhere(variable, monkeypatch, tmp_path):
    for value, meant in [
        ("~/cifar", Path.home() / "cifar"),
        ("here/there", paths.ROOT / "here" / "there"),
        (str(tmp_path), tmp_path),
    ]:
        monkeypatch.setenv(variable, value)
        for folder in (paths.ROOT, tmp_path):
            monkeypatch.chdir(folder)
            assert FOLDERS[variable]() == meant


def test_only_paths_reads_the_variables_of_folders():
    """A second reading would be a second meaning."""
    for path in [*(paths.ROOT / "ldiv_utils").rglob("*.py"), *(paths.ROOT / "book").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if path.name != "paths.py":
            assert not re.search(rf'environ(?:\.get\(|\[)"(?:{"|".join(FOLDERS)})"(?!\] =)', text), path
