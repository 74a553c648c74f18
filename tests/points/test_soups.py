"""A greedy soup: from the best on, and only what makes it strictly better."""

import itertools

import pytest
import torch

from ldiv_utils import networks
from ldiv_utils.points import greedy, mean_point


def near(target):
    """Scores in steps of a tenth, as accuracies come in steps: the nearer to the target, the higher."""
    return lambda points: -(10 * (points - torch.tensor(target)).norm(dim=1)).round() / 10


def by_hand(points, score):
    """A second implementation, on lists."""
    order = sorted(range(len(points)), key=lambda m: (-score(points[[m]]).item(), m))
    kept = order[:1]
    for m in order[1:]:
        before, after = (score(points[ms].mean(0, keepdim=True)).item() for ms in (kept, [*kept, m]))
        if after > before:
            kept = [*kept, m]
    return kept


def test_it_begins_with_the_best_and_takes_what_lies_on_the_other_side():
    points = torch.tensor([[3.0], [1.0], [-1.5], [9.0]])
    assert greedy(points, near([0.0])) == [1, 2]


def test_what_leaves_the_score_as_it_is_stays_out():
    """A copy of the best, and a mean that scores the same: neither is strictly better."""
    assert greedy(torch.tensor([[1.0], [1.0]]), near([0.0])) == [0]
    assert greedy(torch.tensor([[1.0], [-1.0], [0.0], [0.0]]), near([0.0])) == [2]


def test_a_soup_is_tried_as_it_would_be_and_never_scores_below_its_first():
    draw = torch.Generator().manual_seed(0)
    for _ in range(20):
        points, target = torch.randn(5, 3, generator=draw), torch.randn(3, generator=draw).tolist()
        kept = greedy(points, near(target))
        assert kept == by_hand(points, near(target))
        scores = [near(target)(points[kept[: n + 1]].mean(0, keepdim=True)).item() for n in range(len(kept))]
        assert all(a < b for a, b in itertools.pairwise(scores))
        assert scores[0] == near(target)(points).max()


def test_the_mean_of_all_is_that_of_swa_utils():
    """Second opinion: `torch.optim.swa_utils`, which averages the parameters of a module."""
    net = networks.network("small_cnn", (1, 8, 8), 10)
    points = torch.stack([networks.initial_point(net, seed) for seed in range(4)])
    theirs = torch.optim.swa_utils.AveragedModel(net)
    for point in points:
        torch.nn.utils.vector_to_parameters(point.clone(), net.parameters())
        theirs.update_parameters(net)
    torch.testing.assert_close(mean_point(points), torch.nn.utils.parameters_to_vector(theirs.module.parameters()))


def test_no_point_is_named():
    with pytest.raises(ValueError, match="no point was given; allowed: one or more"):
        greedy(torch.zeros(0, 3), near([0.0] * 3))
