"""Words read on the light and on the dark page."""

import pytest
from legible import LEAST, contrasts, hard_to_read
from matplotlib import pyplot as plt

from ldiv_utils.figures import grids, plots
from ldiv_utils.figures.inks import GREY, contrast, ink, luminance

plots.use_style()
CYCLE = {plots.run_colour(run) for run in range(8)}
FAMILIES = {look.colour for look in (*plots.LOOKS.values(), *grids.CAUSES.values())}
STYLE = {plt.rcParams[name] for name in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color")}
OTHERS = {"#0072b2", "#d55e00"}  # of noise and blur in chapter 8


def test_contrast_is_that_of_the_guidelines():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#0000ff", "#ffffff") == pytest.approx(8.59, abs=0.005)  # their worked examples
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert luminance("red") == pytest.approx(0.2126)


@pytest.mark.parametrize("colour", sorted(CYCLE | FAMILIES | OTHERS))
def test_words_about_a_coloured_thing_read_on_both_pages(colour):
    assert min(contrasts(ink(colour))) >= LEAST


@pytest.mark.parametrize("colour", sorted(STYLE | {GREY}))
def test_the_grey_of_axes_reads_on_both_pages(colour):
    assert min(contrasts(colour)) >= LEAST


def test_a_word_too_faint_or_too_small_is_found():
    figure, ax = plt.subplots()
    ax.set(xlabel="good", ylabel="small")
    ax.yaxis.label.set_size(9)
    ax.set_title("faint", color=plots.LOOKS["low_rank"].colour)
    ax.axvspan(0, 1, color="#333333")
    ax.text(0.5, 0.5, "hidden")
    words = [line.split(":")[0] for line in hard_to_read(figure)]
    plt.close(figure)
    assert sorted(words) == ["faint", "hidden", "small"]
