"""Hidden checks of the assignment on samples around one solution; the first parameter says of which answer."""


def test_hidden_distance_of_drawn_samples(dropout_distance, torch):
    """Drawn samples lie as far away as the formula says."""
    theta = torch.linspace(-1, 2, 20_000)
    keep = torch.rand(50, len(theta), generator=torch.Generator().manual_seed(7)) >= 0.35
    expected = (theta * keep / 0.65 - theta).square().sum(1).mean().sqrt().item()
    came = float(dropout_distance(theta, 0.35))
    assert abs(came / expected - 1) < 0.01, f"20,000 weights, s = 0.35: expected {expected:.1f}, got {came:.1f}"


def test_hidden_twice_the_solution_twice_the_way(dropout_distance, torch):
    """Twice as large a solution makes the distance twice as large."""
    theta = torch.tensor([1.0, -2.0, 2.0])
    came = float(dropout_distance(2 * theta, 0.1)), float(dropout_distance(theta, 0.1))
    right = came[1] > 0 and abs(came[0] / came[1] - 2) < 1e-4
    assert right, f"2 θ and θ = (1, −2, 2), s = 0.1: expected twice as far, got {came[0]} and {came[1]}"


def test_hidden_more_weights_than_checkpoints(rank_needed, torch):
    """Three checkpoints of a thousand weights span two directions around their mean."""
    checkpoints = torch.randn(3, 1000, generator=torch.Generator().manual_seed(1))
    came = rank_needed(checkpoints, 0.99)
    assert came == 2, f"3 random checkpoints of 1000 weights, share 0.99: expected 2, got {came}"


def test_hidden_turned_checkpoints(rank_needed, torch):
    """Checkpoints turned in space need as many."""
    axes = torch.diag(torch.tensor([3.0, 2.0, 1.0]))
    turn = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(2))).Q
    came = [rank_needed(torch.cat([axes, -axes]) @ turn, share) for share in (0.6, 0.9, 0.95)]
    assert came == [1, 2, 3], f"spreads in the ratio 3 : 2 : 1, turned: expected [1, 2, 3], got {came}"


def test_hidden_equal_spreads(spread_along, torch):
    """A Gaussian of equal spreads has that spread in every direction."""
    came = float(spread_along(torch.full((5,), 0.3), torch.tensor([1.0, -2.0, 0.0, 4.0, 0.5])))
    assert abs(came - 0.3) < 1e-5, f"σ = 0.3 on five axes, direction (1, −2, 0, 4, 0.5): expected 0.3, got {came}"


def test_hidden_simulated_spread(spread_along, torch):
    """Drawn numbers spread as the formula says."""
    generator = torch.Generator().manual_seed(4)
    sigma, direction = torch.tensor([0.5, 3.0, 1.0, 2.0]), torch.tensor([2.0, -1.0, 2.0, 0.0])
    drawn = torch.randn(100_000, 4, generator=generator) * sigma @ direction / 3
    came, expected = float(spread_along(sigma, direction)), drawn.std().item()
    assert abs(came / expected - 1) < 0.02, (
        f"σ = (0.5, 3, 1, 2), direction (2, −1, 2, 0): expected {expected:.2f}, got {came}"
    )


def test_hidden_one_half_stays(leaving_scale):
    """As long as exactly half stay, fewer than half have not been found."""
    came = leaving_scale(lambda s: 0.5 if s < 8 else 0.25)
    assert came == 8, f"half stay below s = 8, a quarter from there on: expected 8, got {came}"
