"""Planes against hand-made ones: axes, order of the grid, projections, ends that equal the checkpoints."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ldiv_utils import datasets, networks, predict
from ldiv_utils.points import planes
from ldiv_utils.specs import Spec

GENERATOR = torch.Generator().manual_seed(0)
A, B, C = torch.randn(3, 50, generator=GENERATOR)


def test_a_plane_holds_its_three_points_and_its_axes_are_orthonormal():
    plane = planes.plane_through(A, B, C)
    axes = torch.stack([plane.u, plane.v])
    torch.testing.assert_close(axes @ axes.T, torch.eye(2), atol=1e-6, rtol=0)
    points = torch.stack([A, B, C])
    places = plane.coordinates(points)
    torch.testing.assert_close(plane.at(places), points, atol=1e-5, rtol=0)
    torch.testing.assert_close(plane.distance(points), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(places[0], torch.zeros(2))
    torch.testing.assert_close(places[1], torch.tensor([(B - A).norm(), 0.0]), atol=1e-5, rtol=0)
    assert places[2, 1] > 0


def test_the_radial_plane_of_two_axes_by_hand():
    one, two = torch.tensor([3.0, 0, 0]), torch.tensor([1.0, 2.0, 0])
    plane = planes.radial_plane(one, two)
    assert plane.centre.equal(torch.zeros(3))
    assert plane.u.tolist() == [1, 0, 0]
    assert plane.v.tolist() == [0, 1, 0]
    assert plane.coordinates(torch.stack([one, two])).tolist() == [[3, 0], [1, 2]]
    assert plane.distance(torch.tensor([[1.0, 1.0, -5.0]])).tolist() == [5]
    assert plane.at(torch.tensor([[2.0, 7.0]])).tolist() == [[2, 7, 0]]


def test_coordinates_are_exact_in_a_million_dimensions():
    one, two = torch.randn(2, 1_000_000, generator=torch.Generator().manual_seed(2))
    plane = planes.radial_plane(one, two)
    length, along = one.double().norm(), two.double() @ one.double() / one.double().norm()
    across = (two.double().square().sum() - along**2).sqrt()
    expected = torch.tensor([[length, 0], [along, across]]).float()
    torch.testing.assert_close(plane.coordinates(torch.stack([one, two])), expected, atol=2e-3, rtol=0)
    assert plane.distance(torch.stack([one, two])).max() < 1e-3 * length


def test_a_grid_can_be_predicted_one_point_at_a_time():
    """Beside the predictions, memory does not grow with the grid: no point is made before its turn."""
    digits, spec = datasets.load("digits"), Spec(dataset="digits")
    net = networks.network("small_cnn", digits.shape, 10)
    plane = planes.radial_plane(*(networks.initial_point(net, seed) for seed in (0, 1)))
    places, made = planes.grid(torch.linspace(-3, 3, 3), torch.linspace(-3, 3, 2)), []
    coming = (made.append(place) or plane.at(place[None])[0] for place in places)
    lazily = predict.each_prediction(spec, coming, digits.test.images[:20])
    first = next(lazily)
    assert len(made) == 1
    torch.testing.assert_close(
        torch.stack([first, *lazily]), predict.predict(spec, plane.at(places), digits.test.images[:20])
    )


def test_points_on_one_line_span_no_plane():
    with pytest.raises(ValueError, match="on one line"):
        planes.radial_plane(A, -2 * A)
    with pytest.raises(ValueError, match="on one line"):
        planes.plane_through(A, A, B)


@pytest.mark.parametrize("step", [1e-1, 1e-3, 1e-5])
def test_rounding_makes_no_plane(step):
    """Three points on a line, each rounded to float32; and a point off the line by as little makes a plane."""
    generator = torch.Generator().manual_seed(3)
    theta, along, aside = torch.randn(3, 10_000, generator=generator, dtype=torch.float64)
    a, b, c = ((theta + step * place * along / along.norm()).float() for place in (-1, 0.3, 1))
    with pytest.raises(ValueError, match="on one line"):
        planes.plane_through(a, b, c)
    with pytest.raises(ValueError, match="on one line"):
        planes.plane_through(b, a, c)
    plane = planes.plane_through(a, b, (c + 1e-4 * aside).float())
    assert plane.v @ (aside / aside.norm()).float() > 0.99


def test_a_grid_runs_row_by_row_in_one_direction():
    places = planes.grid(torch.tensor([-1.0, 0, 1]), torch.tensor([10.0, 20]))
    assert places.tolist() == [[-1, 10], [0, 10], [1, 10], [-1, 20], [0, 20], [1, 20]]
    xs, ys = torch.linspace(-2, 2, 5), torch.linspace(-1, 1, 3)
    values = planes.grid(xs, ys).view(3, 5, 2)
    assert values[:, :, 0].equal(xs.expand(3, 5))
    assert values[:, :, 1].equal(ys[:, None].expand(3, 5))


def test_a_symmetric_grid_is_symmetric_about_its_centre():
    places = planes.grid(torch.linspace(-1.5, 1.5, 41), torch.linspace(-1.5, 1.5, 41))
    torch.testing.assert_close(places.flip(0), -places, atol=1e-6, rtol=0)
    assert places[len(places) // 2].abs().max() < 1e-6


def test_filters_are_normalised_one_by_one_and_the_rest_is_still():
    net = networks.network("resnet20", (1, 8, 8), 10)
    theta = networks.initial_point(net, 0)
    direction = torch.randn(len(theta), generator=torch.Generator().manual_seed(1))
    scaled = networks.from_point(net, planes.filter_normalised(net, direction, theta))
    weights, raw = networks.from_point(net, theta), networks.from_point(net, direction)
    for name, d in scaled.items():
        if "norm" in name or name.endswith("bias"):
            assert not d.any(), name
            continue
        for i in range(len(d)):  # one filter at a time, with NumPy
            ours, base, random = (t[i].numpy().ravel() for t in (d, weights[name], raw[name]))
            np.testing.assert_allclose(np.linalg.norm(ours), np.linalg.norm(base), rtol=1e-5)
            cosine = ours @ random / np.linalg.norm(ours) / np.linalg.norm(random)
            np.testing.assert_allclose(cosine, 1, atol=1e-5)


def test_a_filter_of_zeros_gets_a_direction_of_zero():
    net = networks.network("small_cnn", (1, 8, 8), 10)
    theta = networks.initial_point(net, 0)
    networks.from_point(net, theta)["dense.weight"][3] = 0
    direction = torch.ones(len(theta))
    networks.from_point(net, direction)["dense.weight"][4] = 0
    scaled = networks.from_point(net, planes.filter_normalised(net, direction, theta))["dense.weight"]
    assert scaled.isfinite().all()
    assert not scaled[3:5].any()
    assert scaled[5].any()


@pytest.mark.parametrize("architecture", ["small_cnn", "resnet20"])
def test_the_ends_of_a_path_equal_the_checkpoints_it_joins(architecture):
    """Batch-normalisation statistics are taken anew for every point, the ends included."""
    digits = datasets.load("digits")
    spec = replace(Spec(dataset="digits"), architecture=architecture)
    net = networks.network(architecture, digits.shape, 10)
    one, two = (networks.initial_point(net, seed) for seed in (0, 1))
    images = digits.test.images[:20]
    path = torch.stack([one + t * (two - one) for t in torch.linspace(0, 1, 5)])
    along = predict.predict(spec, path, images)
    alone = [predict.predict(spec, theta[None], images)[0] for theta in (one, two)]
    torch.testing.assert_close(along[0], alone[0])
    torch.testing.assert_close(along[-1], alone[1], atol=1e-4, rtol=1e-3)
