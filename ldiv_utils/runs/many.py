"""Many training runs side by side: over the cores of this machine, or over a cluster."""

import json
import os
import statistics
from collections.abc import Sequence
from contextlib import suppress

from joblib import Parallel, delayed

from .. import paths
from ..datasets.images import register
from ..networks.point import device
from ..specs import REGISTERED, Spec
from ..store import memo
from ..store.audit import before_training
from . import progress
from .training import trajectory


def train(specs: Sequence[Spec], jobs: int = -1) -> list[memo.Result]:
    """The trajectories of many specs, those not yet in the store computed side by side.

    On a CPU, a process a core with one thread each, through joblib: inside
    `joblib.parallel_config("dask")` the same call goes to a cluster. On a GPU, one after the other.
    `jobs` is joblib's: how many at once, -1 for as many as there are cores.
    Raises ValueError for anything but a list of one spec or more.
    """
    if wrong := [spec for spec in specs if not isinstance(spec, Spec)] if isinstance(specs, Sequence) else [specs]:
        raise ValueError(f"a {type(wrong[0]).__name__} was given; allowed: a list of specs")
    if not specs:
        raise ValueError("no spec was given; allowed: one or more")
    here = {name: value for name, value in os.environ.items() if name.startswith("LDIV_")}
    known = {spec: memo.find(trajectory.recipe(spec)) for spec in dict.fromkeys(specs)}
    missing = [spec for spec, run in known.items() if run is None]
    if missing:
        before_training()
    folders = [memo.partial(trajectory.recipe(spec)) for spec in missing]
    with progress.watch(folders, [spec.epochs + 1 for spec in missing], "epoch"):
        if device().type == "cuda":
            fresh = [trajectory(spec) for spec in missing]
        else:
            fresh = Parallel(n_jobs=jobs)(delayed(_trajectory_in)(here, REGISTERED, spec) for spec in missing)
    known |= zip(missing, fresh, strict=True)
    return [known[spec] for spec in specs]


def _trajectory_in(environment: dict[str, str], registered: dict[str, dict], spec: Spec) -> memo.Result:
    """`trajectory` in a worker, which may have been started before the settings and registrations were made."""
    for name in [name for name in os.environ if name.startswith("LDIV_") and name not in environment]:
        del os.environ[name]
    os.environ.update(environment)
    REGISTERED["architecture"].update(registered["architecture"])
    own = registered["dataset"].get(spec.dataset)
    if own and own.code != getattr(REGISTERED["dataset"].get(spec.dataset), "code", None):
        register(spec.dataset, own.make)  # reads the images here: a spec made for others is refused
    return trajectory(spec)


def minutes_per_run(specs: Sequence[Spec]) -> dict[str, float | str]:
    """`minutes` that one run of these specs took (median, whole runs) and its `device`; empty if unknown."""
    path = paths.runs() / "times.jsonl"
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        with suppress(json.JSONDecodeError):  # a run that was killed may have left half a line
            lines.append(json.loads(line))
    wanted = [trajectory.recipe(spec) for spec in specs]
    found = [line for line in lines if line["recipe"] in wanted and line["epochs"] > 0]
    if not found:
        return {}
    seconds = statistics.median(line["seconds"] / line["epochs"] for line in found)
    return {"minutes": round(seconds * specs[0].epochs / 60, 1), "device": found[-1]["device"]}
