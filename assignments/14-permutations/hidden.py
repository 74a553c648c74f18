"""Hidden checks: other inputs, and properties that the public ones leave open."""


def test_wide_layers_are_counted_too(digits_of_names):
    """A layer of 256 units has names of 507 digits: their number has a logarithm of 506.93."""
    came = digits_of_names([256])
    assert abs(came - 506.9334) < 1e-2, f"one layer of 256: expected 506.93, got {came}"


def test_half_correlated_units_lose_a_quarter_halfway(variance_of_mixture):
    """Units that correlate with one half lose a quarter of their variance halfway."""
    came = variance_of_mixture(0.5, 0.5)
    assert abs(came - 0.75) < 1e-6, f"rho = 0.5, t = 0.5: expected 0.75, got {came}"


def test_the_ends_are_whole(variance_of_mixture):
    """At the ends a unit is itself, whatever the other one says."""
    came = variance_of_mixture(-0.4, 0.0), variance_of_mixture(-0.4, 1.0)
    assert max(abs(v - 1) for v in came) < 1e-6, f"rho = -0.4, t = 0 and 1: expected 1 and 1, got {came}"


def test_an_inverse_undoes(one_after_the_other, torch):
    """A permutation and its inverse leave all as it was."""
    p = torch.tensor([2, 0, 3, 1])
    came = torch.as_tensor(one_after_the_other(p, p.argsort())).tolist()
    assert came == [0, 1, 2, 3], f"{p.tolist()} and its inverse: expected [0, 1, 2, 3], got {came}"


def test_the_nearest_of_all_orders(renumber, torch):
    """No other order is nearer, where choosing one unit after the other goes wrong."""
    from itertools import permutations

    first, second = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(4)).unbind()
    second = second * torch.tensor([[0.2], [1.0], [3.0], [0.5], [2.0]])
    came = torch.as_tensor(renumber(first, second)).tolist()
    best = min(permutations(range(5)), key=lambda p: (first - second[list(p)]).square().sum().item())
    assert came == list(best), f"five units, lengths 0.2 to 3: expected {list(best)}, got {came}"
