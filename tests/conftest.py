"""Shapes checked at run time, and for every test its own folder of results."""

import importlib

import matplotlib as mpl
import pytest
from jaxtyping import config, install_import_hook

# Before anything imports ldiv_utils: the hook rewrites modules while they are imported.
install_import_hook("ldiv_utils", "beartype.beartype")
mpl.use("agg")  # no test needs a window


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """The working folder of this test, which does not exist yet; no setting of the caller's reaches the test."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("LDIV_RUNS", str(folder))
    for name in ("PRESET", "PUBLISH", "AUDIT", "MIRRORS", "DOWNLOAD_SVHN", "HIDDEN", "SITE"):
        monkeypatch.delenv(f"LDIV_{name}", raising=False)
    source = importlib.import_module("ldiv_utils.store.source")  # not before the hook
    source._helper_hash.cache_clear()  # another test may have put something in place of a function
    return folder


@pytest.fixture
def as_a_user():
    """Without the run-time check of shapes, which comes before the module's own words on bad input."""
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)


@pytest.fixture(autouse=True)
def registered():
    """A name that a test registers is gone after it: a registration goes to every worker, and not each can be sent."""
    specs = importlib.import_module("ldiv_utils.specs")
    before = {kind: dict(names) for kind, names in specs.REGISTERED.items()}
    yield
    for kind, names in specs.REGISTERED.items():
        names.clear()
        names.update(before[kind])
