"""`make audit`: computes the published results again from what is published, and marks those that are right."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import safetensors

from ldiv_utils import paths
from ldiv_utils.store import files
from ldiv_utils.store.audit import lines


def audit(build: Path) -> int:
    """Run every chapter at the paper preset; each checks the results that it reads. Ends at the first that differs.

    In a working folder of its own: runs trained on another processor than the published ones end elsewhere.
    """
    said, pages = build / "audit", build / "audited"
    shutil.rmtree(said, ignore_errors=True)
    command = [sys.executable, Path(__file__).with_name("build.py"), "run", "--preset", "paper", "--to", pages]
    folders = {"LDIV_AUDIT": str(said), "LDIV_RUNS": str(said / "runs")}
    status = subprocess.run(command, env=os.environ | folders).returncode
    summarise(mark(said))
    return status


def mark(folder: Path) -> dict[str, dict]:
    """Write into each result found right the code that it was found right for; returns the last line on each."""
    verdicts = {line["file"]: line for line in lines(folder)}
    for line in (line for line in verdicts.values() if line["verdict"] == "right"):
        path = paths.RESULTS / line["file"]
        header = files.header_of(path)
        marked = header | {"helpers": line["helpers"], "seconds": line["seconds"]}
        if header != marked:
            with safetensors.safe_open(path, "pt") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            files.write(path, tensors, {name: value for name, value in marked.items() if name != "sha256"})
    return verdicts


def summarise(verdicts: dict[str, dict]) -> None:
    """Say how many of the results are right, which differ, and which would have to be trained for."""
    count = Counter(line["verdict"] for line in verdicts.values())
    print(f"{count['right']} results are what the code gives now; {count['differs']} differ; ", end="")
    left = len(list(paths.RESULTS.glob("*.safetensors"))) - len(verdicts)
    print(f"{count['not at hand']} hang on trajectories that are not at hand; {left} were not looked at")
    for name, line in sorted(verdicts.items()):
        if line["verdict"] == "differs":
            print(f"{name} differs by {line['difference']:.3g}", file=sys.stderr)
