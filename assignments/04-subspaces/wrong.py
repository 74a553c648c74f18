"""Wrong answers that students give, and the checks that each of them loses."""

import torch


def those_that_vanish(theta, s):
    """Only the weights that are set to zero are taken to move."""
    return theta.norm() * s**0.5


def rate_times_length(theta, s):
    """The rate is taken for the share of the way."""
    return theta.norm() * s


def squared_distance(theta, s):
    """The root is forgotten."""
    return theta.square().sum() * s / (1 - s)


def lengths_added(theta, s):
    """Mean lengths instead of squares: s of the weights by themselves, the others by s / (1 − s)."""
    return theta.norm() * (s + (1 - s) * s / (1 - s))


def of_one_weight(theta, s):
    """The root-mean-square move of a weight, not of the point."""
    return theta.square().mean().sqrt() * (s / (1 - s)) ** 0.5


def kept_and_dropped_exchanged(theta, s):
    """The rate is taken for the share of the weights that stay."""
    return theta.norm() * ((1 - s) / s) ** 0.5


def around_the_origin(checkpoints, share):
    """The mean is not taken off."""
    variances = torch.linalg.svdvals(checkpoints).square()
    return int((variances.cumsum(0) / variances.sum() < share).sum()) + 1


def spreads_not_squared(checkpoints, share):
    """Singular values are taken for variances."""
    spreads = torch.linalg.svdvals(checkpoints - checkpoints.mean(0))
    return int((spreads.cumsum(0) / spreads.sum() < share).sum()) + 1


def one_too_few(checkpoints, share):
    """The last component before the share is reached."""
    variances = torch.linalg.svdvals(checkpoints - checkpoints.mean(0)).square()
    return int((variances.cumsum(0) / variances.sum() < share).sum())


def weights_instead_of_components(checkpoints, share):
    """The variances of single weights, largest first."""
    variances = checkpoints.var(0).sort(descending=True).values
    return int((variances.cumsum(0) / variances.sum() < share).sum()) + 1


def smallest_first(checkpoints, share):
    """Components in ascending order, as `eigvalsh` gives them."""
    centred = checkpoints - checkpoints.mean(0)
    variances = torch.linalg.eigvalsh(centred @ centred.T).clamp(min=0)
    return int((variances.cumsum(0) / variances.sum() < share).sum()) + 1


def direction_as_it_comes(sigma, direction):
    """The direction is not made of length one."""
    return (sigma * direction).norm()


def spreads_added(sigma, direction):
    """Standard deviations are added, not variances."""
    return (sigma * direction.abs()).sum() / direction.norm()


def for_any_direction(sigma, direction):
    """The mean over random directions, for all of them."""
    return sigma.norm() / len(sigma) ** 0.5


def variance(sigma, direction):
    """The root is forgotten."""
    return (sigma * direction).square().sum() / direction.square().sum()


def last_scale_that_holds(stay):
    """One doubling too early."""
    s = 1.0
    while stay(s) >= 0.5:
        s *= 2
    return s / 2


def more_than_half(stay):
    """Exactly half is taken for too few."""
    s = 1.0
    while stay(s) > 0.5:
        s *= 2
    return s


def one_by_one(stay):
    """Scales grow by one."""
    s = 1.0
    while stay(s) >= 0.5:
        s += 1
    return s


def doubled_before_asked(stay):
    """Scale 1 is never asked for."""
    s = 1.0
    while True:
        s *= 2
        if stay(s) < 0.5:
            return s


WRONG = {
    "dropout_distance": {
        those_that_vanish: {
            "test_half_the_weights",
            "test_those_that_stay_move_too",
            "test_hidden_distance_of_drawn_samples",
        },
        rate_times_length: {
            "test_half_the_weights",
            "test_those_that_stay_move_too",
            "test_hidden_distance_of_drawn_samples",
        },
        squared_distance: {
            "test_half_the_weights",
            "test_those_that_stay_move_too",
            "test_hidden_distance_of_drawn_samples",
            "test_hidden_twice_the_solution_twice_the_way",
        },
        lengths_added: {"test_those_that_stay_move_too", "test_hidden_distance_of_drawn_samples"},
        of_one_weight: {
            "test_half_the_weights",
            "test_those_that_stay_move_too",
            "test_hidden_distance_of_drawn_samples",
        },
        kept_and_dropped_exchanged: {
            "test_no_dropout_no_distance",
            "test_those_that_stay_move_too",
            "test_hidden_distance_of_drawn_samples",
        },
    },
    "rank_needed": {
        around_the_origin: {
            "test_where_the_checkpoints_lie_does_not_count",
            "test_hidden_more_weights_than_checkpoints",
        },
        spreads_not_squared: {
            "test_variances_are_squares",
            "test_where_the_checkpoints_lie_does_not_count",
            "test_hidden_turned_checkpoints",
        },
        one_too_few: {
            "test_a_line_needs_one",
            "test_variances_are_squares",
            "test_where_the_checkpoints_lie_does_not_count",
            "test_hidden_more_weights_than_checkpoints",
            "test_hidden_turned_checkpoints",
        },
        weights_instead_of_components: {
            "test_a_line_needs_one",
            "test_hidden_more_weights_than_checkpoints",
            "test_hidden_turned_checkpoints",
        },
        smallest_first: {
            "test_a_line_needs_one",
            "test_variances_are_squares",
            "test_where_the_checkpoints_lie_does_not_count",
            "test_hidden_more_weights_than_checkpoints",
            "test_hidden_turned_checkpoints",
        },
    },
    "spread_along": {
        direction_as_it_comes: {
            "test_length_of_the_direction_does_not_count",
            "test_variances_add_up",
            "test_hidden_equal_spreads",
            "test_hidden_simulated_spread",
        },
        spreads_added: {"test_variances_add_up", "test_hidden_equal_spreads", "test_hidden_simulated_spread"},
        for_any_direction: {
            "test_along_an_axis",
            "test_length_of_the_direction_does_not_count",
            "test_hidden_simulated_spread",
        },
        variance: {
            "test_along_an_axis",
            "test_length_of_the_direction_does_not_count",
            "test_variances_add_up",
            "test_hidden_equal_spreads",
            "test_hidden_simulated_spread",
        },
    },
    "leaving_scale": {
        last_scale_that_holds: {
            "test_the_first_scale_at_which_most_leave",
            "test_who_leaves_at_once",
            "test_hidden_one_half_stays",
        },
        more_than_half: {"test_hidden_one_half_stays"},
        one_by_one: {"test_the_first_scale_at_which_most_leave", "test_scales_double"},
        doubled_before_asked: {"test_who_leaves_at_once", "test_scales_double"},
    },
}
