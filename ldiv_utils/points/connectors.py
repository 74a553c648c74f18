"""Points that join many solutions: the directions of their convex hull, and what its middle takes of each.

Source: Fort and Jastrzebski (2019), "Large scale structure of neural network loss landscapes", section on m-connectors.
"""

import torch
from jaxtyping import Float
from torch import Tensor

FLAT = 1e-5  # of the longest edge: solutions nearer than this to a smaller hull span it no further


def hull_directions(optima: Float[Tensor, "K D"]) -> Float[Tensor, "m D"]:
    """Orthonormal directions of the convex hull of K = m + 1 ≥ 2 optima: the rows of Q of {θ_i − θ_0}, i = 1 … m.

    Whoever moves at right angles to all of them stays as far along the hull as before.
    Raises ValueError unless the hull has m dimensions.
    """
    if len(optima) < 2:
        raise ValueError(f"{len(optima)} optima were given; allowed: 2 or more")
    edges = (optima[1:] - optima[0]).double()
    q, r = torch.linalg.qr(edges.T)
    if len(edges) > edges.shape[1] or not (r.diagonal().abs() > FLAT * edges.norm(dim=1).max()).all():
        raise ValueError(
            f"the hull of {len(optima)} optima has less than {len(edges)} dimensions; allowed: all of them"
        )
    return q.T.float()


def spokes(t: Float[Tensor, " S"], which: Tensor, optima: int) -> Float[Tensor, "S P"]:
    """Coefficients of K optima and, last, of a hub: the hub's is t, the optimum's that is meant is 1 − t.

    `which`, (S,), whole numbers from 0: for each of the S places whose spoke it lies on.
    """
    rows = torch.nn.functional.one_hot(which.long(), optima).to(t.dtype) * (1 - t)[:, None]
    return torch.cat([rows, t[:, None]], dim=1)
