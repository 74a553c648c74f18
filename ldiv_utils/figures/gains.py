"""What averaging gains, drawn: scores that grow with the runs, and members beside their average."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from .inks import GREY, ink
from .plots import LOOKS

Levels = tuple[float, float]


def growth(ax: Axes, runs: Sequence[float], both: Sequence[float], single: Sequence[float]) -> Axes:
    """A score for 1, 2, … runs, and with samples around each; a grey band from the lowest `single` to the highest.

    The curves carry their names: that which ends further out at its end, the other at its second point.
    """
    sizes, up = range(1, 1 + len(runs)), 1 if runs[-1] > runs[0] else -1
    out, back = ("bottom", "top") if up > 0 else ("top", "bottom")
    text, across = {"textcoords": "offset points", "fontsize": 10}, ax.get_yaxis_transform()
    ax.axhspan(min(single), max(single), color=LOOKS["original"].colour, alpha=0.35, linewidth=0)
    edge = min(up * value for value in single) * up
    ax.annotate("one run, five subspaces", (1, edge), (0, -3 * up), across, ha="right", va=back, **text)
    ax.plot(sizes, both, **LOOKS["low_rank"].line(5.0))
    ax.plot(sizes, runs, **LOOKS["independent"].line(8.0), markevery=slice(1, None))
    ax.plot(1, runs[0], **LOOKS["original"].marks(6.0), zorder=4)
    curves = [(runs, LOOKS["independent"].name, "independent"), (both, "runs with samples", "low_rank")]
    inner, outer = sorted(curves, key=lambda curve: up * curve[0][-1])
    for (values, name, family), k, place in [(inner, 1, (7, -5 * up)), (outer, -1, (4, 7 * up))]:
        turn = {"ha": "left", "va": back} if k == 1 else {"ha": "right", "va": out}
        ax.annotate(name, (sizes[k], values[k]), place, color=ink(LOOKS[family].colour), **turn, **text)
    ax.set(xlabel="runs in the ensemble", xticks=sizes)
    ax.margins(y=0.16)
    return ax


def level(ax: Axes, height: float, name: str, below: bool = True) -> Axes:
    """A dashed line across, named at its right end."""
    ax.axhline(height, color=GREY, linestyle="--", linewidth=1)
    place = {"ha": "right", "va": "top" if below else "bottom", "fontsize": 10}
    ax.annotate(name, (1, height), (0, -3 if below else 3), ax.get_yaxis_transform(), "offset points", **place)
    return ax


def differences(ax: Axes, ways: Mapping[str, Sequence[float]]) -> Axes:
    """What each way of predicting with a run adds to a score of 1, 2, … of them; zero is to add nothing."""
    ax.axhline(0, **LOOKS["original"].line() | {"marker": "none"})
    for way, values in ways.items():
        ax.plot(range(1, 1 + len(values)), values, **LOOKS[way].line())
    ax.set(xlabel="runs in the ensemble", xticks=range(1, 1 + len(values)))
    return ax


def members_and_average(ax: Axes, rows: Mapping[str, tuple[str, Levels]]) -> Axes:
    """A row for each name, the first on top, in a family's look: a ring for the members, a mark for their average."""
    for height, (family, (apart, average)) in enumerate(reversed(rows.values())):
        colour = LOOKS[family].colour
        ax.plot([apart, average], [height, height], color=colour, linewidth=2.5, alpha=0.6)
        ax.plot(apart, height, "o", color=colour, markerfacecolor="none", markersize=7)
        ax.plot(average, height, **LOOKS[family].marks(7.0), zorder=3)
    ax.set_yticks(range(len(rows)), list(reversed(rows)))
    return ax
