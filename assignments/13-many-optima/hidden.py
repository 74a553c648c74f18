"""Hidden checks of 13-many-optima: the first parameter of each names the question's function."""


def test_hidden_each_optimum_costs_the_same_share(shared_axes):
    """One more optimum leaves the share n/D of what was left."""
    before, after = shared_axes(200, 150, 8), shared_axes(200, 150, 9)
    assert abs(after / before - 0.75) < 1e-6, f"D = 200, n = 150, from 8 to 9: expected 0.75, got {after / before}"


def test_hidden_no_optimum_leaves_all(shared_axes):
    """Without an optimum all axes are left."""
    came = shared_axes(40, 10, 0)
    assert abs(came - 40) < 1e-6, f"D = 40, n = 10, no optimum: expected 40, got {came}"


def test_hidden_optima_need_no_right_angle(shares, torch):
    """The optima may stand at any angle to each other."""
    optima = torch.tensor([[0.0, 0, 0], [2, 0, 0], [1, 1, 0]])
    came = torch.as_tensor(shares(torch.tensor([1.5, 0.5, 7]), optima)).tolist()
    near = all(abs(a - b) < 1e-4 for a, b in zip(came, [0, 0.5, 0.5], strict=True))
    assert near, f"θ = (1.5, 0.5, 7), optima {optima.tolist()}: expected [0, 0.5, 0.5], got {came}"


def test_hidden_a_point_outside_has_a_share_below_zero(shares, torch):
    """Beyond an optimum the other's share is below zero."""
    came = torch.as_tensor(shares(torch.tensor([3.0, 1]), torch.tensor([[0.0, 0], [2, 0]]))).tolist()
    assert abs(came[0] + 0.5) < 1e-4, f"θ = (3, 1), optima (0, 0) and (2, 0): expected −0.5 and 1.5, got {came}"


def test_hidden_unequal_sides(mean_squared_distance, torch):
    """It is the mean over points drawn from a triangle of unequal sides."""
    corners = torch.tensor([[0.0, 0], [3, 0], [0, 4]])
    drawn = torch.empty(2, 50_000, 3).exponential_(generator=torch.Generator().manual_seed(5))
    one, other = (drawn / drawn.sum(-1, keepdim=True)) @ corners
    mean = (one - other).square().sum(1).mean().item()
    came = float(mean_squared_distance(torch.cdist(corners, corners)))
    assert abs(came - mean) < 0.05, f"a triangle of sides 3, 4 and 5: expected {mean:.2f}, got {came:.2f}"
