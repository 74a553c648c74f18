"""How wide a valley is on a cut through it."""

import torch
from jaxtyping import Float
from torch import Tensor


def half_width(values: Float[Tensor, "S W"], places: Float[Tensor, " W"], rise: float = 0.5) -> Float[Tensor, " S"]:
    """How far from place 0 a loss or an error has risen by `rise`, the mean of both sides, for each of S cuts.

    On each side the first place where v − v(0) reaches `rise`, by linear interpolation; ∞ if none does.

    Raises ValueError unless places rise, hold 0 strictly inside, and there is a value at each.
    """
    if values.shape[-1] != len(places) or not (places.diff() > 0).all() or not (places[1:-1] == 0).any():
        given = f"{values.shape[-1]} values at {len(places)} places were given"
        raise ValueError(f"{given}; allowed: a value at each place, places rising, 0 among them and at neither end")
    centre = int((places == 0).nonzero())
    sides = [(values[:, centre:], places[centre:]), (values[:, : centre + 1].flip(1), -places[: centre + 1].flip(0))]
    return torch.stack([_reached(side - side[:, :1], at, rise) for side, at in sides]).mean(0)


def _reached(risen: Float[Tensor, "S W"], places: Float[Tensor, " W"], rise: float) -> Float[Tensor, " S"]:
    """The first place, from 0 outwards, where each row has risen so far."""
    there = risen >= rise
    first = there.int().argmax(1).clamp(min=1)
    rows = torch.arange(len(risen))
    before, after = risen[rows, first - 1], risen[rows, first]
    share = (rise - before) / (after - before)
    reached = places[first - 1] + share * (places[first] - places[first - 1])
    return torch.where(there.any(1), reached, torch.inf)
