"""A spec in, a trajectory out: one training run, resumable to the last bit, from its initial weights or elsewhere."""

import json
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from .. import paths
from ..datasets.images import load, pixels
from ..networks.architectures import network
from ..networks.cpu import emulates_bfloat16, keep_freed
from ..networks.point import CALIBRATION_IMAGES, calibrate, device, initial_point, logits
from ..specs import Spec, current
from ..store import files, memo
from ..store.audit import before_training
from .one_epoch import one_epoch, reproducibly, resident
from .optimizers import state_of

VERSION = 1


@dataclass(frozen=True, eq=False)
class Start:
    """Where a run sets out: at a point, after so many epochs, with what the optimiser remembers, by default nothing."""

    point: Float[Tensor, " D"]
    epoch: int = 0
    optimizer: dict[str, Tensor] = field(default_factory=dict)


def run(spec: Spec, start: Start | None = None, partial: Path | None = None) -> dict[str, Tensor]:
    """One training run: its checkpoints before the first epoch and after each of T epochs.

    Batches are drawn with replacement, floor(N / batch_size) in an epoch, as in the authors' code.
    On a CPU the run uses one thread, so that it gives the same bytes alone or beside others. It writes
    nothing, unless a folder `partial` is given: then each epoch is kept there, and a killed run goes on
    from there.

    Args:
        start: by default the initial weights of `spec.init_seed`. From a `start` after e epochs the run
            has T = spec.epochs − e epochs left, with the learning rates and batches of epochs e, e + 1, …

    Returns:
        points: (T + 1, D), the weights; the first are those of the start, the last one is the solution.
        train_loss, train_accuracy: (T,), means over the epoch's batches, with dropout, cross-entropy in nats.
        validation_accuracy: (T + 1,), on the held-out images.

    Raises:
        ValueError: the start or its optimiser's memory does not fit the spec, the spec is older than what is
            registered, or the loss is no longer finite.
    """
    epochs = _epochs(spec, start, spec.epochs, partial)
    names = {"points": "point", "train_loss": "train_loss", "train_accuracy": "train_accuracy"}
    result = {name: torch.stack([e[key] for e in epochs if key in e]) for name, key in names.items()}
    result["validation_accuracy"] = torch.stack([e["validation_accuracy"] for e in epochs])
    return result


def reached(spec: Spec, epoch: int, start: Start | None = None) -> Start:
    """Where the run of `spec` stands after `epoch` epochs: `run(spec, reached(spec, epoch))` goes on to the last bit.

    With another `batch_seed`, or another learning rate, the run forks there. Raises ValueError unless
    the start's epoch < `epoch` ≤ spec.epochs.
    """
    first = start.epoch if start else 0
    if not first < epoch <= spec.epochs:
        raise ValueError(f"epoch {epoch} was asked for; allowed: {first + 1} to {spec.epochs}")
    last = _epochs(spec, start, epoch)[-1]
    return Start(last["point"], epoch, _remembered(last))


@memo.stored(version=VERSION, publish=False)
def trajectory(spec: Spec) -> dict[str, Tensor]:
    """`run(spec)`, stored, and resumed where an earlier attempt was interrupted."""
    partial = memo.partial(trajectory.recipe(spec))
    before, started = len(_resume(partial, spec, None)), time.perf_counter()
    result = run(spec, partial=partial)
    _log(spec, spec.epochs + 1 - max(before, 1), time.perf_counter() - started)
    return result


@memo.stored(version=VERSION, publish=False)
def trajectory_from(spec: Spec, start: Start) -> dict[str, Tensor]:
    """`run(spec, start)`, stored under the hash of what it starts from, and resumed like `trajectory`."""
    return run(spec, start, memo.partial(trajectory_from.recipe(spec, start)))


