"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_three_networks(soup_and_ensemble, torch):
    """Any number of networks and images can be averaged."""
    draw = torch.Generator().manual_seed(1)
    weights, images = torch.randn(3, 4, 5, generator=draw), torch.randn(7, 5, generator=draw)
    soup, ensemble = soup_and_ensemble(weights, images)
    mean = sum((images @ w.T).softmax(-1) for w in weights) / 3
    right = torch.allclose(soup, (images @ weights.mean(0).T).softmax(-1), atol=1e-5)
    right = right and torch.allclose(ensemble, mean, atol=1e-5)
    assert right, (
        f"3 networks, 7 images, 4 classes: expected other probabilities, got {soup[0]} and {ensemble[0]} first"
    )


def test_hidden_mean_of_what_is_kept(greedy_soup, torch):
    """Each point is tried in the mean of all that are kept, every one with the same weight."""
    points = torch.tensor([[0.9, 0.0], [-0.95, 0.3], [0.0, -1.2], [3.0, 3.0]])
    came = list(greedy_soup(points, lambda points: -points.norm(dim=1)))
    said = "(0.9, 0), (-0.95, 0.3), (0, -1.2), (3, 3), the nearer to 0 the better"
    assert came == [0, 1], f"{said}: expected [0, 1], got {came}"


def test_hidden_third_counts_as_much(greedy_soup, torch):
    """The third point weighs as much in the mean as each of the first two."""
    came = list(greedy_soup(torch.tensor([[1.0], [-2.0], [2.2]]), lambda points: -points.abs().sum(1)))
    assert came == [0, 1, 2], f"1, -2 and 2.2, the nearer to 0 the better: expected [0, 1, 2], got {came}"


def test_hidden_what_is_given_stays(greedy_soup, torch):
    """The points that are given stay as they are."""
    points = torch.tensor([[2.0], [-1.0], [4.0]])
    before = points.clone()
    greedy_soup(points, lambda points: -points.abs().sum(1))
    assert points.equal(before), f"points 2, -1 and 4: expected them to stay, now they are {points.flatten().tolist()}"


def test_hidden_bottom_does_not_matter(gain_of_soup, torch):
    """Moving all points by the same amount changes nothing."""
    points = torch.randn(5, 3, generator=torch.Generator().manual_seed(2))
    curvatures = torch.tensor([1.0, 2.0, 0.5])
    here, there = gain_of_soup(points, curvatures), gain_of_soup(points + 10, curvatures)
    assert abs(here - there) < 1e-3, f"five points: {here}; the same moved by 10 along each axis: {there}"


def test_hidden_ridge(gain_of_soup, torch):
    """On a ridge the soup loses."""
    came = gain_of_soup(torch.tensor([[-1.0], [0.0], [1.0]]), torch.tensor([-3.0]))
    assert abs(came + 1) < 1e-5, f"-1, 0 and 1, curvature -3: expected -1, got {came}"
