"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_every_weight_by_itself(off_running_mean, torch):
    """Each weight has its own running mean."""
    points = torch.tensor([[0.0, 6.0], [2.0, 0.0], [7.0, 3.0]])
    came, expected = off_running_mean(points), torch.tensor([[0.0, 0.0], [1.0, -3.0], [4.0, 0.0]])
    right = came.shape == (3, 2) and torch.allclose(came, expected)
    assert right, f"(0, 6), (2, 0), (7, 3): expected {expected.tolist()}, got {came.tolist()}"


def test_hidden_points_stay(off_running_mean, torch):
    """The points that are given stay as they are."""
    points = torch.tensor([[1.0], [5.0]])
    off_running_mean(points)
    assert points.flatten().tolist() == [1, 5], (
        f"points 1 and 5: expected them to stay, got {points.flatten().tolist()}"
    )


def test_hidden_three_points(low_rank_variance):
    """Three points have the mean of ½ and ⅔."""
    came = low_rank_variance(3)
    assert abs(came - 7 / 12) < 1e-6, f"3 points: expected 7/12 = 0.583, got {came}"


def test_hidden_columns_move_weights_together(spread_along, torch):
    """Two weights that move against each other have no spread along their diagonal."""
    columns = torch.tensor([[1.0, -1.0], [2.0, -2.0]])
    came = float(spread_along(torch.zeros(2), columns, torch.tensor([1.0, 1.0])))
    assert abs(came) < 1e-4, f"σ = 0, columns (1, -1) and (2, -2), direction (1, 1): expected 0, got {came}"


def test_hidden_a_million_weights(spread_along, torch):
    """A million weights are no trouble."""
    size = 1_000_000
    given = torch.full((size,), 0.5), torch.zeros(2, size), torch.ones(size)
    came = float(spread_along(*given))
    assert abs(came - 0.125**0.5) < 1e-3, f"a million weights of σ = 0.5, columns zero: expected 0.354, got {came}"
