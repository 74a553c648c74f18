"""Gradient descent of a few pivots whose mixtures are networks: how curves, simplexes and forks are trained.

At step s the network is θ = c_s · pivots, with coefficients c_s of that step, and a pivot's gradient is its
coefficient times the gradient at θ. One pivot with coefficient 1 is a training run.
Source: Garipov et al. (2018), section 3 and algorithm 1 of its appendix.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ..datasets.images import augment, load, pixels
from ..networks.architectures import network
from ..networks.cpu import keep_freed
from ..networks.point import device, from_point, logits
from ..specs import Spec, current
from ..store import files, memo
from ..store.audit import before_training
from .one_epoch import reproducibly, resident
from .optimizers import state_of, step

VERSION = 1
Gradient = Callable[[Float[Tensor, " D"], int], tuple[Tensor, Float[Tensor, " D"]]]


@dataclass(frozen=True, eq=False)
class Descended:
    """Where a descent ended: all P pivots, what the optimiser remembers, and the training loss at each of its steps."""

    pivots: Float[Tensor, "P D"]
    optimizer: dict[str, Tensor]
    losses: Float[Tensor, " steps"]


def steps_of(spec: Spec) -> int:
    """Steps in an epoch: floor(N / batch_size), at least one."""
    return max(1, len(load(spec.dataset).train) // spec.batch_size)


def training_gradient(spec: Spec) -> Gradient:
    """The function (θ, step) → loss and gradient at any point θ, (D,), on the training batch of that step.

    Step s sees the batch that `run(spec)` sees at step s, counted over all epochs; dropout masks and augmentation hang
    on (batch_seed, step) alone, so that a descent can stop and go on anywhere. The gradient holds the weight decay of
    the spec, at θ. To be called within `reproducibly()`.
    """
    current(spec)
    dataset, where, steps = load(spec.dataset), device(), steps_of(spec)
    net = network(spec.architecture, dataset.shape, dataset.classes, spec.dropout).to(where).train()
    inputs, train = pixels(dataset, spec.scaling), resident(dataset.train, where)
    kernels = [name for name, p in net.named_parameters() if p.dim() == 4]
    cuda = [where] if where.type == "cuda" else []
    keep_freed()

    @lru_cache(maxsize=1)
    def batches_of(epoch: int) -> Tensor:
        generator = torch.Generator().manual_seed(spec.batch_seed * 1_000_003 + epoch)
        return torch.randint(len(train), (steps, spec.batch_size), generator=generator).to(where)

    def gradient(theta: Tensor, step: int) -> tuple[Tensor, Tensor]:
        batch, seed = batches_of(step // steps)[step % steps], spec.batch_seed * 1_000_003 + 500_000_000 + step
        theta = theta.detach().requires_grad_()
        with torch.random.fork_rng(cuda):
            torch.manual_seed(seed)
            generator = torch.Generator().manual_seed(seed)
            images = augment(inputs(train.images[batch]), spec.augmentation, generator)
            with torch.autocast(where.type, torch.bfloat16, enabled=spec.precision == "bfloat16"):
                outputs = logits(net, theta, images)
            loss = F.cross_entropy(outputs.float(), train.labels[batch])
        objective = loss
        if spec.weight_decay:
            weights = from_point(net, theta)
            objective = loss + spec.weight_decay * sum(weights[name].square().sum() for name in kernels)
        return loss.detach(), torch.autograd.grad(objective, theta)[0]

    return gradient


def descend(
    spec: Spec,
    pivots: Float[Tensor, "P D"],
    mixture: Float[Tensor, "steps P"],
    rates: Float[Tensor, " steps"],
    fixed: tuple[int, ...] = (),
    normals: Float[Tensor, "m D"] | None = None,
    optimizer: dict[str, Tensor] | None = None,
    first: int = 0,
    partial: Path | None = None,
) -> Descended:
    """Train the pivots that are not `fixed`, a step for each row of `mixture`: the coefficients of the network trained.

    On a CPU it uses one thread and gives the same bytes alone or beside others. With a folder `partial` it keeps where
    it stands after each epoch, and a killed descent goes on from there.

    Args:
        spec: says network, images, batches, dropout, weight decay and optimiser; not for how long, and how fast.
        rates: the learning rate of each step, in double precision if it is to be that of a Python number.
        fixed: the pivots that stay as they are, to the bit: no gradient, no memory of the optimiser.
        normals: orthonormal; no pivot moves along any of them.
        optimizer: what the optimiser remembers of the free pivots, flattened one after the other; by default nothing.
        first: the number of the first step, which decides the batches.

    Raises:
        ValueError: shapes do not fit, no pivot is free, or the loss is no longer finite.
    """
    before_training()
    free = [i for i in range(len(pivots)) if i not in fixed]
    if mixture.shape != (len(rates), len(pivots)) or not free:
        given = f"{tuple(mixture.shape)} coefficients, {len(rates)} rates and {len(pivots)} pivots, {len(free)} free,"
        raise ValueError(f"{given} were given; allowed: (steps, P), steps and P, one pivot free or more")
    arguments = {"spec": spec, "pivots": pivots, "mixture": mixture, "rates": rates, "fixed": fixed, "first": first}
    recipe = memo.recipe_of("descent", VERSION, arguments | {"normals": normals, "optimizer": optimizer or {}})
    path = None if partial is None else partial / memo.file_name(recipe)
    where, every = device(), steps_of(spec)
    with reproducibly():
        gradient, known = training_gradient(spec), _kept(path, recipe)
        pivots = known.pop("pivots", pivots).float().to(where, copy=True)
        losses = known.pop("losses", torch.zeros(0)).tolist()
        moved = pivots[free]
        state = state_of(spec, moved.flatten(), known or optimizer or {})
        along = None if normals is None else normals.float().to(where)
        for s in range(len(losses), len(rates)):
            c = mixture[s].float().to(where)
            loss, at_theta = gradient(c @ pivots, first + s)
            descent = without(c[free, None] * at_theta, along).flatten()
            before = moved.clone() if along is not None else moved
            step(spec, moved.view(-1), descent, state, float(rates[s]))
            if along is not None:  # Adam bends a gradient: its step is projected too
                moved = before + without(moved - before, along)
            pivots[free] = moved
            losses.append(loss.item())
            if (s + 1) % every == 0 or s + 1 == len(rates):
                if not torch.tensor(losses[-every:]).isfinite().all():
                    raise ValueError(f"the loss of {spec} is no longer finite at step {s + 1}; lower its rates")
                if path is not None:
                    kept = {"pivots": pivots, "losses": torch.tensor(losses)} | state
                    files.keep(path, {n: t.cpu().clone() for n, t in kept.items()}, files.header(recipe))
    return Descended(pivots.cpu(), {n: t.cpu() for n, t in state.items()}, torch.tensor(losses))


def without(vectors: Float[Tensor, "F D"], normals: Float[Tensor, "m D"] | None) -> Float[Tensor, "F D"]:
    """The part of each of F vectors that stands at right angles to all of the orthonormal `normals`."""
    return vectors if normals is None else vectors - (vectors @ normals.T) @ normals


def _kept(path: Path | None, recipe: dict) -> dict[str, Tensor]:
    """What an interrupted descent left behind, nothing if that is missing or damaged."""
    if path is None or not path.exists():
        return {}
    try:
        return files.read(path, recipe)[0]
    except files.Damaged as error:
        warnings.warn(str(error), stacklevel=3)
        return {}
