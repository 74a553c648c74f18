"""Hidden checks: other inputs, and properties that the public ones leave open."""


def test_among_very_many_classes_two_mistakes_differ(disagreement_if_independent):
    """Among very many classes two mistakes differ."""
    came = disagreement_if_independent(0.5, 1_000_000)
    assert abs(came - 0.75) < 1e-5, f"accuracy 0.5, a million classes: expected 0.75, got {came}"


def test_of_three_classes_half_the_common_mistakes_differ(disagreement_if_independent):
    """Two networks that are always wrong about three classes differ on half of the images."""
    came = disagreement_if_independent(0.0, 3)
    assert abs(came - 0.5) < 1e-6, f"accuracy 0, 3 classes: expected 0.5, got {came}"


def test_an_entry_s_sign_plays_no_part(cosine_if_shared, torch):
    """The sign of an entry plays no part."""
    came = cosine_if_shared(torch.tensor([1.0, -2.0, 2.0]), torch.tensor([True, True, False]))
    assert abs(came - 5 / 9) < 1e-6, f"point (1, -2, 2), the first two shared: expected 5/9, got {came}"


def test_as_simulated(cosine_if_shared, torch):
    """The expected cosine is the mean of simulated ones."""
    generator = torch.Generator().manual_seed(3)
    point, shared = torch.linspace(-1, 3, 500), torch.arange(500) < 400
    signs = torch.randint(0, 2, (1_000, 500), generator=generator) * 2 - 1.0
    others = torch.where(shared, point, signs * point)
    mean = torch.cosine_similarity(others, point[None]).mean().item()
    came = cosine_if_shared(point, shared)
    assert abs(came - mean) < 5e-3, f"500 entries from -1 to 3, the first 400 shared: expected {mean:.3f}, got {came}"


def test_opposite_points_cancel(length_of_mean, torch):
    """The mean of two opposite points of one length is the origin."""
    came = length_of_mean(torch.tensor([[1.0, -1.0], [-1.0, 1.0]]), torch.full((2,), 2.0))
    assert abs(came) < 1e-5, f"two opposite points of length 2: expected 0, got {came}"


def test_points_of_unequal_length(length_of_mean, torch):
    """Points of unequal length count by their length."""
    points = torch.tensor([[3.0, 0.0], [0.0, 4.0], [-6.0, 8.0]])  # cosines of 0, -0.6 and 0.8
    lengths = points.norm(dim=1)
    came = length_of_mean(points @ points.T / lengths / lengths[:, None], lengths)
    assert abs(came - 17**0.5) < 1e-4, f"points (3, 0), (0, 4), (-6, 8): expected {17**0.5:.4f}, got {came}"
