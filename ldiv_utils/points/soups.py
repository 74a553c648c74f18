"""Soups: the mean of several points, all of them or those that help.

Source: Wortsman et al. (2022), "Model soups", and their code.
"""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

from .subspaces import mean_point


def greedy(points: Float[Tensor, "M D"], score: Callable[[Float[Tensor, "m D"]], Float[Tensor, " m"]]) -> list[int]:
    """Which of M points a greedy soup keeps, in the order in which it takes them.

    It begins with the best, and goes on from better to worse: a point stays if the mean with it scores strictly higher.
    `score` must look at held-out data alone; of equal points the first comes first.

    Raises ValueError if there is no point.
    """
    if len(points) == 0:
        raise ValueError("no point was given; allowed: one or more")
    best, *rest = score(points).argsort(descending=True, stable=True).tolist()
    kept, reached = [best], score(points[[best]]).item()
    for one in rest:
        tried = score(mean_point(points[[*kept, one]])[None]).item()
        if tried > reached:
            kept, reached = [*kept, one], tried
    return kept
