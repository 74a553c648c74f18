"""What the drawings of samples show of the arrays that they are given."""

import pytest
import torch

from ldiv_utils.figures import clouds
from ldiv_utils.figures.plots import LOOKS
from ldiv_utils.points import FAMILIES


@pytest.fixture
def axes(subplots):
    return subplots(2, 3)


def names(axes):
    return [ax.get_title() for ax in axes.flat]


def test_every_family_has_its_panel_and_its_name_and_the_legend_is_last(axes):
    places = {family: torch.rand(3, 9, 2) for family in FAMILIES}
    clouds.embedded(axes, places, samples=4)
    assert names(axes) == [*(LOOKS[family].name for family in FAMILIES), ""]
    texts = [text.get_text() for text in axes[1, 2].get_legend().get_texts()]
    assert texts == ["run 1", "run 2", "run 3", "checkpoints", "samples"]


def test_distances_show_each_sample_and_name_the_lines(axes):
    compared = {family: torch.rand(2, 8) for family in FAMILIES}
    clouds.distances(axes, compared, 0.3)
    for ax, (own, other) in zip(axes.flat, compared.values(), strict=False):
        x, y = ax.lines[0].get_data()
        assert x.tolist() == own.tolist() and y.tolist() == other.tolist()
    assert names(axes) == [*(LOOKS[family].name for family in FAMILIES), ""]
    assert [text.get_text() for text in axes[1, 2].get_legend().get_texts()] == ["as far from both", "between runs"]


def test_in_two_dimensions_the_solution_is_the_last_checkpoint(axes):
    drawn = {family: torch.rand(5, 2) for family in FAMILIES}
    checkpoints = torch.tensor([[0.0, 0.0], [0.3, 0.4], [0.6, 0.8]])
    clouds.in_two_dimensions(axes.flat[:5], drawn, checkpoints)
    star = axes[0, 0].lines[-1]
    assert (star.get_marker(), [float(z[0]) for z in star.get_data()]) == ("*", pytest.approx([0.6, 0.8]))


def test_cuts_name_their_curves(axes):
    lines = {"distance": torch.arange(5.0), "values": -torch.rand(2, 5)}
    near = {"distance": torch.logspace(-2, 0, 5), "values": -torch.rand(2, 5)}
    near |= {"projected": torch.tensor(0.02), "radius": torch.tensor(0.3)}
    clouds.cuts(axes[0, :2], lines, near, torch.tensor([0.0, 2.0, 4.0]))
    assert [text.get_text() for text in axes[0, 0].texts] == ["run 1", "run 2", "run 3"]
    labels = axes[0, 1].get_legend_handles_labels()[1]
    assert labels == ["training", "held-out", "σ along the line", "|σ|, all directions"]
    assert axes[0, 1].get_xscale() == "log"
