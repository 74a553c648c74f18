"""What the networks between many solutions do: in the middle of their hull, on the way there, along a tunnel.

Source: Fort and Jastrzebski (2019).
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from ..datasets.images import load
from ..measures.diversity import cosine_similarity, disagreement, label_difference
from ..points.curves import segment
from ..runs.connectors import Begun, Join, connector, hub, unheld
from ..runs.hyperplanes import Hyperplanes, hyperplanes
from ..runs.solutions import ends
from ..specs import Precision, Spec, known
from ..store import memo
from .paths import first, seen

Middle = Literal["hull", "connector", "hub"]
SETS = 3


def groups(specs: Sequence[Spec], m: int) -> list[tuple[Spec, ...]]:
    """Up to three sets of m + 1 runs that have no run in common."""
    return [tuple(specs[i : i + m + 1]) for i in range(0, len(specs) - m, m + 1)][:SETS]


def middle_of(specs: tuple[Spec, ...], kind: Middle, how: Join) -> Tensor:
    """The point, (D,), in the middle of m + 1 solutions: of their hull, as it is or trained, or their hub."""
    known("kind", kind, Middle)
    return ends(specs).mean(0) if kind == "hull" else {"connector": connector, "hub": hub}[kind](specs, how)["point"]


@memo.stored()
def middles(specs: tuple[Spec, ...], how: Join, images: int, precision: Precision = "float32") -> dict:
    """The K = m + 1 solutions, the middle of their hull and its connector, in this order: `loss`, (K + 2,), on the
    first training images; `accuracy`, (K + 2,), and `disagreement`, (K + 2, K + 2), on the test images."""
    data, spec = load(specs[0].dataset), specs[0]
    points = torch.cat([ends(specs), torch.stack([middle_of(specs, k, how) for k in ("hull", "connector")])])
    test = seen(spec, points, data.test, precision)
    return {
        "loss": seen(spec, points, first(data.train, images), precision)["loss"],
        "accuracy": test["accuracy"],
        "disagreement": disagreement(test["labels"].int()),
    }


@memo.stored()
def control(
    specs: tuple[Spec, ...], begun: Begun, how: Join, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """A network that had a connector's training without the hull, all (): its `loss` on the first training images; its
    `accuracy`, and `change`, the share of labels other than those of the first optimum, on the test images."""
    data, spec = load(specs[0].dataset), specs[0]
    points = torch.cat([ends([spec]), unheld(specs, begun, how)["point"][None]])
    test = seen(spec, points, data.test, precision)
    return {
        "loss": seen(spec, points, first(data.train, images), precision)["loss"][1],
        "accuracy": test["accuracy"][1],
        "change": label_difference(test["labels"].int(), test["labels"][0].int())[1],
    }


def by_kind(sets: Sequence[dict], quantity: Literal["loss", "accuracy"]) -> dict[str, Tensor]:
    """A quantity of `middles` for each of R sets, (R,): of its `optima`, on average, the `hull` and the `connector`."""
    rows = [one[quantity] for one in sets]
    means = torch.stack([row[:-2].mean() for row in rows])
    hull, trained = torch.stack([row[-2:] for row in rows]).T
    return {"optima": means, "hull": hull, "connector": trained}


@memo.stored()
def ways_in(
    specs: tuple[Spec, ...], kind: Middle, how: Join, places: int, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """`loss` and `accuracy`, (K, places), along the straight lines from K = m + 1 solutions to a middle of theirs, on
    the first training images."""
    train, end = first(load(specs[0].dataset).train, images), middle_of(specs, kind, how)
    points = (point for theta in ends(specs) for point in segment(theta, end, places))
    found = seen(specs[0], points, train, precision)
    return {name: found[name].view(len(specs), places) for name in ("loss", "accuracy")}


@memo.stored()
def tunnel(
    one: Spec, other: Spec, how: Hyperplanes, places: int, images: int, precision: Precision = "float32"
) -> dict[str, Tensor]:
    """A tunnel by hyperplanes at S places, `places` to a segment: `t`, (S,), the share of the straight line; `loss` on
    the first training images; `accuracy`, and `from_one` and `from_other`, the label change from both ends, on the
    first test images. `cosines`, (inner, inner), are those of what the pivots are away from the line.
    """
    data, (a, b) = load(one.dataset), ends([one, other])
    pivots = torch.cat([a[None], hyperplanes(one, other, how)["inner"].float(), b[None]])
    t = torch.linspace(0, 1, (how.inner + 1) * places + 1)
    points, line = how.at(t) @ pivots, segment(a, b, how.inner + 2)
    test = seen(one, points, first(data.test, images), precision)
    return {
        "t": t,
        "loss": seen(one, points, first(data.train, images), precision)["loss"],
        "accuracy": test["accuracy"],
        "from_one": (test["labels"] != test["labels"][0]).float().mean(1),
        "from_other": (test["labels"] != test["labels"][-1]).float().mean(1),
        "cosines": cosine_similarity((pivots - line)[1:-1]),
    }
