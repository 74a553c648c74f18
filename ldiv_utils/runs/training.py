"""A spec in, a trajectory out: one training run, resumable to the last bit, and many side by side."""

import json
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import paths
from ..datasets.images import Split, augment, load, pixels
from ..networks.architectures import network
from ..networks.cpu import keep_freed
from ..networks.point import CALIBRATION_IMAGES, calibrate, device, from_point, initial_point, logits
from ..specs import Spec
from ..store import files, memo

STEPS = [(0.9, 0.0005), (0.8, 0.001), (0.6, 0.01), (0.4, 0.1)]
VERSION = 1
ONE_RUN = Lock()


def learning_rate(spec: Spec, epoch: int) -> float:
    """The learning rate in `epoch` (from 0) of `spec`; see `Spec.schedule`."""
    match spec.schedule:
        case "constant":
            return spec.learning_rate
        case "halve":
            return spec.learning_rate / 2 ** (epoch // 10)
        case "steps":
            done = epoch / spec.epochs
            return spec.learning_rate * next((factor for start, factor in STEPS if done >= start), 1.0)


def run(spec: Spec, partial: Path | None = None) -> dict[str, Tensor]:
    """One training run: its checkpoints before the first epoch and after each of T epochs.

    Batches are drawn with replacement, floor(N / batch_size) in an epoch, as in the authors' code.
    On a CPU the run uses one thread, so that it gives the same bytes alone or beside others. Each
    epoch is kept in the folder `partial`, if one is given, and a killed run goes on from there.

    Returns:
        points: (T + 1, D), the weights; the last one is the solution.
        train_loss, train_accuracy: (T,), means over the epoch's batches, with dropout, cross-entropy in nats.
        validation_accuracy: (T + 1,), on the held-out images.

    Raises:
        ValueError: the loss is no longer finite.
    """
    dataset, where = load(spec.dataset), device()
    net = network(spec.architecture, dataset.shape, dataset.classes, spec.dropout).to(where)
    inputs = pixels(dataset, spec.scaling)
    train, validation = (_resident(split, where) for split in (dataset.train, dataset.validation))

    def measured(theta: Tensor) -> float:
        calibrate(net, theta, inputs(train.images[:CALIBRATION_IMAGES]))
        with torch.no_grad():
            predicted = logits(net, theta, inputs(validation.images)).argmax(1)
        return (predicted == validation.labels).double().mean().item()

    keep_freed()
    with _reproducibly():
        epochs = _resume(partial, spec)
        theta = epochs[-1]["point"] if epochs else initial_point(net, spec.init_seed)
        theta = theta.to(where, copy=True).requires_grad_()
        optimizer = _optimizer(spec, theta, epochs[-1] if epochs else {})
        if not epochs:
            epochs = [{"point": theta.detach().cpu().clone(), "validation_accuracy": torch.tensor(measured(theta))}]
            _keep_epoch(partial, spec, 0, epochs[0])
        before, started = len(epochs) - 1, time.perf_counter()
        for epoch in range(before, spec.epochs):
            loss, accuracy = _epoch(spec, net, theta, optimizer, train, inputs, epoch)
            state = optimizer.state[theta]
            epochs.append(
                {
                    "point": theta.detach().cpu().clone(),
                    "train_loss": loss.cpu(),
                    "train_accuracy": accuracy.cpu(),
                    "validation_accuracy": torch.tensor(measured(theta)),
                    **{f"optimizer.{name}": value.cpu().clone() for name, value in state.items()},
                }
            )
            for name in [n for n in epochs[-2] if n.startswith("optimizer.")]:
                del epochs[-2][name]
            _keep_epoch(partial, spec, epoch + 1, epochs[-1])
    _log(spec, spec.epochs - before, time.perf_counter() - started)
    names = {"points": "point", "train_loss": "train_loss", "train_accuracy": "train_accuracy"}
    result = {name: torch.stack([e[key] for e in epochs if key in e]) for name, key in names.items()}
    result["validation_accuracy"] = torch.stack([e["validation_accuracy"] for e in epochs])
    return result


@memo.stored(version=VERSION, publish=False)
def trajectory(spec: Spec) -> dict[str, Tensor]:
    """`run(spec)`, stored, and resumed where an earlier attempt was interrupted."""
    return run(spec, memo.partial(trajectory.recipe(spec)))


def _epoch(spec, net, theta, optimizer, train, inputs, epoch) -> tuple[Tensor, Tensor]:
    """One pass: mean loss and accuracy over its batches. Everything random hangs on (batch_seed, epoch)."""
    steps = max(1, len(train) // spec.batch_size)
    generator = torch.Generator().manual_seed(spec.batch_seed * 1_000_003 + epoch)
    batches = torch.randint(len(train), (steps, spec.batch_size), generator=generator)
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(spec, epoch)
    loss_sum = torch.zeros((), device=theta.device, dtype=torch.float64)
    right_sum = torch.zeros((), device=theta.device, dtype=torch.float64)
    kernels = [name for name, p in net.named_parameters() if p.dim() == 4]
    cuda = [theta.device] if theta.is_cuda else []
    net.train()
    with torch.random.fork_rng(cuda):
        torch.manual_seed(spec.batch_seed * 1_000_003 + epoch + 500_000)
        for batch in batches.to(theta.device):
            labels = train.labels[batch]
            images = augment(inputs(train.images[batch]), spec.augmentation, generator)
            with torch.autocast(theta.device.type, torch.bfloat16, enabled=spec.precision == "bfloat16"):
                outputs = logits(net, theta, images)
            outputs = outputs.float()
            loss = F.cross_entropy(outputs, labels)
            objective = loss
            if spec.weight_decay:
                weights = from_point(net, theta)
                objective = loss + spec.weight_decay * sum(weights[name].square().sum() for name in kernels)
            optimizer.zero_grad()
            objective.backward()
            optimizer.step()
            loss_sum += loss.detach()
            right_sum += (outputs.detach().argmax(1) == labels).sum()
    net.eval()
    if not torch.isfinite(loss_sum):
        raise ValueError(f"the loss of {spec} is no longer finite in epoch {epoch + 1}; lower its learning_rate")
    return loss_sum / steps, right_sum / (steps * spec.batch_size)


def _optimizer(spec: Spec, theta: Tensor, last: dict[str, Tensor]) -> torch.optim.Optimizer:
    kind = torch.optim.Adam if spec.optimizer == "adam" else torch.optim.SGD
    optimizer = kind([theta], lr=spec.learning_rate, fused=True)
    state = {n.removeprefix("optimizer."): t for n, t in last.items() if n.startswith("optimizer.")}
    if state:
        optimizer.state[theta] = {name: t.to(theta.device, copy=True) for name, t in state.items()}
    return optimizer


def _resident(split: Split, where: torch.device) -> Split:
    """The split on the device, images channels-last."""
    images = split.images.to(where).contiguous(memory_format=torch.channels_last)
    return Split(images, split.labels.to(where))


def _epoch_recipe(spec: Spec, epoch: int) -> dict:
    return memo.recipe_of("epoch", VERSION, {"spec": spec, "epoch": epoch})


def _keep_epoch(partial: Path | None, spec: Spec, epoch: int, tensors: dict[str, Tensor]) -> None:
    if partial is not None:
        files.keep(partial / f"epoch-{epoch:03d}.safetensors", tensors, _epoch_recipe(spec, epoch))


def _resume(partial: Path | None, spec: Spec) -> list[dict[str, Tensor]]:
    """The epochs that an interrupted run left behind, up to the first that is missing or damaged."""
    epochs = []
    for epoch in range(spec.epochs + 1 if partial is not None else 0):
        path = partial / f"epoch-{epoch:03d}.safetensors"
        if not path.exists():
            break
        try:
            epochs.append(files.read(path, _epoch_recipe(spec, epoch))[0])
        except files.Damaged as error:
            warnings.warn(str(error), stacklevel=2)
            break
    return epochs


def _log(spec: Spec, epochs: int, seconds: float) -> None:
    """Note what a run took; kept beside the results, whose bytes must not depend on it."""
    line = {"recipe": trajectory.recipe(spec), **files.made_here(), "epochs": epochs, "seconds": round(seconds, 1)}
    with suppress(OSError), (paths.runs() / "times.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


@contextmanager
def _reproducibly():
    """One run at a time in a process, on one CPU thread, without cuDNN's choices by timing or TF32.

    Threads share torch's global generator and settings, so a second run must wait.
    """
    cudnn, products = torch.backends.cudnn, torch.backends.cuda.matmul
    with ONE_RUN:
        before = torch.get_num_threads(), cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, products.allow_tf32
        torch.set_num_threads(1)
        cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, products.allow_tf32 = True, False, False, False
        try:
            yield
        finally:
            torch.set_num_threads(before[0])
            cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, products.allow_tf32 = before[1:]
