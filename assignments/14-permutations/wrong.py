"""Plausible wrong answers, and exactly the checks that each of them loses."""

import math

import torch
from scipy.optimize import linear_sum_assignment


def numbers_all_units_together(units):
    """As if units could move from layer to layer."""
    return math.log10(math.factorial(sum(units)))


def counts_orders_of_one_by_another(units):
    """n² in place of n!."""
    return sum(2 * math.log10(n) for n in units)


def takes_natural_logarithms(units):
    """Natural logarithms."""
    return sum(math.lgamma(n + 1) for n in units)


def adds_the_numbers(units):
    """The logarithm of a sum."""
    return math.log10(sum(math.factorial(n) for n in units))


def counts_the_bias_as_a_unit(units):
    """One unit more in every layer."""
    return sum(math.log10(math.factorial(n + 1)) for n in units)


def forgets_the_covariance(rho, t):
    """As if the units were strangers."""
    return (1 - t) ** 2 + t**2


def takes_the_covariance_once(rho, t):
    """The covariance counted once."""
    return (1 - t) ** 2 + t**2 + t * (1 - t) * rho


def always_halfway(rho, t):
    """The formula of the middle, everywhere."""
    return (1 + rho) / 2


def mixes_variances(rho, t):
    """Variances are mixed as the units are."""
    return (1 - t) + t * rho


def takes_the_other_order(first, second):
    """The second permutation first."""
    return second[first]


def undoes_the_first(first, second):
    """By the inverse of the first."""
    return first.argsort()[second]


def adds_places(first, second):
    """Places added up."""
    return (first + second) % len(first)


def takes_the_nearest_left(first, second):
    """Each unit in turn takes the nearest that is left."""
    left, found = list(range(len(second))), []
    for row in first:
        found.append(min(left, key=lambda j: (row - second[j]).square().sum().item()))
        left.remove(found[-1])
    return torch.tensor(found)


def takes_the_nearest(first, second):
    """Each unit takes the nearest, taken or not."""
    return torch.cdist(first, second).argmin(1)


def gives_the_inverse(first, second):
    """Where the units of the second network go, in place of where they come from."""
    return torch.from_numpy(linear_sum_assignment((second @ first.T).numpy(), maximize=True)[1])


def makes_it_small(first, second):
    """The smallest inner products."""
    return torch.from_numpy(linear_sum_assignment((first @ second.T).numpy())[1])


def compares_angles(first, second):
    """Cosines, which know nothing of lengths."""
    cosines = torch.nn.functional.normalize(first) @ torch.nn.functional.normalize(second).T
    return torch.from_numpy(linear_sum_assignment(cosines.numpy(), maximize=True)[1])


WRONG = {
    "digits_of_names": {
        numbers_all_units_together: {"test_layers_are_numbered_each_by_itself"},
        counts_orders_of_one_by_another: {
            "test_three_units_have_six_names",
            "test_layers_are_numbered_each_by_itself",
            "test_wide_layers_are_counted_too",
        },
        takes_natural_logarithms: {
            "test_three_units_have_six_names",
            "test_layers_are_numbered_each_by_itself",
            "test_wide_layers_are_counted_too",
        },
        counts_the_bias_as_a_unit: {
            "test_three_units_have_six_names",
            "test_layers_are_numbered_each_by_itself",
            "test_one_unit_has_one_name",
            "test_wide_layers_are_counted_too",
        },
        adds_the_numbers: {"test_layers_are_numbered_each_by_itself"},
    },
    "variance_of_mixture": {
        forgets_the_covariance: {
            "test_equal_units_keep_their_variance",
            "test_opposite_units_cancel_halfway",
            "test_half_correlated_units_lose_a_quarter_halfway",
        },
        takes_the_covariance_once: {
            "test_equal_units_keep_their_variance",
            "test_opposite_units_cancel_halfway",
            "test_half_correlated_units_lose_a_quarter_halfway",
        },
        always_halfway: {"test_a_quarter_of_the_way", "test_the_ends_are_whole"},
        mixes_variances: {"test_a_quarter_of_the_way", "test_the_ends_are_whole"},
    },
    "one_after_the_other": {
        takes_the_other_order: {"test_the_first_is_done_first"},
        undoes_the_first: {
            "test_nothing_after_a_permutation_leaves_it",
            "test_the_first_is_done_first",
            "test_an_inverse_undoes",
        },
        adds_places: {
            "test_nothing_after_a_permutation_leaves_it",
            "test_the_first_is_done_first",
            "test_an_inverse_undoes",
        },
    },
    "renumber": {
        takes_the_nearest_left: {"test_the_nearest_of_all_orders"},
        takes_the_nearest: {"test_each_unit_is_taken_once", "test_the_nearest_of_all_orders"},
        gives_the_inverse: {"test_a_planted_order_is_found", "test_the_nearest_of_all_orders"},
        makes_it_small: {
            "test_equal_layers_stay_as_they_are",
            "test_a_planted_order_is_found",
            "test_the_nearest_of_all_orders",
        },
        compares_angles: {"test_the_nearest_of_all_orders"},
    },
}
