"""Three short runs on the digits, which the tests of a file share."""

from dataclasses import replace

import pytest

from ldiv_utils.runs import ends
from ldiv_utils.specs import Spec

SPEC = Spec(dataset="digits", batch_size=32, epochs=1, precision="float32")
SPECS = tuple(replace(SPEC, init_seed=i, batch_seed=i) for i in range(3))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of results of a file's tests."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def three_runs(runs, trained, monkeypatch):
    """The runs of `SPECS`, trained once for a file, one after the other."""
    monkeypatch.setenv("LDIV_RUNS", str(trained))
    for spec in SPECS:
        ends([spec])
