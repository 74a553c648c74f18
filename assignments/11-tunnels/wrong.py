"""Plausible wrong answers, and exactly the checks that each of them loses."""

import torch


def mixes_the_ends_only(pivots, t):
    """The straight line between the ends."""
    return (1 - t) * pivots[0] + t * pivots[-1]


def walks_the_chain(pivots, t):
    """The chain from pivot to pivot."""
    place = t * (len(pivots) - 1)
    i = min(int(place), len(pivots) - 2)
    return (i + 1 - place) * pivots[i] + (place - i) * pivots[i + 1]


def takes_one_bend_for_granted(pivots, t):
    """The formula of one bend, with the second pivot for it."""
    return (1 - t) ** 2 * pivots[0] + 2 * t * (1 - t) * pivots[1] + t**2 * pivots[-1]


def runs_backwards(pivots, t):
    """t counted from the other end."""
    while len(pivots) > 1:
        pivots = t * pivots[:-1] + (1 - t) * pivots[1:]
    return pivots[0]


def adds_up_the_pivots(pivots, t):
    """Coefficients that do not sum to one: the powers of t alone."""
    return sum(t**k * pivot for k, pivot in enumerate(pivots))


def lets_the_ends_learn(coefficients, gradient):
    """The chain rule at all pivots."""
    return coefficients[:, None] * gradient


def gives_each_bend_all(coefficients, gradient):
    """The gradient at θ, whatever the coefficient."""
    result = gradient.expand(len(coefficients), -1).clone()
    result[[0, -1]] = 0
    return result


def leaves_the_ends_out(coefficients, gradient):
    """The bends alone."""
    return coefficients[1:-1, None] * gradient


def silences_in_place(coefficients, gradient):
    """Writes into what it was given."""
    coefficients[[0, -1]] = 0
    return coefficients[:, None] * gradient


def compares_with_the_lowest_pivot(heights):
    """Above the lowest pivot."""
    return (heights.max() - heights[:, [0, -1]].min()).item()


def forgets_the_last_end(heights):
    """The first pivot of each gap only."""
    return (heights.max() - heights[:, 0].max()).item()


def takes_the_highest(heights):
    """The highest loss itself."""
    return heights.max().item()


def goes_evenly_in_t(pivots, count):
    """Each segment takes an equal share of t."""
    place = torch.linspace(0, 1, count) * (len(pivots) - 1)
    i = place.long().clamp(max=len(pivots) - 2)
    t = (place - i)[:, None]
    return (1 - t) * pivots[i] + t * pivots[i + 1]


def leaves_the_end_out(pivots, count):
    """Stops a step before the last end."""
    return goes_evenly_in_t(pivots, count + 1)[:-1]


def goes_straight(pivots, count):
    """The straight line between the ends."""
    t = torch.linspace(0, 1, count)[:, None]
    return (1 - t) * pivots[0] + t * pivots[-1]


def keeps_the_pivots(pivots, count):
    """The pivots as they are."""
    return pivots


WRONG = {
    "on_curve": {
        mixes_the_ends_only: {
            "test_half_way_a_bend_weighs_as_much_as_both_ends",
            "test_a_curve_may_have_more_bends",
        },
        walks_the_chain: {
            "test_half_way_a_bend_weighs_as_much_as_both_ends",
            "test_a_curve_may_have_more_bends",
        },
        takes_one_bend_for_granted: {
            "test_two_pivots_make_a_straight_line",
            "test_a_curve_may_have_more_bends",
        },
        runs_backwards: {
            "test_the_curve_begins_and_ends_at_its_ends",
            "test_two_pivots_make_a_straight_line",
            "test_a_curve_may_have_more_bends",
        },
        adds_up_the_pivots: {
            "test_the_curve_begins_and_ends_at_its_ends",
            "test_hidden_a_closed_curve_of_equal_pivots_stays",
        },
    },
    "pivot_gradients": {
        lets_the_ends_learn: {
            "test_the_ends_feel_nothing",
            "test_hidden_two_bends_share_what_one_gradient_gives",
        },
        gives_each_bend_all: {
            "test_a_bend_feels_its_coefficient_times_the_gradient",
            "test_hidden_two_bends_share_what_one_gradient_gives",
        },
        leaves_the_ends_out: {
            "test_a_bend_feels_its_coefficient_times_the_gradient",
            "test_the_ends_feel_nothing",
            "test_there_is_a_gradient_for_each_pivot",
            "test_hidden_two_bends_share_what_one_gradient_gives",
        },
        silences_in_place: {"test_hidden_what_is_given_stays"},
    },
    "hidden_rise": {
        compares_with_the_lowest_pivot: {
            "test_a_hill_between_pivots_counts_from_the_highest_pivot",
            "test_a_band_that_is_highest_at_a_pivot_hides_nothing",
            "test_hidden_the_last_end_is_a_pivot",
        },
        forgets_the_last_end: {
            "test_a_hill_between_pivots_counts_from_the_highest_pivot",
            "test_hidden_the_last_end_is_a_pivot",
        },
        takes_the_highest: {
            "test_a_hill_between_pivots_counts_from_the_highest_pivot",
            "test_a_band_that_is_highest_at_a_pivot_hides_nothing",
            "test_hidden_the_last_end_is_a_pivot",
        },
    },
    "even_pivots": {
        goes_evenly_in_t: {
            "test_steps_are_even_round_a_corner",
            "test_hidden_a_straight_chain_is_cut_evenly",
        },
        leaves_the_end_out: {
            "test_the_ends_are_the_chain_s",
            "test_steps_are_even_round_a_corner",
            "test_hidden_a_straight_chain_is_cut_evenly",
        },
        goes_straight: {"test_steps_are_even_round_a_corner"},
        keeps_the_pivots: {
            "test_steps_are_even_round_a_corner",
            "test_the_pivots_number_is_free",
            "test_hidden_a_straight_chain_is_cut_evenly",
        },
    },
}
