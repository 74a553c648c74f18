"""Units told apart by their weights, against a planted permutation and against all of them."""

from itertools import permutations

import pytest
import torch

from ldiv_utils.networks import from_point, network, size
from ldiv_utils.points.alignment import axes_of, permute, random_permutations, sizes
from ldiv_utils.points.matching import assignment, similarity, weight_matching
from ldiv_utils.studies.widths import perceptron

SHAPE = (1, 6, 6)


def drawn(net, seed=0):
    return torch.randn(size(net), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", ["small_cnn", "resnet20"])
def test_a_planted_permutation_is_found_again(name):
    """And not its inverse: the two differ in every group that is larger than two."""
    net = network(name, SHAPE, 4)
    point, planted = drawn(net), random_permutations(net, torch.Generator().manual_seed(1))
    found, products = weight_matching(net, permute(net, point, planted), point)
    assert {group: p.tolist() for group, p in found.items()} == {group: p.tolist() for group, p in planted.items()}
    torch.testing.assert_close(products[-1], point.double().square().sum())


@pytest.mark.parametrize("seed", range(3))
def test_the_product_never_falls_and_is_that_of_the_renumbered_point(seed):
    net = network("small_cnn", SHAPE, 4)
    a, b = drawn(net, 0), drawn(net, 1)
    found, products = weight_matching(net, a, b, seed)
    assert (products.diff() >= 0).all()
    assert products[-1] > products[0]
    torch.testing.assert_close(products[-1], a.double() @ permute(net, b.double(), found))


def test_one_hidden_layer_is_matched_best_of_all():
    net = perceptron((1, 2, 1), 2, 4)[:3].append(torch.nn.Linear(4, 2))
    a, b = drawn(net, 0), drawn(net, 1)
    (group,) = sizes(net)
    best = max(a @ permute(net, b, {group: torch.tensor(p)}) for p in permutations(range(4)))
    torch.testing.assert_close(weight_matching(net, a, b)[1][-1].float(), best)


def test_the_similarity_of_two_units_is_what_their_exchange_would_bring():
    """Of a layer between two renumbered ones: its rows, its bias, and the columns that read it."""
    net = network("small_cnn", SHAPE, 4)
    a, b = drawn(net, 0).double(), drawn(net, 1).double()
    p = random_permutations(net, torch.Generator().manual_seed(2))
    group = list(p)[1]
    others = {g: q for g, q in p.items() if g != group}
    s = similarity(from_point(net, a), from_point(net, b), axes_of(net), group, others)
    places, p[group] = torch.arange(len(s)), torch.arange(len(s))
    swapped = places.clone()
    swapped[[3, 5]] = swapped[[5, 3]]
    gain = a @ permute(net, b, p | {group: swapped}) - a @ permute(net, b, p)
    torch.testing.assert_close(gain, s[3, 5] + s[5, 3] - s[3, 3] - s[5, 5])


def test_an_assignment_is_the_best_of_all():
    s = torch.rand(5, 5, generator=torch.Generator().manual_seed(0))
    best = max(permutations(range(5)), key=lambda p: sum(s[i, j] for i, j in enumerate(p)))
    assert assignment(s).tolist() == list(best)
