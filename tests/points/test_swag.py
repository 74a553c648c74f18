"""SWAG's moments against a second implementation, its samples against its covariance."""

import pytest
import torch

from ldiv_utils.points import PARTS, Swag, swag, swag_samples

DRAW = torch.Generator().manual_seed(0)
PASSED = 3 + torch.randn(7, 5, generator=DRAW, dtype=torch.float64).cumsum(0).float()


def as_published(points, rank):
    """The estimator as the published code has it, point by point, in Python's own arithmetic."""
    mean, squares, columns = [0.0] * points.shape[1], [0.0] * points.shape[1], []
    for n, point in enumerate(points.tolist(), start=1):
        mean = [(n - 1) / n * m + x / n for m, x in zip(mean, point, strict=True)]
        squares = [(n - 1) / n * q + x * x / n for q, x in zip(squares, point, strict=True)]
        columns.append([x - m for m, x in zip(mean, point, strict=True)])  # of the mean that knows this point
    variance = [max(q - m * m, 1e-30) for q, m in zip(squares, mean, strict=True)]
    return torch.tensor(mean), torch.tensor(variance), torch.tensor(columns[-rank:])


@pytest.mark.parametrize("rank", [2, 4, 7])
def test_the_moments_are_those_of_the_published_estimator(rank):
    mean, variance, columns = as_published(PASSED, rank)
    ours = swag(PASSED, rank)
    torch.testing.assert_close(ours.mean, mean)
    torch.testing.assert_close(ours.deviation.square(), variance)
    torch.testing.assert_close(ours.columns, columns)


def test_by_hand():
    """Two weights, three points: means (0, 3), (1, 3) and (3, 3); the first column is zero."""
    ours = swag(torch.tensor([[0.0, 3.0], [2.0, 3.0], [7.0, 3.0]]), 3)
    torch.testing.assert_close(ours.mean, torch.tensor([3.0, 3.0]))
    torch.testing.assert_close(ours.deviation, torch.tensor([(26 / 3) ** 0.5, 0.0]))
    torch.testing.assert_close(ours.columns, torch.tensor([[0.0, 0.0], [1.0, 0.0], [4.0, 0.0]]))


def test_the_mean_is_that_of_torch():
    """`AveragedModel` copies the first point: what the model held before counts for nothing."""
    model = torch.nn.Linear(4, 1)
    averaged = torch.optim.swa_utils.AveragedModel(model)
    for point in PASSED:
        with torch.no_grad():
            torch.nn.utils.vector_to_parameters(point, model.parameters())
        averaged.update_parameters(model)
    expected = torch.nn.utils.parameters_to_vector(averaged.module.parameters())
    torch.testing.assert_close(swag(PASSED, 7).mean, expected)


def test_small_deviations_of_large_weights_survive():
    """In single precision the mean square less the squared mean would be noise, or nothing."""
    steps = torch.tensor([-1.0, 1.0, -1.0, 1.0])[:, None] * 2**-10
    ours = swag(1000 + steps, 4)
    torch.testing.assert_close(ours.deviation, torch.tensor([2.0**-10]))


LAYERS = Swag(
    torch.tensor([1.0, -2.0, 5.0]),
    torch.tensor([4.0, 0.0, 0.25]),
    torch.tensor([[0.0, 3.0, 3.0], [2.0, 0.0, -2.0], [1.0, 1.0, 1.0]]),
)


def covariance(part):
    """What the equation gives: of the diagonal half, of the half of low rank, of both, of SWAG-Diagonal."""
    diagonal, low_rank = torch.diag(torch.tensor([16.0, 0.0, 0.0625])), LAYERS.columns.T @ LAYERS.columns / 2
    return {
        "diagonal": diagonal / 2,
        "low_rank": low_rank / 2,
        "swag": (diagonal + low_rank) / 2,
        "swag_diagonal": diagonal,
    }[part]


@pytest.mark.parametrize("part", PARTS[1:])
def test_the_samples_have_the_covariance_of_the_equation_also_between_layers(part):
    """The weights may belong to three layers: one z₂ moves them together, and σ is a standard deviation."""
    samples = swag_samples(LAYERS, part, 200_000, seed=0)
    torch.testing.assert_close(samples.mean(0), LAYERS.mean, atol=0.05, rtol=0)
    torch.testing.assert_close(samples.T.cov(), covariance(part), atol=0.1, rtol=0.02)


def test_both_halves_add_up_to_the_whole():
    halves = [swag_samples(LAYERS, part, 8, seed=3) - LAYERS.mean for part in ("diagonal", "low_rank")]
    torch.testing.assert_close(swag_samples(LAYERS, "swag", 8, seed=3) - LAYERS.mean, sum(halves))


def test_the_mean_is_one_point_and_a_seed_gives_the_same_samples():
    assert swag_samples(LAYERS, "mean", 8, seed=3).equal(LAYERS.mean[None])
    one, again, other = (swag_samples(LAYERS, "swag", 2, seed) for seed in (0, 0, 1))
    assert one.equal(again) and not one.equal(other)


@pytest.mark.parametrize("rank", [1, 8])
def test_too_few_points_are_named(rank):
    """K − 1 divides the columns: with fewer than K of them the Gaussian would be too narrow."""
    with pytest.raises(ValueError, match=rf"rank {rank} was given; allowed with 7 points: 2 to 7"):
        swag(PASSED, rank)


@pytest.mark.usefixtures("as_a_user")
def test_another_part_is_named():
    with pytest.raises(ValueError, match="part 'both' is unknown; allowed: mean, diagonal, low_rank, swag"):
        swag_samples(LAYERS, "both", 1, 0)
