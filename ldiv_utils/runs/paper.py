"""`python -m ldiv_utils.runs.paper [SCALE …]`: trains the runs of the paper preset, and gathers their results.

A SCALE such as `resnet20=3x8` asks for 3 runs of 8 epochs instead of the paper's, for a machine or an
hour that has not more; `published` keeps the scale of `book/results/`. What `runs/` or `book/results/`
holds is not computed again.
"""

import json
import os
import sys

from .. import paths, presets
from ..store import memo
from .many import minutes_per_run, train
from .solutions import late_checkpoints, solution

LATE_RUNS = 3
# Chapters look at ten late checkpoints, of ResNet20v1 at five, for rank 4. A t-SNE of perplexity 40 needs more than 40
# rows: the checkpoints of three runs of SmallCNN.
LEAST_EPOCHS = {"small_cnn": 13, "medium_cnn": 10, "resnet20": 5}
LEAST_RUNS = 3


def parse_scale(words: list[str]) -> dict[str, dict[str, int]]:
    """The paper's scale with the exceptions that the words make, as `architecture=RUNSxEPOCHS`; or that published."""
    if words == ["published"]:
        return json.loads((paths.RESULTS / "scale.json").read_text(encoding="utf-8"))
    scale = {name: {"runs": presets.PAPER_RUNS[name], "epochs": spec.epochs} for name, spec in presets.PAPER.items()}
    for word in words:
        name, _, asked = word.partition("=")
        runs, _, epochs = asked.partition("x")
        numbers = [int(n) for n in (runs, epochs) if n.isdigit()]
        if name not in scale or len(numbers) < 2 or numbers[0] < LEAST_RUNS or numbers[1] < LEAST_EPOCHS[name]:
            least = ", ".join(f"{name}={LEAST_RUNS}x{epochs}" for name, epochs in LEAST_EPOCHS.items())
            raise ValueError(f"scale {word!r} was given; allowed: published, or RUNSxEPOCHS from {least} on")
        scale[name] = dict(zip(("runs", "epochs"), numbers, strict=True))
    return scale


def main(words: list[str]) -> None:
    os.environ["LDIV_PRESET"] = "paper"
    folder = paths.publish()
    folder.mkdir(parents=True, exist_ok=True)
    scale = parse_scale(words)
    (folder / "scale.json").write_text(json.dumps(scale, indent=2) + "\n", encoding="utf-8")

    groups = {name: presets.specs(name) for name in scale}
    every = [spec for specs in groups.values() for spec in specs]
    if missing := [spec for spec in every if memo.find(solution.recipe(spec)) is None]:
        train(missing)
    for spec in every:
        solution(spec)
    for spec in groups["small_cnn"][:LATE_RUNS]:
        late_checkpoints(spec)
    for name, specs in groups.items():
        scale[name] |= minutes_per_run(specs)
    (folder / "scale.json").write_text(json.dumps(scale, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, OSError, KeyError) as error:
        sys.exit(f"make paper: {error}")
