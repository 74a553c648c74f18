"""Where everything lies: each folder has one variable, and means the same from a test, a notebook and `make`.

An empty variable counts as unset, `~` is the home folder, and a relative folder starts at the root of the repository,
from wherever it is read. The package as installed from its wheel has no repository: it carries the published results,
and the folder in which Python was started stands for the root, so that `data/` and `runs/` lie beside the notebook.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CARRIED = PACKAGE / "results"  # in the wheel alone
ROOT = Path.cwd() if CARRIED.is_dir() else PACKAGE.parent
RESULTS = CARRIED if CARRIED.is_dir() else ROOT / "book" / "results"  # published with the book


def data() -> Path:
    """Where the datasets lie: `LDIV_DATA`, or `data/`."""
    return _named("LDIV_DATA") or ROOT / "data"


def runs() -> Path:
    """The working folder of the store: `LDIV_RUNS`, or `runs/`."""
    return _named("LDIV_RUNS") or ROOT / "runs"


def publish() -> Path | None:
    """Where results to be published are gathered: `LDIV_PUBLISH`, or nowhere."""
    return _named("LDIV_PUBLISH")


def audit() -> Path | None:
    """Where an audit of the published results leaves its lines: `LDIV_AUDIT`, or nowhere, when there is none."""
    return _named("LDIV_AUDIT")


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable, "").strip()
    return ROOT / Path(value).expanduser() if value else None
