"""Hidden checks: other inputs, and properties that the public ones leave open."""


def test_a_tunnel_of_many_places(highest, torch):
    """Of many places the highest loss at a point and the highest of all are found."""
    losses = torch.tensor([1.0, 9, 2, 3, 7, 8, 4, 5, 6])
    came = tuple(float(x) for x in highest(losses, 4))
    expected = "losses 1, 9, 2, 3, 7, 8, 4, 5, 6, every fourth a point: expected 7 and 9"
    assert came == (7, 9), f"{expected}, got {came[0]} and {came[1]}"


def test_a_pair_that_gains_nothing_agrees(squared_distance):
    """Where the average scores as its members do on the mean, they predict alike."""
    came = float(squared_distance(0.3, 0.5, 0.4))
    assert abs(came) < 1e-6, f"scores 0.3 and 0.5, together 0.4: expected 0, got {came}"


def test_the_order_of_the_two_plays_no_part(squared_distance):
    """The order of the two networks plays no part."""
    came = float(squared_distance(0.6, 0.2, 0.3)), float(squared_distance(0.2, 0.6, 0.3))
    assert abs(came[0] - came[1]) < 1e-6, f"scores 0.6 and 0.2, together 0.3: {came[0]}, and {came[1]} turned round"


def test_a_way_there_and_back_counts_twice(opening, torch):
    """A way there and back counts twice."""
    came = float(opening(torch.tensor([[1.0, 0], [1, 1], [1, 0]])))
    assert abs(came - 90) < 1e-2, f"(1, 0), (1, 1), (1, 0): expected 90, got {came:.2f}"


def test_points_of_one_ray_open_nothing(opening, torch):
    """Points of one ray open nothing."""
    came = float(opening(torch.tensor([[1.0, 2, 3], [2, 4, 6]])))
    assert abs(came) < 0.05, f"(1, 2, 3), (2, 4, 6): expected 0, got {came:.2f}"
