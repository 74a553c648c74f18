"""What is drawn of a comparison is what it holds."""

import torch

from ldiv_utils.figures import diversity
from ldiv_utils.figures.plots import LOOKS, legend_below
from ldiv_utils.points import FAMILIES


def places(*accuracy):
    return {"accuracy": torch.tensor(accuracy), "diversity": 1 - torch.tensor(accuracy)}


def test_every_point_of_a_comparison_stands_in_its_place_under_its_name(ax):
    families = {name: places(0.1 * i, 0.5) for i, name in enumerate(FAMILIES)}
    limits = {"accuracy": torch.tensor([0.1, 0.7]), "upper": torch.tensor([1, 1.7]), "lower": torch.tensor([1.0, 0])}
    diversity.comparison(ax, {"reference": 0.7, "independent": places(0.6, 0.8), "limits": limits, **families})
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    expected = {LOOKS[name].name: found for name, found in (families | {"independent": places(0.6, 0.8)}).items()}
    assert {name: drawn[name] for name in expected} == {
        name: torch.stack([found["accuracy"], found["diversity"]], 1).tolist() for name, found in expected.items()
    }
    assert drawn["Original"] == [[0.7, 0]]
    legend_below([ax], columns=3)
    assert len(ax.figure.legends[0].get_texts()) == len(drawn) == 9


def test_the_areas_of_a_mosaic_are_its_shares_and_filled_where_labels_differ(ax):
    shares = torch.tensor([[0.6, 0.4, 0], [0.2, 0.5, 0.3]])
    diversity.mosaic(ax, 0.7, shares, "#d55e00")
    areas = torch.tensor([patch.get_width() * patch.get_height() for patch in ax.patches])
    torch.testing.assert_close(areas, (shares * torch.tensor([[0.7], [0.3]])).flatten())
    assert [patch.get_facecolor()[3] for patch in ax.patches] == [0, 1, 1, 0, 1, 1]
    assert "both right\n42.0%" in [text.get_text() for text in ax.texts]


def test_a_family_keeps_its_curves_and_samples(ax):
    line = torch.tensor([0.0, 1]), torch.tensor([1.0, 0])
    diversity.family(ax, [("e = 1", line), ("e = 2", line)], line, ("fit", line))
    assert [drawn.get_label() for drawn in ax.lines] == ["e = 1", "e = 2", "samples", "fit"]
    assert all(drawn.get_xydata().tolist() == [[0, 1], [1, 0]] for drawn in ax.lines)
