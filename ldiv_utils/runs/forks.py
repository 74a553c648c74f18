"""Runs that share their first steps and part: one goes on as it was, the other with another order of the batches.

Source: Frankle et al. (2020), "Linear mode connectivity and the lottery ticket hypothesis", section 2.
"""

from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from ..datasets.images import load
from ..networks.architectures import network
from ..networks.point import initial_point
from ..specs import Spec, known
from ..store import memo
from .descent import Descended, descend, steps_of
from .schedules import learning_rate

Memory = Literal["copied", "reset"]


@memo.stored(version=1, publish=False)
def trunk(spec: Spec, stops: tuple[int, ...]) -> dict:
    """Where the run of `spec` stands after the last of these numbers of steps: its `point`, (D,), and `optimizer`.

    The stops before are where it rests on the way, stored too, so that forks at each of them share their beginning.
    Raises ValueError unless the stops rise from 0 or more.
    """
    *before, step = stops
    if before:
        start = trunk(spec, tuple(before))
        if not before[-1] < step:
            raise ValueError(f"stops {stops} were given; allowed: numbers of steps that rise")
    else:
        dataset = load(spec.dataset)
        start = {"point": initial_point(network(spec.architecture, dataset.shape, dataset.classes), spec.init_seed)}
    ended = _on(spec, start, before[-1] if before else 0, step)
    return {"point": ended.pivots[0]} | ({"optimizer": ended.optimizer} if ended.optimizer else {})


@memo.stored(version=1)
def fork(spec: Spec, stops: tuple[int, ...], batch_seed: int, memory: Memory) -> dict[str, Tensor]:
    """The end, `point`, (D,), of the run of `spec` that sees the batches of another seed from its last stop on.

    `memory` is the optimiser's, there: copied from the shared beginning, or reset to nothing. With the spec's own seed,
    copied, it is the end of the run that does not fork. The learning rates go on as the spec says.
    """
    known("memory", memory, Memory)
    start = trunk(spec, stops)
    if memory == "reset":
        start = {"point": start["point"]}
    ended = _on(replace(spec, batch_seed=batch_seed), start, stops[-1], spec.epochs * steps_of(spec))
    return {"point": ended.pivots[0]}


def _on(spec: Spec, start: dict, first: int, last: int) -> Descended:
    """The run of `spec` from step `first` to `last`, from a point and what the optimiser remembers there."""
    steps = range(first, last)
    rates = torch.tensor([learning_rate(spec, s / steps_of(spec)) for s in steps], dtype=torch.float64)
    mixture = torch.ones(len(steps), 1)
    return descend(spec, start["point"][None], mixture, rates, optimizer=start.get("optimizer"), first=first)
