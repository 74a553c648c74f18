"""Hidden checks: other inputs, and properties that the public ones leave open."""


def test_hidden_a_closed_curve_of_equal_pivots_stays(on_curve, torch):
    """Equal pivots make a curve of one point."""
    came = on_curve(torch.full((5, 2), 3.0), 0.37)
    assert torch.allclose(came, torch.full((2,), 3.0)), (
        f"five pivots (3, 3), t = 0.37: expected (3, 3), got {came.tolist()}"
    )


def test_hidden_two_bends_share_what_one_gradient_gives(pivot_gradients, torch):
    """Each of two bends feels its own coefficient."""
    came = pivot_gradients(torch.tensor([0.1, 0.2, 0.3, 0.4]), torch.tensor([10.0]))[:, 0]
    expected = torch.tensor([0.0, 2, 3, 0])
    assert torch.allclose(came, expected), (
        f"coefficients 0.1 to 0.4, gradient 10: expected {expected.tolist()}, got {came.tolist()}"
    )


def test_hidden_what_is_given_stays(pivot_gradients, torch):
    """The coefficients that are given stay as they are."""
    coefficients = torch.tensor([0.25, 0.5, 0.25])
    pivot_gradients(coefficients, torch.ones(2))
    left = coefficients.tolist()
    assert left == [0.25, 0.5, 0.25], f"coefficients ¼, ½, ¼: expected them to stay, now they are {left}"


def test_hidden_the_last_end_is_a_pivot(hidden_rise, torch):
    """The last end of a band is a pivot too."""
    came = hidden_rise(torch.tensor([[0.0, 1, 2], [2, 6, 5]]))
    assert abs(came - 1) < 1e-6, f"a last end of 5 and a hill of 6 beside it: expected 1, got {came}"


def test_hidden_a_straight_chain_is_cut_evenly(even_pivots, torch):
    """A straight chain is cut evenly, wherever its pivots stand."""
    came = even_pivots(torch.tensor([[0.0], [0.5], [8]]), 5)[:, 0]
    expected = torch.tensor([0.0, 2, 4, 6, 8])
    assert torch.allclose(came, expected, atol=1e-5), (
        f"pivots 0, ½, 8, 5 points: expected {expected.tolist()}, got {came.tolist()}"
    )
