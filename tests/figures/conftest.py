"""Axes in the book's style, closed after each test; no word in them is hard to read."""

import matplotlib.pyplot as plt
import pytest
from legible import hard_to_read

from ldiv_utils.figures import plots


@pytest.fixture
def subplots():
    """From rows and columns to axes, as `plt.subplots` gives them."""
    with plt.rc_context():
        plots.use_style()
        yield lambda rows=1, columns=1, **settings: plt.subplots(rows, columns, **settings)[1]
        words = [word for number in plt.get_fignums() for word in hard_to_read(plt.figure(number))]
        plt.close("all")
    assert words == []


@pytest.fixture
def ax(subplots):
    return subplots()
