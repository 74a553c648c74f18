"""Are the published results what the present code gives? Computes them again, without training, and compares.

While `LDIV_AUDIT` names a folder, every published result that is asked for is looked at, and a line on it is left in
`<folder>/audit.jsonl`. `make audit` runs the chapters so, then marks what was found right by the code it was found
right for.
"""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import torch
from torch import Tensor

from .. import paths

CHEAP = 5.0  # seconds; of the verified results that take longer, a random share is computed again
SHARE = 0.1
TOLERANCE = 0.03  # of the mean of a tensor, or of labels; another maker's processor: up to 0.013 for bfloat16, measured
_AGAIN = ContextVar("computing a published result again", default=False)


class Differs(AssertionError):
    """A published result is not what the present code gives."""


class NotAtHand(RuntimeError):
    """What a published result was computed from is not published, and would have to be trained."""


@contextmanager
def _computing_again() -> Iterator[None]:
    token = _AGAIN.set(True)
    try:
        yield
    finally:
        _AGAIN.reset(token)


def computing_again() -> bool:
    """Whether a published result is being computed again, in this process."""
    return _AGAIN.get()


def before_training() -> None:
    """Raise NotAtHand where training would start while a published result is computed again."""
    if _AGAIN.get():
        raise NotAtHand


def difference(one: dict[str, Tensor], other: dict[str, Tensor]) -> float:
    """How far two results lie apart, the worst of their tensors counting; infinite if names, types or shapes differ.

    Of whole numbers: the share that differs. Of others: mean |a − b| over mean |a|, of the finite ones; the others
    must be the same.
    """
    if {n: (t.dtype, t.shape) for n, t in one.items()} != {n: (t.dtype, t.shape) for n, t in other.items()}:
        return float("inf")
    return max((_apart(a, other[name]) for name, a in one.items() if a.numel()), default=0.0)


def _apart(a: Tensor, b: Tensor) -> float:
    same = (a == b) | (a.isnan() & b.isnan())
    if not a.is_floating_point():
        return 1 - same.double().mean().item()
    if same.all():
        return 0.0
    finite = a.isfinite() & b.isfinite()
    if not (finite | same).all():
        return float("inf")
    a, b = a[finite].double(), b[finite].double()
    apart = (a - b).abs().mean() / a.abs().mean()
    return apart.item() if apart.isfinite() else float("inf")


def running() -> bool:
    """Whether published results are to be looked at: not while one is being computed again."""
    return paths.audit() is not None and not _AGAIN.get()


def lines(folder: Path) -> list[dict]:
    """What an audit has left so far; the half line of a chapter that was ended is no line."""
    path, said = folder / "audit.jsonl", []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        with suppress(json.JSONDecodeError):
            said.append(json.loads(line))
    return said


def from_a_gpu(header: dict) -> bool:
    """Whether a result was made on a GPU and there is none here: its runs are others than a CPU's of the same specs."""
    return header["made"]["device"].startswith("NVIDIA") and not torch.cuda.is_available()


def check(
    name: str,
    tensors: dict[str, Tensor],
    header: dict,
    helpers: dict[str, str],
    again: Callable[[], dict[str, Tensor]],
) -> None:
    """While `LDIV_AUDIT` is set: compute a published result again and raise Differs if it is another.

    Those not verified for these helpers always; of the others the cheap ones, and a random share. One that another
    chapter has looked at is not looked at again. What was made on a GPU is not at hand where there is none.
    """
    folder = paths.audit()
    if name in {line["file"] for line in lines(folder)}:
        return
    verified, seconds = header["helpers"] == helpers, header.get("seconds", 0.0)
    if verified and seconds >= CHEAP and random.Random(f"{name} {os.getpid()}").random() >= SHARE:
        return
    started, line = time.perf_counter(), {"file": name, "helpers": helpers}
    try:
        if from_a_gpu(header):
            raise NotAtHand
        with _computing_again():
            other = again()
        line |= {"verdict": "right", "seconds": round(time.perf_counter() - started, 1)}
        line["difference"] = difference(tensors, other)
    except NotAtHand:
        line["verdict"] = "not at hand"
    if line.get("difference", 0.0) > TOLERANCE:
        line["verdict"] = "differs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "audit.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    if line["verdict"] == "differs":
        raise Differs(f"{name} is not what the code gives now: it differs by {line['difference']:.3g}")
