"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_every_cycle_is_the_same(snapshot_rates, torch):
    """Every cycle has the rates of the first."""
    came = snapshot_rates(30, 3, 2.0).float()
    assert torch.allclose(came[:10], came[20:]), f"30 steps, 3 cycles: expected three equal parts, got {came}"


def test_hidden_one_cycle_is_a_cosine(snapshot_rates, torch):
    """A single cycle falls along half a cosine, per step."""
    came = snapshot_rates(3, 1, 1.0).float()
    expected = torch.tensor([1.0, 0.75, 0.25])
    assert torch.allclose(came, expected, atol=1e-4), f"3 steps, 1 cycle, 1.0: expected {expected}, got {came}"


def test_hidden_between_small_and_large(sampled_variance):
    """The variance grows with the rate as the formula has it."""
    came = sampled_variance(0.1, 2.0, 3.0)
    assert abs(came - 1.5 / 0.9) < 1e-4, f"rate 0.1, curvature 2, heat 3: expected {1.5 / 0.9:.4f}, got {came}"


def test_hidden_constant(taken_after, torch):
    """A constant rate has no snapshot."""
    came = list(taken_after(torch.full((5,), 0.2)))
    assert came == [], f"five times 0.2: expected [], got {came}"


def test_hidden_rising_end(taken_after, torch):
    """A rate that rises at the end, or at the start, has no snapshot there."""
    came = list(taken_after(torch.tensor([0.1, 0.3, 0.2, 0.4, 0.5])))
    assert came == [3], f"0.1, 0.3, 0.2, 0.4, 0.5: expected [3], got {came}"


def test_hidden_uneven_feet(taken_after, torch):
    """A foot need not be the smallest rate of all."""
    came = list(taken_after(torch.tensor([0.9, 0.4, 0.8, 0.2, 0.7, 0.1])))
    assert came == [2, 4, 6], f"0.9, 0.4, 0.8, 0.2, 0.7, 0.1: expected [2, 4, 6], got {came}"
