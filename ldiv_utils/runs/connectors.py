"""What joins several solutions: the middle of their hull, a hub with spokes to all of them, a simplex grown from one.

Sources: Fort and Jastrzebski (2019), m-connectors; Garipov et al. (2018), the loss along a path, here along spokes;
Benton et al. (2021), simplexes.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ..datasets.images import load
from ..networks.architectures import network
from ..networks.point import initial_point
from ..points.connectors import hull_directions, spokes
from ..points.simplexes import inside
from ..specs import Spec, known
from ..store import memo
from .descent import descend, steps_of
from .solutions import ends
from .tunnels import curve_rates

Begun = Literal["fresh", "optimum", "middle"]


@dataclass(frozen=True)
class Join:
    """For how many epochs a point is trained, and how fast at first; the rate falls as a curve's does."""

    epochs: int = 6
    learning_rate: float = 1.6e-3
    seed: int = 0

    def __post_init__(self):
        if self.epochs < 1:
            raise ValueError(f"{self.epochs} epochs were given; allowed: 1 or more")


@memo.stored(version=1)
def connector(specs: tuple[Spec, ...], how: Join) -> dict[str, Tensor]:
    """The middle of the hull of m + 1 solutions, trained at right angles to it: `point`, (D,); `losses`, (epochs,).

    The losses are those of training, dropout on, averaged over the steps of an epoch.
    Source: Fort and Jastrzebski (2019).
    """
    optima, spec, steps = ends(specs), specs[0], how.epochs * steps_of(specs[0])
    trained = descend(
        spec,
        optima.mean(0)[None],
        torch.ones(steps, 1),
        curve_rates(how.learning_rate, steps),
        normals=hull_directions(optima),
        first=spec.epochs * steps_of(spec),
        partial=memo.partial(connector.recipe(specs, how)),
    )
    return {"point": trained.pivots[0], "losses": trained.losses.view(how.epochs, -1).mean(1)}


@memo.stored(version=1)
def unheld(specs: tuple[Spec, ...], begun: Begun, how: Join) -> dict[str, Tensor]:
    """What a connector's training does without the hull, free to move anywhere: `point`, (D,); `losses`, (epochs,).

    Steps, rates and batches are those of the connector of m + 1 runs. It begins from the first run's `fresh` weights,
    from its `optimum`, or from the `middle` of the hull.
    """
    known("begun", begun, Begun)
    spec, steps = specs[0], how.epochs * steps_of(specs[0])
    if begun == "fresh":
        data = load(spec.dataset)
        start = initial_point(network(spec.architecture, data.shape, data.classes), spec.init_seed)
    else:
        start = ends(specs).mean(0) if begun == "middle" else ends([spec])[0]
    trained = descend(
        spec,
        start[None],
        torch.ones(steps, 1),
        curve_rates(how.learning_rate, steps),
        first=spec.epochs * steps_of(spec),
        partial=memo.partial(unheld.recipe(specs, begun, how)),
    )
    return {"point": trained.pivots[0], "losses": trained.losses.view(how.epochs, -1).mean(1)}


@memo.stored(version=1)
def hub(specs: tuple[Spec, ...], how: Join) -> dict[str, Tensor]:
    """One point whose straight lines to all of m + 1 solutions are trained: `point`, (D,); `losses`, (epochs,).

    It starts as the middle of their hull. Each step takes a place on one of the spokes, both drawn evenly.
    """
    optima, spec, steps = ends(specs), specs[0], how.epochs * steps_of(specs[0])
    generator = torch.Generator().manual_seed(how.seed)
    which = torch.randint(len(optima), (steps,), generator=generator)
    mixture = spokes(torch.rand(steps, generator=generator), which, len(optima))
    trained = descend(
        spec,
        torch.cat([optima, optima.mean(0)[None]]),
        mixture,
        curve_rates(how.learning_rate, steps),
        fixed=tuple(range(len(optima))),
        first=spec.epochs * steps_of(spec),
        partial=memo.partial(hub.recipe(specs, how)),
    )
    return {"point": trained.pivots[-1], "losses": trained.losses.view(how.epochs, -1).mean(1)}


@memo.stored(version=1)
def simplex(spec: Spec, more: int, how: Join) -> dict[str, Tensor]:
    """A simplex grown from one solution: `vertices`, (more + 1, D), the solution first; `losses`, (more, epochs).

    One vertex after the other starts at the mean of those before it, which stay as they are; each step takes one
    point drawn evenly from the simplex. The volume plays no part.
    Source: Benton et al. (2021); its code takes five points a step, adds their losses up, and rewards volume.
    """
    vertices, steps, losses = ends([spec]), how.epochs * steps_of(spec), []
    for k in range(1, more + 1):
        mixture = inside(steps, k + 1, torch.Generator().manual_seed(1_000 * how.seed + k))
        trained = descend(
            spec,
            torch.cat([vertices, vertices.mean(0)[None]]),
            mixture,
            curve_rates(how.learning_rate, steps),
            fixed=tuple(range(k)),
            first=spec.epochs * steps_of(spec) + (k - 1) * steps,
            partial=memo.partial(simplex.recipe(spec, more, how)),
        )
        vertices = trained.pivots
        losses.append(trained.losses.view(how.epochs, -1).mean(1))
    return {"vertices": vertices, "losses": torch.stack(losses)}
