"""Plausible wrong answers, and exactly the checks that each of them loses."""

import torch


def forgets_the_prior(misfits, thetas):
    """The likelihood alone."""
    return (-misfits).softmax(0)


def exponentiates_first(misfits, thetas):
    """Exponentials of thousands, and their quotient."""
    weights = (-misfits - thetas.square().sum(1) / 2).exp()
    return weights / weights.sum()


def forgets_to_normalise(misfits, thetas):
    """Densities in place of probabilities."""
    return (-misfits - thetas.square().sum(1) / 2).exp()


def takes_the_length(misfits, thetas):
    """The length of a point, not its square."""
    return (-misfits - thetas.norm(dim=1) / 2).softmax(0)


def takes_the_mean_of_the_entries(misfits, thetas):
    """A mean over the entries in place of their sum."""
    return (-misfits - thetas.square().mean(1) / 2).softmax(0)


def pulls_to_zero(phi, y, noise, anchors, shakes):
    """The prior's centre stays at 0."""
    precision = phi.T @ phi / noise**2 + torch.eye(phi.shape[1])
    return torch.linalg.solve(precision, ((y + noise * shakes) @ phi / noise**2).T).T


def forgets_the_shakes(phi, y, noise, anchors, shakes):
    """Every member has the same y."""
    precision = phi.T @ phi / noise**2 + torch.eye(phi.shape[1])
    return torch.linalg.solve(precision, (y @ phi / noise**2 + anchors).T).T


def shakes_by_units(phi, y, noise, anchors, shakes):
    """Shakes of y that do not know the noise."""
    precision = phi.T @ phi / noise**2 + torch.eye(phi.shape[1])
    return torch.linalg.solve(precision, ((y + shakes) @ phi / noise**2 + anchors).T).T


def takes_the_noise_for_a_variance(phi, y, noise, anchors, shakes):
    """Divides by the deviation where its square belongs."""
    precision = phi.T @ phi / noise + torch.eye(phi.shape[1])
    return torch.linalg.solve(precision, ((y + noise * shakes) @ phi / noise + anchors).T).T


def pushes_at_once(slope, place, momentum, step):
    """One whole push in place of two halves."""
    momentum = momentum + step * slope(place)
    return place + step * momentum, momentum


def pushes_twice_at_the_old_place(slope, place, momentum, step):
    """Both halves of the push with the slope of the old place."""
    push = step / 2 * slope(place)
    return place + step * (momentum + push), momentum + 2 * push


def rolls_uphill(slope, place, momentum, step):
    """Pushes towards low density."""
    momentum = momentum - step / 2 * slope(place)
    place = place + step * momentum
    return place, momentum - step / 2 * slope(place)


def moves_by_half(slope, place, momentum, step):
    """Half a move, as if it were a push."""
    momentum = momentum + step / 2 * slope(place)
    place = place + step / 2 * momentum
    return place, momentum + step / 2 * slope(place)


WRONG = {
    "posterior_weights": {
        forgets_the_prior: {"test_the_prior_counts", "test_all_entries_of_a_point_count"},
        exponentiates_first: {"test_large_misfits_do_no_harm"},
        forgets_to_normalise: {
            "test_they_are_probabilities",
            "test_a_better_fit_weighs_more",
            "test_the_prior_counts",
            "test_large_misfits_do_no_harm",
            "test_all_entries_of_a_point_count",
        },
        takes_the_length: {"test_the_prior_counts", "test_all_entries_of_a_point_count"},
        takes_the_mean_of_the_entries: {"test_all_entries_of_a_point_count"},
    },
    "linear_members": {
        pulls_to_zero: {
            "test_without_data_a_member_is_its_anchor",
            "test_one_feature_by_hand",
            "test_members_spread_as_the_posterior",
        },
        forgets_the_shakes: {"test_shakes_are_in_units_of_the_noise", "test_members_spread_as_the_posterior"},
        shakes_by_units: {"test_shakes_are_in_units_of_the_noise", "test_members_spread_as_the_posterior"},
        takes_the_noise_for_a_variance: {
            "test_shakes_are_in_units_of_the_noise",
            "test_members_spread_as_the_posterior",
        },
    },
    "leap": {
        pushes_at_once: {
            "test_by_hand",
            "test_a_leap_can_be_gone_back",
            "test_the_second_push_is_that_of_the_new_place",
        },
        pushes_twice_at_the_old_place: {
            "test_by_hand",
            "test_a_leap_can_be_gone_back",
            "test_the_second_push_is_that_of_the_new_place",
        },
        rolls_uphill: {"test_by_hand", "test_the_second_push_is_that_of_the_new_place"},
        moves_by_half: {"test_by_hand", "test_without_slope_it_is_a_straight_move"},
    },
}
