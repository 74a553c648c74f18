"""Paths are drawn as they were measured: dashed where straight, against the length of the way."""

import torch

from ldiv_utils.figures import profiles


def path(places=5, length=1.0):
    values = {f"{i}_{w}": torch.rand(places) for i in ("training", "test") for w in ("loss", "accuracy")}
    change = {f"{i}_change": torch.rand(2, places) for i in ("training", "test")}
    return values | change | {"length": torch.linspace(0, length, places)}


def test_each_panel_has_each_path_against_its_own_length(subplots):
    paths = {"straight line": path(), "chain": path(7, 1.4)}
    axes = profiles.panels(subplots(3, 2), paths)
    for row, what in zip(axes, ("loss", "accuracy", "change"), strict=True):
        for ax, images in zip(row, ("training", "test"), strict=True):
            for line, one in zip(ax.lines, paths.values(), strict=True):
                values = one[f"{images}_{what}"]
                drawn = torch.tensor(line.get_xydata()).float()
                torch.testing.assert_close(drawn[:, 0], one["length"])
                torch.testing.assert_close(drawn[:, 1], values[0] if what == "change" else values)
    assert axes[0, 0].lines[0].get_linestyle() == "--"


def test_pivots_are_dots_on_their_band(ax):
    band = path() | {"pivot": torch.tensor([True, False, True, False, True])}
    profiles.heights(ax, {"band": [band, band], "Bezier curve": [path()]})
    assert [line.get_label() for line in ax.lines if line.get_label() in profiles.PATHS] == ["band", "Bezier curve"]
    dots = ax.lines[1].get_xydata()
    assert dots.shape == (3, 2)
    torch.testing.assert_close(torch.tensor(dots[:, 1]).float(), band["training_loss"][::2])
