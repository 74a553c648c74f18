"""Axes in the book's style, closed after each test."""

import matplotlib.pyplot as plt
import pytest

from ldiv_utils.figures import plots


@pytest.fixture
def subplots():
    """From rows and columns to axes, as `plt.subplots` gives them."""
    with plt.rc_context():
        plots.use_style()
        yield lambda rows=1, columns=1, **settings: plt.subplots(rows, columns, **settings)[1]
        plt.close("all")


@pytest.fixture
def ax(subplots):
    return subplots()
