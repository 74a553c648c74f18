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
