"""Wrong answers that a student might give, and the checks that each of them loses."""

import torch


def off_the_final_mean(points):
    """Takes the mean of all points."""
    return points - points.mean(0)


def off_the_mean_before(points):
    """Takes the mean of the points before, which does not know the point itself; the first stays zero."""
    counts = torch.arange(1, len(points) + 1)[:, None]
    before = (points.cumsum(0) - points) / (counts - 1).clamp(min=1)
    return torch.cat([torch.zeros_like(points[:1]), (points - before)[1:]])


def steps(points):
    """Takes the steps from point to point."""
    return torch.cat([torch.zeros_like(points[:1]), points.diff(dim=0)])


def halves(points):
    """Mixes every new point half and half into the mean."""
    mean, result = points[0], [torch.zeros_like(points[0])]
    for point in points[1:]:
        mean = (mean + point) / 2
        result.append(point - mean)
    return torch.stack(result)


def one_mean_for_all(points):
    """Takes one running mean over all weights."""
    counts = torch.arange(1, len(points) + 1)[:, None]
    return points - (points.mean(1, keepdim=True).cumsum(0) / counts)


def in_place(points):
    """Writes over the points."""
    points -= points.clone().cumsum(0) / torch.arange(1, len(points) + 1)[:, None]
    return points


def sample_variance(count):
    """Takes the deviations for those from the final mean."""
    return 1.0


def divided_by_all(count):
    """Divides by the number of columns."""
    return sum(1 - 1 / t for t in range(1, count + 1)) / count


def own_weight_alone(count):
    """Forgets the points before in the running mean."""
    return sum((1 - 1 / t) ** 2 for t in range(1, count + 1)) / (count - 1)


def mean_before(count):
    """Takes the running mean for independent of the point, as if it did not know it."""
    return sum(1 + 1 / t for t in range(1, count + 1)) / (count - 1)


def without_the_half(deviation, columns, direction):
    """Forgets that each part counts half."""
    u = direction / direction.norm()
    return ((deviation * u).square().sum() + (columns @ u).square().sum() / (len(columns) - 1)).sqrt()


def divided_by_columns(deviation, columns, direction):
    """Divides by the number of columns."""
    u = direction / direction.norm()
    return (((deviation * u).square().sum() + (columns @ u).square().mean()) / 2).sqrt()


def any_length(deviation, columns, direction):
    """Takes the direction as it comes."""
    diagonal, low_rank = (deviation * direction).square().sum(), (columns @ direction).square().sum()
    return ((diagonal + low_rank / (len(columns) - 1)) / 2).sqrt()


def weights_apart(deviation, columns, direction):
    """Lets each weight have its own noise in the low-rank part too."""
    u = direction / direction.norm()
    low_rank = (columns.square().sum(0) * u.square()).sum() / (len(columns) - 1)
    return (((deviation * u).square().sum() + low_rank) / 2).sqrt()


def variance_for_spread(deviation, columns, direction):
    """Returns the variance."""
    u = direction / direction.norm()
    return ((deviation * u).square().sum() + (columns @ u).square().sum() / (len(columns) - 1)) / 2


WRONG = {
    "off_running_mean": {
        off_the_final_mean: {
            "test_first_point",
            "test_later_points_do_not_count",
            "test_hidden_every_weight_by_itself",
        },
        off_the_mean_before: {"test_mean_knows_the_point", "test_hidden_every_weight_by_itself"},
        steps: {"test_mean_knows_the_point", "test_hidden_every_weight_by_itself"},
        halves: {"test_hidden_every_weight_by_itself"},
        one_mean_for_all: {"test_first_point", "test_mean_knows_the_point", "test_hidden_every_weight_by_itself"},
        in_place: {"test_hidden_points_stay"},
    },
    "low_rank_variance": {
        sample_variance: {"test_two_points", "test_four_points", "test_many_points", "test_hidden_three_points"},
        divided_by_all: {"test_two_points", "test_four_points", "test_hidden_three_points"},
        own_weight_alone: {"test_two_points", "test_four_points", "test_hidden_three_points"},
        mean_before: {"test_two_points", "test_four_points", "test_many_points", "test_hidden_three_points"},
    },
    "spread_along": {
        without_the_half: {
            "test_along_an_axis",
            "test_three_columns",
            "test_length_does_not_count",
            "test_hidden_a_million_weights",
        },
        divided_by_columns: {"test_along_an_axis", "test_three_columns"},
        any_length: {"test_length_does_not_count", "test_hidden_a_million_weights"},
        weights_apart: {"test_hidden_columns_move_weights_together"},
        variance_for_spread: {
            "test_along_an_axis",
            "test_three_columns",
            "test_length_does_not_count",
            "test_hidden_a_million_weights",
        },
    },
}
