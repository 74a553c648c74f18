"""Hidden checks: other inputs, and properties that the public ones leave open."""


def test_all_entries_of_a_point_count(posterior_weights, torch):
    """The prior counts every entry of a point, by its square."""
    came = posterior_weights(torch.zeros(2), torch.tensor([[1.0, -1.0, 1.0], [0.0, 0.0, 1.0]]))
    expected = 1 / (1 + torch.tensor(1.0).exp()).item()
    assert abs(came[0].item() - expected) < 1e-4, f"lengths √3 and 1: expected {expected:.3f} first, got {came}"


def test_members_spread_as_the_posterior(linear_members, torch):
    """Drawn anchors and shakes give members with the covariance of the posterior."""
    draw = torch.Generator().manual_seed(5)
    phi, y = torch.tensor([[1.0, 0.5], [-0.5, 2.0]]), torch.tensor([0.3, -0.2])
    anchors, shakes = torch.randn(40_000, 2, generator=draw), torch.randn(40_000, 2, generator=draw)
    came = linear_members(phi, y, 0.7, anchors, shakes).T.cov()
    expected = torch.linalg.inv(phi.T @ phi / 0.49 + torch.eye(2))
    assert torch.allclose(came, expected, atol=0.01), (
        f"40,000 members: expected {expected.tolist()}, got {came.tolist()}"
    )


def test_the_second_push_is_that_of_the_new_place(leap, torch):
    """The second half of the push is taken where the move has led."""
    _, momentum = leap(lambda q: torch.where(q > 0, 0.0, 4.0), torch.tensor([0.5]), torch.tensor([-1.0]), 1.0)
    assert abs(momentum.item() - 1) < 1e-5, (
        f"pushed by 4 below 0 alone, from 0.5 with p = -1: expected 1, got {momentum}"
    )
