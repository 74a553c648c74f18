"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_mean_of_all_three(effects_without, torch):
    """Leaving out each order in turn gives, on average, the effect of all six runs."""
    from itertools import combinations

    seeds = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    pairs = list(combinations(seeds, 2))
    values = torch.rand(15, generator=torch.Generator().manual_seed(3))
    differs = torch.tensor([[r[0] != s[0], r[1] != s[1]] for r, s in pairs]).tolist()
    kinds = {"both": [True, True], "initial weights": [True, False], "order": [False, True]}
    parts = [effects_without(values, seeds, out) for out in (0, 1, 2)]
    for kind, which in kinds.items():
        came = sum(float(part[kind]) for part in parts) / 3
        expected = values[[one == which for one in differs]].mean().item()
        assert abs(came - expected) < 1e-5, f"{kind}, mean of three: expected {expected:.4f}, got {came}"


def test_hidden_other_seeds(effects_without, torch):
    """Seeds are names: any grid of starts and orders has its effects."""
    from itertools import combinations

    seeds = [(start, order) for start in (7, 8, 9) for order in (7, 5, 3, 1)]
    values = [abs(r[0] - s[0]) + abs(r[1] - s[1]) for r, s in combinations(seeds, 2)]
    came = effects_without(torch.tensor(values).float(), seeds, 7)
    expected = {"both": 4.0, "initial weights": 4 / 3, "order": 8 / 3}
    right = all(abs(came[kind] - expected[kind]) < 1e-4 for kind in expected)
    assert right, f"starts 7 to 9, orders 1, 3, 5 and 7 without 7, values |Δstart| + |Δorder|: {expected}, got {came}"


def test_hidden_the_first_run_s_length(relative_distance, torch):
    """The scale is the first run's length, not the other's."""
    came = relative_distance(torch.tensor([[2.0, 0.0]]), torch.tensor([[6.0, 0.0]]))
    assert abs(came[0] - 2) < 1e-5, f"[2, 0] against [6, 0]: expected [2], got {came}"


def test_hidden_many_weights(relative_distance, torch):
    """The distance goes over all weights, however many there are."""
    points = torch.randn(3, 1000, generator=torch.Generator().manual_seed(0))
    came = relative_distance(points, 1.5 * points)
    right = came.shape == (3,) and (came - 0.5).abs().max() < 1e-4
    assert right, f"3 checkpoints of 1,000 weights, each half as large again: expected 0.5 thrice, got {came}"


def test_hidden_unit(error_of_mean_distance, torch):
    """Distances twice as large have an error twice as large."""
    distances = torch.rand(5, 5, generator=torch.Generator().manual_seed(1))
    distances = (distances + distances.T).fill_diagonal_(0)
    once, twice = error_of_mean_distance(distances), error_of_mean_distance(2 * distances)
    assert abs(twice - 2 * once) < 1e-4, f"the distances: {once}; twice the distances: {twice}"


def test_hidden_diagonal(error_of_mean_distance, torch):
    """What stands on the diagonal does not count."""
    distances = torch.rand(5, 5, generator=torch.Generator().manual_seed(2))
    distances = distances + distances.T
    without = error_of_mean_distance(distances.clone().fill_diagonal_(0))
    came = error_of_mean_distance(distances + torch.diag(torch.arange(5.0)))
    assert abs(came - without) < 1e-5, f"0 on the diagonal: {without}; other numbers on it: {came}"


def test_hidden_seven_runs(error_of_mean_distance, torch):
    """A run that lies far off shows in the error."""
    distances = torch.full((7, 7), 0.2)
    distances[0], distances[:, 0] = 0.9, 0.9
    came, expected = error_of_mean_distance(distances.fill_diagonal_(0)), 0.2
    assert abs(came - expected) < 1e-4, f"six runs 0.2 apart, the seventh 0.9 from all: expected {expected}, got {came}"
