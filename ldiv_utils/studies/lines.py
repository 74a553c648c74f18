"""Ensembles beside the line through single networks: how far off it they lie, and how surely.

A network stands in a plane: its score on clean images across, its mean score on worse ones upwards.
Source: Abe et al. (2022), "Deep ensembles work, but are they necessary?"
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets import load
from ..measures import accuracy, blocks_of, brier, jackknife_error
from ..measures.ensembles import Score as Of
from ..specs import Precision, Spec
from ..store import stored
from . import ensembles
from .shown import Shown, rows_of
from .worth import answers

Score = Literal["brier", "softened", "accuracy"]
SCORES = get_args(Score)


@dataclass(frozen=True)
class Kind:
    """R networks of one kind in the plane, on each of B blocks of images.

    Attributes:
        singles: each by itself, (R, B, 2).
        together: their ensemble, (B, 2).
        without: ensembles of all but one, row r without network r, (R, B, 2); (0, B, 2) where they are not known.
    """

    singles: Float[Tensor, "R blocks 2"]
    together: Float[Tensor, "blocks 2"]
    without: Float[Tensor, "W blocks 2"]

    def less(self, r: int) -> "Kind":
        """The kind without network r: the others, and their ensemble."""
        kept = torch.arange(len(self.singles)) != r
        return Kind(self.singles[kept], self.without[r], self.without[:0])

    def without_images(self, b: int) -> "Kind":
        """The kind without the images of block b."""
        kept = torch.arange(len(self.together)) != b
        return Kind(self.singles[:, kept], self.together[kept], self.without[:, kept])


@stored()
def on_blocks(specs: list[Spec], shown: Shown, precision: Precision) -> dict[str, dict[str, Tensor]]:
    """Scores at I intensities on ten blocks of the images, by `Score`: of R networks as `singles`, (R, I, 10), of their
    ensemble, `together`, (I, 10), and of the ensembles `without` each network, (R, I, 10).

    "softened" is the Brier score of networks and averages that have a temperature each (`tempered`).
    """
    probs = answers(specs, shown, precision)["shifted"].float().softmax(-1)
    labels = load(specs[0].dataset).test.labels[rows_of(specs[0].dataset, shown).flatten()]
    runs = torch.arange(len(specs))
    rest = torch.stack([probs[runs != r].mean(0) for r in runs])

    def scored(each: Float[Tensor, "M I N C"]) -> dict[str, Float[Tensor, "M I 10"]]:
        soft = torch.stack([tempered(one, labels) for one in each])
        return {
            "brier": _by_block(each, labels, brier),
            "softened": _by_block(soft, labels, brier),
            "accuracy": _by_block(each, labels, accuracy),
        }

    found = {"singles": scored(probs), "together": scored(probs.mean(0, keepdim=True)), "without": scored(rest)}
    return {
        score: {part: of[score][0] if part == "together" else of[score] for part, of in found.items()}
        for score in SCORES
    }


def tempered(probs: Float[Tensor, "I N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, "I N C"]:
    """One network at I intensities, softened by the temperature of the best Brier score on clean images.

    Each half of the images gets the temperature that is best on the other.
    """
    halves, result = [slice(0, None, 2), slice(1, None, 2)], torch.empty_like(probs)
    for tuned, scored in (halves, halves[::-1]):
        tried = torch.stack([ensembles.softened(probs[0, tuned], t) for t in ensembles.TEMPERATURES])
        best = ensembles.TEMPERATURES[int(brier(tried, labels[tuned]).argmin())]
        result[:, scored] = ensembles.softened(probs[:, scored].flatten(0, 1), best).view_as(probs[:, scored])
    return result


def kind_of(specs: list[Spec], shown: Shown, precision: Precision, score: Score) -> Kind:
    """Runs of one kind in the plane of a score."""
    return Kind(**{part: places(values) for part, values in on_blocks(specs, shown, precision)[score].items()})


def places(values: Float[Tensor, "*R I blocks"]) -> Float[Tensor, "*R blocks 2"]:
    """Scores on clean images, and their means over the intensities 1 to 5, from those at I intensities."""
    return torch.stack([values[..., 0, :], values[..., 1:, :].mean(-2)], dim=-1)


def line_through(kinds: Sequence[Kind]) -> tuple[float, float]:
    """Slope and height of the least-squares line through the single networks of all kinds.

    Raises ValueError for fewer than three of them, through any two of which there is a line.
    """
    x, y = torch.cat([kind.singles.mean(1) for kind in kinds]).double().T
    if len(x) < 3:
        raise ValueError(f"{len(x)} single networks were given; allowed: three or more, to lie off a line")
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return slope.item(), (y.mean() - slope * x.mean()).item()


def above_line(kinds: Sequence[Kind]) -> Float[Tensor, " kinds"]:
    """How far the ensemble of each kind lies above the line through the single networks of all kinds."""
    slope, height = line_through(kinds)
    x, y = torch.stack([kind.together.mean(0) for kind in kinds]).double().T
    return y - (slope * x + height)


def error_of_mean(kinds: Sequence[Kind]) -> Float[Tensor, ""]:
    """Standard error of the mean of `above_line` over the kinds: what other runs and other images may change.

    Left out in turn: each run, from the line and from its ensemble; and each block of images. The kinds are given.
    Raises ValueError for a kind whose ensembles without each of its runs are not there.
    """
    if any(len(kind.without) != len(kind.singles) for kind in kinds):
        given = [(len(kind.singles), len(kind.without)) for kind in kinds]
        raise ValueError(f"runs, and ensembles without one, were given as {given}; allowed: as many of both")
    runs = [
        [[*kinds[:i], kind.less(r), *kinds[i + 1 :]] for r in range(len(kind.without))] for i, kind in enumerate(kinds)
    ]
    images = [[kind.without_images(b) for kind in kinds] for b in range(len(kinds[0].together))]
    return jackknife_error([torch.stack([above_line(left).mean() for left in of]) for of in (*runs, images)])


def _by_block(probs: Float[Tensor, "M I N C"], labels: Int[Tensor, " N"], score: Of) -> Float[Tensor, "M I 10"]:
    of = [[score(at[:, block], labels[block]) for at in probs.unbind(1)] for block in blocks_of(len(labels))]
    return torch.stack([torch.stack(one, dim=1) for one in of], dim=2)
