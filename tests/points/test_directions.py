"""Directions against what a cut has to be: its solution in the middle, biases still, one filter at a time."""

import torch

from ldiv_utils.networks import from_point, initial_point, network
from ldiv_utils.points import along, axis, filter_normalised, grid, normalised, random_direction

NET = network("small_cnn", (1, 8, 8), 10)
THETA = initial_point(NET, 0)


def test_weights_are_standard_normal_and_biases_stay():
    parts = from_point(NET, random_direction(NET, 0))
    weights = torch.cat([d.flatten() for d in parts.values() if d.dim() > 1])
    assert abs(weights.mean()) < 4 / len(weights) ** 0.5
    assert abs(weights.std() - 1) < 4 / (2 * len(weights)) ** 0.5
    assert not any(d.any() for d in parts.values() if d.dim() == 1)


def test_seeds_give_other_directions_and_none_that_of_the_initial_weights():
    zero, one = random_direction(NET, 0), random_direction(NET, 1)
    assert zero.equal(random_direction(NET, 0))
    for other in (one, THETA):
        assert abs(torch.cosine_similarity(zero, other, dim=0)) < 4 / len(zero) ** 0.5


def test_batch_normalisation_stays_too():
    net = network("resnet20", (1, 8, 8), 10)
    parts = from_point(net, random_direction(net, 0))
    assert all(bool(d.any()) == (d.dim() > 1) for d in parts.values())


def test_the_norms():
    direction = random_direction(NET, 0)
    unit = normalised(NET, direction, THETA, "length")
    torch.testing.assert_close(unit.norm(), torch.tensor(1.0))
    torch.testing.assert_close(unit * direction.norm(), direction)
    assert normalised(NET, direction, THETA, "filters").equal(filter_normalised(NET, direction, THETA))


def test_the_directions_length_does_not_count():
    """Nor does normalising change what was given: the norms are taken before anything is scaled."""
    direction, theta = random_direction(NET, 0), THETA.clone()
    given = direction.clone()
    once = filter_normalised(NET, direction, theta)
    torch.testing.assert_close(filter_normalised(NET, 7 * direction, theta), once)
    torch.testing.assert_close(filter_normalised(NET, once, theta), once)
    assert direction.equal(given)
    assert theta.equal(THETA)


def test_the_solution_is_in_the_middle_of_its_cut():
    for reach, half in [(1.5, 25), (0.7, 3)]:
        places = axis(reach, half)
        assert len(places) == 2 * half + 1
        assert places[half] == 0
        assert places.flip(0).equal(-places)
        assert places[-1] == torch.tensor(reach)
    directions = torch.stack([random_direction(NET, 0)])
    points = list(along(THETA, directions, axis(1.5, 2)[:, None]))
    assert points[2].equal(THETA)
    torch.testing.assert_close(points[4] - THETA, 1.5 * directions[0])


def test_a_plane_has_a_row_for_each_step_along_the_second():
    """The rows of an image are the second direction's, none shifted."""
    directions = torch.eye(2, 5)
    xs = axis(1.0, 1)
    points = torch.stack(list(along(torch.zeros(5), directions, grid(xs, xs)))).view(3, 3, 5)
    assert points[0, 2].tolist() == [1, -1, 0, 0, 0]
    assert points[2, 0].tolist() == [-1, 1, 0, 0, 0]
    assert points[1, 1].tolist() == [0, 0, 0, 0, 0]