def _epochs(spec: Spec, start: Start | None, last: int, partial: Path | None = None) -> list[dict[str, Tensor]]:
    """What is known before the first epoch and after each up to `last`; the optimiser's state after the last only."""
    before_training()
    current(spec)
    dataset, where = load(spec.dataset), device()
    if spec.precision == "bfloat16" and where.type == "cpu" and emulates_bfloat16():
        slow = "this processor emulates bfloat16, so training may take ten times as long"
        warnings.warn(f"{slow}: precision='float32' in the spec is faster here", stacklevel=3)
    net = network(spec.architecture, dataset.shape, dataset.classes, spec.dropout).to(where)
    inputs = pixels(dataset, spec.scaling)
    train, validation = (resident(split, where) for split in (dataset.train, dataset.validation))
    first = start.epoch if start else 0
    if not 0 <= first < spec.epochs:
        raise ValueError(f"a start after {first} epochs was given; allowed: 0 to {spec.epochs - 1}")

    def measured(theta: Tensor) -> Tensor:
        calibrate(net, theta, inputs(train.images[:CALIBRATION_IMAGES]))
        with torch.no_grad():
            predicted = logits(net, theta, inputs(validation.images)).argmax(1)
        return torch.tensor((predicted == validation.labels).double().mean().item())

    keep_freed()
    with reproducibly():
        epochs = _resume(partial, spec, start)
        theta = epochs[-1]["point"] if epochs else start.point.float() if start else initial_point(net, spec.init_seed)
        theta = theta.to(where, copy=True).requires_grad_()
        remembered = _remembered(epochs[-1]) if epochs else start.optimizer if start else {}
        state = state_of(spec, theta, remembered)
        if not epochs:
            epochs = [{"point": theta.detach().cpu().clone(), "validation_accuracy": measured(theta)}]
            _keep_epoch(partial, spec, start, 0, epochs[0])
        for epoch in range(first + len(epochs) - 1, last):
            loss, accuracy = one_epoch(spec, net, theta, state, train, inputs, epoch)
            known = {"point": theta.detach().cpu().clone(), "train_loss": loss.cpu(), "train_accuracy": accuracy.cpu()}
            known["validation_accuracy"] = measured(theta)
            known |= {f"optimizer.{name}": value.cpu().clone() for name, value in state.items()}
            for name in [n for n in epochs[-1] if n.startswith("optimizer.")]:
                del epochs[-1][name]
            epochs.append(known)
            _keep_epoch(partial, spec, start, len(epochs) - 1, known)
    return epochs


def _remembered(epoch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The optimiser's state among what is known after an epoch."""
    return {n.removeprefix("optimizer."): t for n, t in epoch.items() if n.startswith("optimizer.")}


def _epoch_recipe(spec: Spec, start: Start | None, epoch: int) -> dict:
    given = {"spec": spec, "epoch": epoch} | ({"start": start} if start else {})
    return memo.recipe_of("epoch", VERSION, given)


def _keep_epoch(partial: Path | None, spec: Spec, start: Start | None, epoch: int, known: dict[str, Tensor]) -> None:
    if partial is not None:
        header = files.header(_epoch_recipe(spec, start, epoch))
        files.keep(partial / f"epoch-{epoch:03d}.safetensors", known, header)


def _resume(partial: Path | None, spec: Spec, start: Start | None) -> list[dict[str, Tensor]]:
    """The epochs that an interrupted run left behind, up to the first that is missing or damaged."""
    epochs = []
    for epoch in range(spec.epochs + 1 if partial is not None else 0):
        path = partial / f"epoch-{epoch:03d}.safetensors"
        if not path.exists():
            break
        try:
            epochs.append(files.read(path, _epoch_recipe(spec, start, epoch))[0])
        except files.Damaged as error:
            warnings.warn(str(error), stacklevel=2)
            break
    return epochs


def _log(spec: Spec, epochs: int, seconds: float) -> None:
    """Note what a run took; kept beside the results, whose bytes must not depend on it."""
    line = {"recipe": trajectory.recipe(spec), **files.made_here(), "epochs": epochs, "seconds": round(seconds, 1)}
    with suppress(OSError), (paths.runs() / "times.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
