"""The scale of the whole book: `quick` (digits, seconds) or `paper` (CIFAR-10, the paper's settings)."""

import json
import os
from dataclasses import replace
from typing import TypeVar

from . import paths
from .specs import Architecture, PresetName, Spec, known

Choice = TypeVar("Choice")

PAPER = {
    "small_cnn": Spec(),
    "medium_cnn": Spec(architecture="medium_cnn"),
    "resnet20": Spec(
        architecture="resnet20",
        scaling="centred",
        epochs=200,
        learning_rate=1e-3,
        schedule="steps",
        dropout=0.0,
        weight_decay=1e-4,
        augmentation="shift_flip",
    ),
}
PAPER_RUNS = {"small_cnn": 10, "medium_cnn": 5, "resnet20": 3}
# In float32: most laptops emulate bfloat16, and take ten times as long for it.
QUICK = {
    "small_cnn": replace(PAPER["small_cnn"], dataset="digits", batch_size=32, epochs=60, precision="float32"),
    "medium_cnn": replace(PAPER["medium_cnn"], dataset="digits", batch_size=32, epochs=20, precision="float32"),
    "resnet20": replace(PAPER["resnet20"], dataset="digits", batch_size=32, epochs=12, precision="float32"),
}
QUICK_RUNS = {"small_cnn": 6, "medium_cnn": 3, "resnet20": 3}


def preset() -> PresetName:
    """The preset in force: the environment variable `LDIV_PRESET`, or `paper`."""
    name = os.environ.get("LDIV_PRESET", "paper")
    known("LDIV_PRESET", name, PresetName)
    return name


def choose(*, quick: Choice, paper: Choice) -> Choice:
    """The one of the two that is for the preset in force."""
    return quick if preset() == "quick" else paper


def scale() -> dict[str, dict[str, int]]:
    """How many runs and epochs of each architecture the paper preset has here.

    `book/results/scale.json` says what was published; `make paper` on a machine with the time for it
    replaces it by the whole: PAPER_RUNS runs of the paper's epochs.
    """
    path = (paths.publish() or paths.RESULTS) / "scale.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    return {name: {"runs": PAPER_RUNS[name], "epochs": spec.epochs} for name, spec in PAPER.items()}


def specs(architecture: Architecture = "small_cnn") -> list[Spec]:
    """The independent runs of an architecture at the preset in force: one spec, both seeds 0, 1, 2, …"""
    known("architecture", architecture, Architecture)
    if preset() == "quick":
        spec, count = QUICK[architecture], QUICK_RUNS[architecture]
    else:
        here = scale()[architecture]
        spec, count = replace(PAPER[architecture], epochs=here["epochs"]), here["runs"]
    return [replace(spec, init_seed=seed, batch_seed=seed) for seed in range(count)]
