"""What a chapter says of its results in words and tables: where they come from, what was set, what it cost."""

from collections.abc import Callable, Iterable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ..presets import PAPER, PAPER_RUNS, preset, scale
from ..specs import Spec
from ..store.code import plain_function, without_docstring
from ..store.memo import Result

NAMES = {"small_cnn": "SmallCNN", "medium_cnn": "MediumCNN", "resnet20": "ResNet20v1"}
DATASETS = {
    "digits": "noisy digits",
    "digits_0_7": "noisy digits 0 to 7",
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
}
NOT_OURS = {"precision": "not stated", ("resnet20", "batch_size"): 32}  # where PAPER is this book's own choice
ORIGINS = {
    "published": "published with the book",
    "stored": "found in the working folder",
    "fresh": "computed just now",
}


class Text(str):
    """A line of Markdown, shown as such in a notebook."""

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Text:
    """A table: its head, then a row for each of `rows`, whose cells are shown as `str` shows them."""
    lines = [head, ["---"] * len(head), *rows]
    return Text("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))


def spread(values: Float[Tensor, " n"], digits: int = 2) -> str:
    """`mean ± standard deviation (n = …)` of the values; of a single value, no deviation."""
    mean, n = values.double().mean().item(), len(values)
    deviation = f" ± {torch.std(values.double()).item():.{digits}f}" if n > 1 else ""
    return f"{mean:z.{digits}f}{deviation} (n = {n})"


def name_of(spec: Spec) -> str:
    """The architecture as a reader knows it: a registered one by its name."""
    return NAMES.get(spec.architecture, spec.architecture)


def describe(specs: list[Spec], result: Result) -> Text:
    """One line on where a result comes from: preset, data, runs, device, and published or fresh."""
    spec, count = specs[0], len(specs)
    runs = f"{count} run{'s' if count > 1 else ''} of {name_of(spec)}, {spec.epochs} epochs"
    made = result.header["made"]
    machine = f"{made['device']}, torch {made['torch']}"
    origin = ORIGINS[result.origin]
    data = f"{DATASETS.get(spec.dataset, spec.dataset)}, {spec.scaling} pixels"
    return Text(f"*Preset {preset()}: {runs}, {data}, {spec.precision}; made on {machine}; {origin}.*")


def settings(spec: Spec) -> Text:
    """The settings of a run beside those of the paper, its code or the Keras example; bold where they differ."""
    paper, rows = PAPER.get(spec.architecture), []
    for name, value in spec.as_dict().items():
        ours = paper.as_dict().get(name) if paper else "not stated"
        reference = NOT_OURS.get((spec.architecture, name), NOT_OURS.get(name, ours))
        if name not in ("architecture", "init_seed", "batch_seed"):
            same = reference in (value, "not stated")
            rows.append((name.replace("_", " "), reference, value if same else f"**{value}**"))
    return table([name_of(spec), "reference", "here"], rows)


def costs() -> Text:
    """What of the paper's scale is published here, and what a run of it took."""
    rows = []
    for name, here in scale().items():
        runs = f"{here['runs']} of {PAPER_RUNS[name]}"
        epochs = f"{here['epochs']} of {PAPER[name].epochs}"
        took = here.get("minutes", "not recorded")
        rows.append((NAMES[name], runs, epochs, took, on_core(here.get("device"))))
    return table(["network", "runs", "epochs", "minutes a run", "on"], rows)


def on_core(device: str | None) -> str:
    """Where a run was trained, in words. The headers of the oldest results say of the device only that it is a CPU."""
    if device and device.startswith("NVIDIA"):
        return device
    return {None: "not recorded", "CPU": "one CPU core, model not recorded"}.get(device, f"one core, {device}")


def source(function: Callable) -> "object":
    """The function's source, highlighted: the code that is the equation above it. Its docstring stays in the module."""
    from IPython.display import Code

    return Code(without_docstring(plain_function(function)), language="python")
