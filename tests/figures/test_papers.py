"""Every number of a paper says where it stands and how far it may be wrong."""

import pytest

from ldiv_utils import figures
from ldiv_utils.figures.papers import NUMBERS


@pytest.mark.parametrize("where", NUMBERS)
def test_every_number_has_its_source_and_its_error(where):
    given = figures.paper(where)
    assert given["source"]
    assert given["error"] >= 0
    assert len(given) > 2


def test_a_place_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="place 'figure 99' is unknown; allowed"):
        figures.paper("figure 99")


def test_clean_numbers_are_the_first_of_each_curve():
    curves = {"error": 0.1, "accuracy": {"original": {"one": [0.7, 0.6], "five": [0.8]}}}
    assert figures.clean(curves) == {"error": 0.1, "accuracy": {"original": {"one": 0.7, "five": 0.8}}}


def test_a_picture_stands_in_one_place():
    """What a page shows of it, such as the README's table, is taken from there."""
    places = [where.partition(",")[0] for where in NUMBERS if "replications" not in where]
    assert len(places) == len(set(places))
    assert "README" not in places
