"""Maps of a plane: values at their places, on one scale; landmarks where they are."""

import numpy as np
import pytest
import torch

from ldiv_utils.figures import maps, plots

XS = torch.tensor([-1.0, 0.0, 1.0])
PATHS = torch.tensor([[[0.1, 0.0], [1.0, 0.0]], [[0.0, 0.2], [0.0, 1.1]]])


@pytest.fixture
def axes(subplots):
    return subplots(2, 2)


def test_a_contour_is_filled_where_the_values_are(axes):
    """A step in x: left of it the first band, right of it the last."""
    values = torch.tensor([0.0, 0.0, 1.0]).expand(3, 3)
    maps.contours(axes[0, 0], XS, XS, values, "accuracy, test images")
    [areas] = axes[0, 0].collections
    first, last = areas.get_paths()[0].vertices, areas.get_paths()[-1].vertices
    assert first[:, 0].min() == -1
    assert first[:, 0].max() == pytest.approx(0.2)  # the values reach 0.2 there
    assert (last[:, 0].min(), last[:, 0].max()) == pytest.approx((0.9, 1))
    assert areas.get_clim() == (0, 1)


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_quantity_is_named(axes):
    with pytest.raises(ValueError, match="'loudness' is unknown; allowed: accuracy, agreement, loss"):
        maps.contours(axes[0, 0], XS, XS, torch.zeros(3, 3), "loudness")


def test_each_map_has_its_label_and_the_landmarks(axes):
    labels = ["accuracy", "loss (nats)", "agreement with optimum 1", "difference over error (1)"]
    assert maps.draw(axes, XS, {label: torch.ones(3, 3) for label in labels}, PATHS) is axes
    for ax in axes.flat:
        named = {text.get_text(): text.xy for text in ax.texts}
        assert list(named) == ["optimum 1", "optimum 2", "origin"]
        assert np.allclose([named["optimum 1"], named["optimum 2"], named["origin"]], [(1, 0), (0, 1.1), (0, 0)])
    bars = [ax.get_ylabel() for ax in axes[0, 0].figure.axes if ax not in axes.flat]
    assert bars == labels


def test_samples_keep_their_places_and_looks(axes):
    ax = maps.clouds(axes[0, 0], {"low_rank_unit": torch.tensor([[1.0, 2.0], [3.0, 4.0]])})
    [line] = ax.lines
    assert line.get_xydata().tolist() == [[1, 2], [3, 4]]
    look = plots.LOOKS["low_rank_unit"]
    assert (line.get_label(), line.get_color(), line.get_marker()) == (look.name, look.colour, look.marker)


def test_gram_schmidt_drops_from_the_second_to_the_line_of_the_first(axes):
    ax = maps.gram_schmidt(axes[0, 0], (3, 0), (2, 2), (3, 1))
    assert ax.lines[0].get_xydata().tolist() == [[2, 2], [2, 0]]
    assert ax.lines[-1].get_xydata().tolist() == [[3, 1]]
    assert {text.get_text() for text in ax.texts} >= {"$u$", "$v$", r"$\theta_1$", r"$\delta$"}
