"""The README's table of results, from the published ones and the paper's numbers."""

import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

from torch import Tensor

from ldiv_utils import figures, paths, presets
from ldiv_utils.measures import accuracy, ensemble_scores, pairs
from ldiv_utils.store import files, recipes

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(
    r"(?<=<!-- results: make notebooks writes this table -->\n).*?(?=<!-- end of the table -->)", re.DOTALL
)


class Missing(LookupError):
    """No published result says what the table would."""


@cache
def _published() -> list[tuple[Path, dict]]:
    """Each published result and what it was made from."""
    return [(path, files.header_of(path)["recipe"]) for path in sorted(paths.RESULTS.glob("*.safetensors"))]


def result(name: str, *holds: str) -> dict[str, Tensor]:
    """The result of all published runs of a network that holds these tensors; empty if there is none."""
    here = presets.scale()[name]
    spec = replace(presets.PAPER[name], epochs=here["epochs"])
    runs = recipes.plain([replace(spec, init_seed=seed, batch_seed=seed) for seed in range(here["runs"])])
    for path, recipe in _published():
        if recipe["arguments"].get("specs") == runs:
            tensors, _ = files.read(path, recipe)
            if tensors.keys() >= set(holds):
                return tensors
    return {}


def of_the_paper(name: str) -> dict[str, str]:
    """The paper's numbers on a network: one run's accuracy from its text, the others read off its figures 6 and 9."""
    low, high = figures.paper("figure 3")[name]
    said = {"one": f"{figures.paper('set-up')[name]:.2f}", "between": f"{low:.2f} to {high:.2f}"}
    if name == "medium_cnn":  # the network of figure 9
        together = figures.clean(figures.paper("figure 9"))["accuracy"]["original"]
        said |= {"two": f"{together['two']:.2f}", "all": f"{together['five']:.2f}"}
    return said


def column(name: str) -> list[str]:
    """What is shown of a network; the paper's number in brackets where it has one."""
    here, paper = presets.scale()[name], of_the_paper(name)
    optima, members = result(name, "test_accuracy", "within"), result(name, "log_probs", "labels")
    if not optima:
        raise Missing(f"book/results has no disagreement of {figures.NAMES[name]} runs: run make paper")
    right = {1: optima["test_accuracy"]}
    if members:
        sizes = [1, 2, here["runs"]]
        right = ensemble_scores(members["log_probs"].float().exp(), members["labels"], accuracy, sizes)
    cells = [f"{right[size].mean():.3f}" if size in right else "–" for size in (1, 2, here["runs"])]
    cells += [f"{optima['within'].mean():.2f}", f"{pairs(optima['disagreement']).mean():.2f}"]
    cells = [
        f"{cell} ({paper[key]})" if key in paper else cell
        for cell, key in zip(cells, ("one", "two", "all", "within", "between"), strict=True)
    ]
    epochs = presets.PAPER[name].epochs
    shorter = "" if here["epochs"] == epochs else f" of the paper's {epochs}"
    return [*cells, f"{here['runs']} of {here['epochs']}{shorter}", f"{here['minutes']:.0f} minutes"]


def table() -> str:
    """The table, in Markdown."""
    networks = list(presets.PAPER)
    names = ["test accuracy, one run", "two runs averaged", "all runs averaged", "disagreement within a run"]
    names += ["between two runs", "runs, epochs of each", "a run, on one CPU core"]
    columns = [column(name) for name in networks]
    head = ["", *(figures.NAMES[name] for name in networks)]
    rows = [[name, *cells] for name, *cells in zip(names, *columns, strict=True)]
    return str(figures.table(head, rows)) + "\n"


def write() -> None:
    text = README.read_text(encoding="utf-8")
    try:
        new = table()
    except Missing as error:
        sys.exit(str(error))
    README.write_text(BLOCK.sub(lambda _: "\n" + new + "\n", text), encoding="utf-8")


def stale() -> list[str]:
    """A sentence if the README's table is not what the published results say."""
    shown = BLOCK.search(README.read_text(encoding="utf-8"))
    try:
        if shown and shown[0].strip() == table().strip():
            return []
    except Missing as error:
        return [str(error)]
    return ["README.md has other results than book/results: run make notebooks, or book/build.py verdicts"]
