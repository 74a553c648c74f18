"""What the box at a chapter's head asks: a number, a choice or a sketch, with what was measured.

A guess belongs to a claim, whose row answers it. The site makes a field of it (`book/guess.py`); every other viewer
shows the box alone.
"""

from collections.abc import Sequence

from torch import Tensor

Guess = dict[str, object]  # as the page's script reads it
Number = Tensor | float | int


def number(asks: str, measured: Number, low: Number = 0, high: Number = 1, digits: int = 2) -> Guess:
    """A number from `low` to `high`; what was measured is shown with so many digits."""
    if not low <= measured <= high:
        raise ValueError(f"{float(measured):g} was measured; allowed: {low:g} to {high:g}, what a reader may say")
    return {"kind": "number", "asks": asks, "measured": f"{measured:.{digits}f}", "low": low, "high": high}


def choice(asks: str, options: Sequence[str], measured: str) -> Guess:
    """One of the options."""
    if measured not in options:
        raise ValueError(f"{measured!r} was measured; allowed: {', '.join(options)}, what a reader may say")
    return {"kind": "choice", "asks": asks, "measured": measured, "options": list(options)}


def sketch(
    asks: str, x: str, xs: Sequence[Number], measured: Tensor | Sequence[Number], low: Number = 0, high: Number = 1
) -> Guess:
    """A curve, one value from `low` to `high` at each of `xs`, which rise; `x` names them."""
    if len(xs) != len(measured) or list(xs) != sorted(set(xs)):
        raise ValueError(f"{len(measured)} values at {len(xs)} places were given; allowed: one at each, places rising")
    if outside := [float(y) for y in measured if not low <= y <= high]:
        raise ValueError(f"{outside[0]:g} was measured; allowed: {low:g} to {high:g}, what a reader may draw")
    curve = [round(float(y), 2) for y in measured]
    return {"kind": "sketch", "asks": asks, "measured": curve, "low": low, "high": high, "x": x, "xs": list(xs)}
