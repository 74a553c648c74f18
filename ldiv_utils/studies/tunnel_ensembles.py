"""Ensembles from a tunnel: its points against its two ends and against further runs, on clean and on corrupted images.

Every ensemble averages probabilities. Sources: Garipov et al. (2018), sections 4 and 5, figure 2; for the images
Fort et al. (2020), section 5.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ..datasets import load
from ..datasets.splits import Split
from ..measures import accuracy, brier, label_difference, log_likelihood
from ..points.spacing import evenly
from ..predict import predict
from ..runs import Curve, ends
from ..specs import Spec
from ..store import stored
from .between import pivots_of
from .shown import Shown, rows_of, test_images

SCORES = {"accuracy": accuracy, "brier": brier, "log_likelihood": log_likelihood}
INTENSITIES = range(1, 6)
Place = str | int  # "validation", "test", or the intensity of a corruption


def places() -> list[Place]:
    """Where ensembles are scored: the held-out images, on which their size is chosen, then what they are judged by."""
    return ["validation", "test", *INTENSITIES]


def images_of(dataset: str, place: Place, shown: Shown) -> Split:
    """The validation images, the test images, or as many as `shown` says under each corruption."""
    if isinstance(place, str):
        return getattr(load(dataset), place)
    labels = load(dataset).test.labels[rows_of(dataset, shown).flatten()]
    return Split(test_images(dataset, shown, place), labels)


@stored(publish=False)
def predicted_along(one: Spec, other: Spec, how: Curve, count: int, place: Place, shown: Shown) -> dict[str, Tensor]:
    """`log_probs`, (S, N, C) in half precision, of S points at even distances along a curve, its ends among them."""
    pivots = pivots_of(one, other, how)
    points = how.at(evenly(how.at, pivots, count)) @ pivots
    probs = predict(one, points, images_of(one.dataset, place, shown).images, "bfloat16")
    return {"log_probs": probs.clamp_min(1e-26).log().half()}


@stored(publish=False)
def predicted_by(spec: Spec, place: Place, shown: Shown) -> dict[str, Tensor]:
    """`log_probs`, (N, C) in half precision, of the end of a run."""
    probs = predict(spec, ends([spec]), images_of(spec.dataset, place, shown).images, "bfloat16")
    return {"log_probs": probs.clamp_min(1e-26).log().half()[0]}


def sizes(count: int) -> list[int]:
    """Of how many of `count` evenly spaced points an ensemble can be made that are evenly spaced too, both ends in."""
    return [k for k in range(2, count + 1) if (count - 1) % (k - 1) == 0]


def tunnel(probs: Float[Tensor, "S N C"], size: int) -> Float[Tensor, "N C"]:
    """The mean prediction of `size` of S evenly spaced points, each counted once: the two ends alone for size 2."""
    return probs[:: (len(probs) - 1) // (size - 1)].mean(0)


def ensembles(
    probs: Float[Tensor, "S N C"], others: Sequence[Float[Tensor, "N C"]], shorter: Sequence[Float[Tensor, "N C"]]
) -> dict[str, Float[Tensor, "E N C"]]:
    """What is compared, each a batch of predictions: `alone`, the S points; `with_first`, the first end and each point;
    `tunnel`, one for each of `sizes`; the two ends and one or two of R other runs: `third`, R, `fourth`,
    R (R − 1) / 2; `shorter`: the two ends and one of the runs of fewer epochs. Without such runs, without these."""
    first, last = probs[0], probs[-1]

    def with_ends(*more: Tensor) -> Tensor:
        return torch.stack([first, last, *more]).mean(0)

    further = {
        "third": [with_ends(run) for run in others],
        "fourth": [with_ends(*two) for two in itertools.combinations(others, 2)],
        "shorter": [with_ends(run) for run in shorter],
    }
    return {
        "alone": probs,
        "with_first": (probs + first) / 2,
        "tunnel": torch.stack([tunnel(probs, size) for size in sizes(len(probs))]),
        **{name: torch.stack(made) for name, made in further.items() if made},
    }


@stored()
def tunnel_scores(
    one: Spec, other: Spec, how: Curve, count: int, others: tuple[Spec, ...], shorter: tuple[Spec, ...], shown: Shown
) -> dict:
    """Accuracy, Brier score and log-likelihood of `ensembles` at each of `places`: result[place][score][which], (E,).

    The intensities stand under "shifted". `t`, (S,): where the points lie; `change`, (2, S): on the test images, the
    share of labels other than those of either end.
    """
    pivots, result = pivots_of(one, other, how), {"shifted": {}}
    for place in places():
        labels = images_of(one.dataset, place, shown).labels
        probs = predicted_along(one, other, how, count, place, shown)["log_probs"].float().exp()
        runs = [predicted_by(spec, place, shown)["log_probs"].float().exp() for spec in (*others, *shorter)]
        table = scored(ensembles(probs, runs[: len(others)], runs[len(others) :]), labels)
        if isinstance(place, str):
            result[place] = table
        else:
            result["shifted"][place] = table
        if place == "test":
            said = probs.argmax(-1)
            result["change"] = torch.stack([label_difference(said, end) for end in (said[0], said[-1])])
    return result | {"t": evenly(how.at, pivots, count)}


def of_pairs(
    runs: Sequence[Spec],
    pairs: Sequence[tuple[int, int]],
    others: Sequence[tuple[int, ...]],
    how: Curve,
    count: int,
    shown: Shown,
) -> list[dict]:
    """`tunnel_scores` of each pair of runs, beside its other runs; the first of these also with half of its epochs;
    scores of E ensembles are (E,)."""
    return [
        tunnel_scores(
            runs[a],
            runs[b],
            how,
            count,
            tuple(runs[run] for run in more),
            (replace(runs[more[0]], epochs=runs[more[0]].epochs // 2),),
            shown,
        )
        for (a, b), more in zip(pairs, others, strict=True)
    ]


def scored(compared: dict[str, Float[Tensor, "E N C"]], labels: Int[Tensor, " N"]) -> dict[str, dict[str, Tensor]]:
    """Each of `SCORES` of every batch of predictions, (E,)."""
    return {name: {which: score(p, labels) for which, p in compared.items()} for name, score in SCORES.items()}


def chosen(results: Sequence[dict], count: int) -> int:
    """How many points: that of `sizes` whose ensembles, (E,), have the best mean Brier score on validation images."""
    means = torch.stack([one["validation"]["brier"]["tunnel"] for one in results]).mean(0)
    return sizes(count)[int(means.argmin())]


def at(results: Sequence[dict], place: Place, score: str, which: str) -> Float[Tensor, "P E"]:
    """One score, (P, E), of the ensembles `which` of P pairs at a place, a row for each pair."""
    tables = [one[place] if isinstance(place, str) else one["shifted"][place] for one in results]
    return torch.stack([table[score][which] for table in tables])


def compared(
    results: Sequence[dict], place: Place, score: str, count: int, size: int
) -> dict[str, Float[Tensor, " P"]]:
    """What P pairs, (P,), score at a place: with their two `ends`, with `size` points of the tunnel's `count`,
    `tunnel`, and with the ends and further runs, `shorter`, `third` and `fourth` where there are any: the mean over the
    choices.
    """
    tunnels = at(results, place, score, "tunnel")
    found = {"ends": tunnels[:, 0], "tunnel": tunnels[:, sizes(count).index(size)]}
    more = [name for name in ("shorter", "third", "fourth") if name in results[0]["test"][score]]
    return found | {name: at(results, place, score, name).mean(1) for name in more}
