"""Our coefficients against the formulas of the public code for curves, written down anew with SciPy's binomials.

Second opinion: Garipov et al. (2018), `curves.py` of timgaripov/dnn-mode-connectivity, its Bezier and PolyChain.
"""

import pytest
import torch
from scipy.special import binom

from ldiv_utils.points import bezier, polychain

TS = torch.tensor([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])


@pytest.mark.parametrize("pivots", [2, 3, 5])
def test_bezier_is_theirs(pivots):
    n = pivots - 1
    theirs = [[binom(n, k) * t**k * (1 - t) ** (n - k) for k in range(pivots)] for t in TS.tolist()]
    torch.testing.assert_close(bezier(TS, pivots), torch.tensor(theirs, dtype=torch.float32))


@pytest.mark.parametrize("pivots", [2, 3, 5])
def test_the_chain_is_theirs(pivots):
    theirs = [[max(0.0, 1 - abs(t * (pivots - 1) - k)) for k in range(pivots)] for t in TS.tolist()]
    torch.testing.assert_close(polychain(TS, pivots), torch.tensor(theirs, dtype=torch.float32))


def test_numbers_by_hand():
    """One bend, a quarter of the way: 9, 6 and 1 sixteenths; two halves. Three bends of the chain: half and half."""
    quarter = torch.tensor([0.25])
    assert (bezier(quarter, 3) * 16).tolist() == [[9, 6, 1]]
    assert polychain(quarter, 3).tolist() == [[0.5, 0.5, 0]]
    assert polychain(torch.tensor([0.375]), 5).tolist() == [[0, 0.5, 0.5, 0, 0]]
