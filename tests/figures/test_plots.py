"""Figures show the arrays they are given: nothing moved, nothing computed."""

import io
from typing import get_args

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from ldiv_utils.figures import plots
from ldiv_utils.points import families
from ldiv_utils.runs import ways


def drawn_with(settings):
    """The bytes of a small figure in the book's style, for a reader who has these settings."""
    with mpl.rc_context(settings):
        plots.use_style()
        figure, axes = plt.subplots(1, 2)
        plots.trajectories(axes[0], np.arange(8.0).reshape(2, 2, 2), ["first", "second"])
        axes[0].legend()
        plots.matrix(axes[1], torch.eye(3), "cosine")
        file = io.BytesIO()
        figure.savefig(file, format="png")
        plt.close(figure)
        return file.getvalue()


@pytest.mark.parametrize(
    "settings",
    [
        {"axes.grid": True, "axes.facecolor": "black"},
        {"figure.dpi": 50, "savefig.dpi": 60},
        {"font.weight": "bold", "xtick.direction": "in", "legend.loc": "lower left", "axes.unicode_minus": False},
    ],
)
def test_a_figure_is_the_same_whatever_the_reader_s_matplotlibrc_says(settings):
    assert drawn_with(settings) == drawn_with({})


def test_the_style_leaves_the_backend_alone():
    with mpl.rc_context({"backend": "svg", "interactive": True}):
        plots.use_style()
        assert (mpl.rcParams["backend"], mpl.rcParams["interactive"]) == ("svg", True)


@pytest.mark.parametrize(("quantity", "limits"), [("cosine", (0, 1)), ("disagreement", (0, 0.5))])
def test_a_matrix_is_drawn_as_it_is_on_the_scale_of_its_quantity(ax, quantity, limits):
    values = torch.rand(5, 5)
    image = plots.matrix(ax, values, quantity, label="run")
    assert np.array_equal(image.get_array(), values.numpy())
    assert image.get_clim() == limits
    assert image.origin == "lower"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("run", "run")


def test_tick_labels_are_the_indices_of_the_pixels(ax):
    plots.matrix(ax, torch.rand(41, 41), "cosine")
    assert ax.get_xlim() == (-0.5, 40.5)
    assert ax.get_ylim() == (-0.5, 40.5)


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_quantity_is_named(ax):
    with pytest.raises(ValueError, match="'angle' is unknown; allowed: cosine, disagreement"):
        plots.matrix(ax, torch.rand(2, 2), "angle")


def test_trajectories_keep_their_places_and_colours(ax):
    places = np.random.default_rng(0).normal(size=(2, 4, 2))
    plots.trajectories(ax, places, ["first", "second"])
    for run, line in enumerate(ax.lines):
        assert np.array_equal(line.get_xydata(), places[run])
        assert line.get_color() == plots.run_colour(run)
    stars = [marks for marks in ax.collections if len(marks.get_offsets()) == 1]
    assert np.array_equal([star.get_offsets()[0] for star in stars], places[:, -1])
    assert [star.get_label() for star in stars] == ["first", "second"]
    assert ax.get_aspect() == 1


def test_samples_keep_their_places_and_take_the_colour_of_their_run(ax):
    places = np.random.default_rng(0).normal(size=(2, 5, 2))
    plots.samples(ax, places)
    assert np.array_equal([squares.get_offsets() for squares in ax.collections], places)
    colours = [mpl.colors.to_hex(squares.get_facecolor()[0]).upper() for squares in ax.collections]
    assert colours == [plots.run_colour(run) for run in (0, 1)]


def test_runs_have_the_okabe_ito_colours(ax):
    assert [plots.run_colour(run) for run in (0, 1, 2, 8)] == ["#0072B2", "#D55E00", "#009E73", "#0072B2"]


def test_every_family_and_every_way_has_a_look_of_its_own():
    assert {*get_args(ways.Way), *get_args(families.Family)} <= set(plots.LOOKS)
    assert len({(look.colour, look.marker, look.open) for look in plots.LOOKS.values()}) == len(plots.LOOKS)
    assert len({look.name for look in plots.LOOKS.values()}) == len(plots.LOOKS)


def test_an_open_mark_has_no_face_and_marks_have_no_line():
    assert plots.LOOKS["low_rank_unit"].line()["markerfacecolor"] == "none"
    assert plots.LOOKS["low_rank"].marks(6.0) == plots.LOOKS["low_rank"].line(6.0) | {"linestyle": "none"}
