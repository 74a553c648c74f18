"""How high a path rises between its ends.

Sources: Frankle et al. (2020), section 2 (`above="mean"`); Benzing et al. (2022) and Entezari et al. (2022)
(`above="line"`); Draxler et al. (2018) report the highest loss itself.
"""

from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

Above = Literal["line", "mean"]


def barrier(values: Float[Tensor, "S *I"], t: Float[Tensor, " S"], above: Above = "line") -> Float[Tensor, "*I"]:
    """How far a loss or an error rises along a path above its ends, at least 0: the ends count as points of it.

    max over s of v_s − (1 − t_s) v_first − t_s v_last above the `line` between the ends, or of v_s − (v_first +
    v_last) / 2 above their `mean`, then at least 0.

    Args:
        t: where along the path each value was taken, from 0 to 1.

    Raises ValueError unless there are two values or more, t rises from 0 to 1, and `above` is known.
    """
    if above not in get_args(Above):
        raise ValueError(f"above {above!r} was given; allowed: {', '.join(get_args(Above))}")
    if len(values) != len(t) or len(t) < 2 or t[0] != 0 or t[-1] != 1 or not (t.diff() > 0).all():
        raise ValueError(
            f"{len(values)} values at t = {t.tolist()} were given; allowed: 2 or more, t rising from 0 to 1"
        )
    share = torch.full_like(t, 0.5) if above == "mean" else t
    share = share.view(-1, *[1] * (values.dim() - 1))
    ends = (1 - share) * values[0] + share * values[-1]
    return (values - ends).amax(0).clamp(min=0)
