"""Hidden checks of the assignment on three runs; the first parameter says of which answer."""


def test_hidden_a_rise_counts_as_a_fall_does(parting_epoch, torch):
    """Values below the band are outside too."""
    came = parting_epoch(torch.tensor([[0.0, 0.0], [1.0, 3.0], [3.0, 4.0], [4.0, 4.0], [4.0, 4.0]]))
    assert came == 2, f"two pairs, (0, 0), (1, 3), (3, 4), (4, 4), (4, 4): expected 2, got {came}"


def test_hidden_which_one_is_better_does_not_count(disagreement_bounds):
    """The bounds are the same in both orders."""
    came = [[float(x) for x in disagreement_bounds(*pair, 10)] for pair in ((0.9, 0.75), (0.75, 0.9))]
    right = all(abs(low - 0.15) < 1e-6 and abs(high - 0.35) < 1e-6 for low, high in came)
    assert right, f"accuracies 0.9 and 0.75 in both orders, 10 classes: expected 0.15 and 0.35, got {came}"


def test_hidden_good_networks_need_no_third_class(disagreement_bounds):
    """With two classes and few mistakes, the mistakes decide."""
    came = float(disagreement_bounds(0.9, 0.8, 2)[1])
    assert abs(came - 0.3) < 1e-6, f"accuracies 0.9 and 0.8, 2 classes: expected at most 0.3, got {came}"


def test_hidden_many_features_two_places(kept_neighbours, torch):
    """Of five neighbours of forty random points, as many are kept as counted one by one."""
    generator = torch.Generator().manual_seed(5)
    points = torch.randn(40, 7, generator=generator)
    places, expected = points[:, :2].contiguous(), 0.0
    for i in range(40):
        both = []
        for x in (points, places):
            far = (x - x[i]).norm(dim=1)
            far[i] = torch.inf
            both.append(set(far.argsort()[:5].tolist()))
        expected += len(both[0] & both[1]) / 200
    came = float(kept_neighbours(points, places, 5))
    assert abs(came - expected) < 1e-4, f"40 points of 7 features, k = 5: expected {expected:.3f}, got {came:.3f}"


def test_hidden_points_that_coincide(kept_neighbours, torch):
    """Two points in one place are each other's nearest neighbours."""
    points = torch.tensor([[0.0, 0.0], [0.0, 0.0], [5.0, 0.0], [5.0, 0.0]])
    came = float(kept_neighbours(points, points + 1, 1))
    assert abs(came - 1) < 1e-6, f"two points at 0, two at 5, drawn alike, k = 1: expected 1, got {came}"
