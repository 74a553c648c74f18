"""What a second run adds to a score, and how far that hangs on which runs there are."""

import torch
from jaxtyping import Float
from torch import Tensor

from ..measures import jackknife_error, subsets


def gain(alone: Float[Tensor, " R"], together: Float[Tensor, " P"]) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """The mean score of the P pairs of R runs less that of the R runs, and its standard error.

    `together` is in the order of `subsets(R, 2)`. The error is by the jackknife over runs,
    since every two pairs may share a run; two runs or more are left when one goes.
    Raises ValueError for fewer than three runs, or unless there is a score for every pair.
    """
    runs = len(alone)
    if runs < 3 or len(together) != runs * (runs - 1) // 2:
        raise ValueError(f"{runs} runs and {len(together)} pairs were given; allowed: 3 runs or more, and all pairs")
    pairs = torch.tensor(subsets(runs, 2, len(together)))

    def of(kept: Tensor) -> Tensor:
        return together[kept[pairs].all(1)].mean() - alone[kept].mean()

    without = torch.stack([of(torch.arange(runs) != run) for run in range(runs)])
    return of(torch.ones(runs, dtype=torch.bool)), jackknife_error([without])
