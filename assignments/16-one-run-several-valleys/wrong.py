"""Wrong answers that a student might give, and the checks that each of them loses."""

import torch


def _cosine(steps, cycles, highest, length, first=0):
    share = ((torch.arange(steps) + first) % (steps // cycles)) / length
    return highest * (1 + (torch.pi * share).cos()) / 2


def reaches_zero(steps, cycles, highest):
    """Divides by L − 1, so that the last step of a cycle moves nothing."""
    return _cosine(steps, cycles, highest, steps // cycles - 1)


def counts_from_one(steps, cycles, highest):
    """Takes the first step of the run for step 1, so that every cycle begins a step late."""
    return _cosine(steps, cycles, highest, steps // cycles, first=1)


def one_cosine(steps, cycles, highest):
    """Forgets the restarts."""
    return highest * (1 + (torch.pi * torch.arange(steps) / steps).cos()) / 2


def in_lines(steps, cycles, highest):
    """Falls in a line."""
    return highest * (1 - torch.arange(steps) % (steps // cycles) / (steps // cycles))


def one_cycle_alone(steps, cycles, highest):
    """Returns the rates of one cycle."""
    return _cosine(steps, cycles, highest, steps // cycles)[: steps // cycles]


def of_the_posterior(rate, curvature, heat):
    """Takes the rate to be small."""
    return heat / curvature


def negative_beyond(rate, curvature, heat):
    """Follows the formula beyond the rate at which it holds."""
    return heat / (curvature * (1 - rate * curvature / 2))


def noise_once(rate, curvature, heat):
    """Forgets that 2 stands under the root."""
    room = 1 - rate * curvature / 2
    return heat / (2 * curvature * room) if room > 0 else float("inf")


def unstable_too_early(rate, curvature, heat):
    """Takes the first rate that overshoots at all for the first that leaves the bowl."""
    room = 1 - rate * curvature
    return heat / (curvature * room) if room > 0 else float("inf")


def a_step_early(rates):
    """Counts the steps before the one with the smallest rate."""
    return [n - 1 for n in _feet(rates)]


def a_step_late(rates):
    """Takes the snapshot after the first step of the next cycle, where there is one."""
    return [min(n + 1, len(rates)) for n in _feet(rates)]


def at_the_jumps(rates):
    """Looks for large jumps upwards, and finds no triangle."""
    jumps = [s + 1 for s, up in enumerate(rates.diff().tolist()) if up > 0.3]
    return [*jumps, len(rates)]


def the_smallest_of_all(rates):
    """Takes a snapshot after each step with the smallest rate of the whole run."""
    return [s + 1 for s, rate in enumerate(rates.tolist()) if rate == rates.min()]


def at_most(rates):
    """Counts plateaus, by comparing with ≤."""
    behind = [*rates.tolist()[1:], float("inf")]
    before = [float("inf"), *rates.tolist()[:-1]]
    return [s + 1 for s, rate in enumerate(rates.tolist()) if before[s] >= rate <= behind[s]]


def _feet(rates):
    behind = [*rates.tolist()[1:], float("inf")]
    before = [float("-inf"), *rates.tolist()[:-1]]
    return [s + 1 for s, rate in enumerate(rates.tolist()) if before[s] > rate < behind[s]]


WRONG = {
    "snapshot_rates": {
        reaches_zero: {
            "test_half_way_is_half_the_rate",
            "test_hidden_one_cycle_is_a_cosine",
            "test_last_rate_moves_the_run",
        },
        counts_from_one: {
            "test_first_rate_is_the_highest",
            "test_half_way_is_half_the_rate",
            "test_hidden_one_cycle_is_a_cosine",
            "test_last_rate_moves_the_run",
        },
        one_cosine: {
            "test_first_rate_is_the_highest",
            "test_half_way_is_half_the_rate",
            "test_hidden_every_cycle_is_the_same",
            "test_last_rate_moves_the_run",
        },
        in_lines: {
            "test_hidden_one_cycle_is_a_cosine",
            "test_last_rate_moves_the_run",
        },
        one_cycle_alone: {
            "test_a_rate_for_each_step",
            "test_half_way_is_half_the_rate",
            "test_hidden_every_cycle_is_the_same",
        },
    },
    "sampled_variance": {
        of_the_posterior: {
            "test_hidden_between_small_and_large",
            "test_large_rates_sample_too_widely",
            "test_steps_that_overshoot_leave_the_bowl",
        },
        negative_beyond: {
            "test_steps_that_overshoot_leave_the_bowl",
        },
        noise_once: {
            "test_hidden_between_small_and_large",
            "test_large_rates_sample_too_widely",
            "test_small_rates_sample_the_posterior",
        },
        unstable_too_early: {
            "test_hidden_between_small_and_large",
            "test_large_rates_sample_too_widely",
        },
    },
    "taken_after": {
        a_step_early: {
            "test_after_the_last_step_of_a_falling_rate",
            "test_at_the_foot_of_a_triangle",
            "test_before_a_restart",
            "test_hidden_rising_end",
            "test_hidden_uneven_feet",
        },
        a_step_late: {
            "test_at_the_foot_of_a_triangle",
            "test_before_a_restart",
            "test_hidden_rising_end",
            "test_hidden_uneven_feet",
        },
        at_the_jumps: {
            "test_at_the_foot_of_a_triangle",
            "test_hidden_constant",
            "test_hidden_rising_end",
        },
        the_smallest_of_all: {
            "test_hidden_constant",
            "test_hidden_rising_end",
            "test_hidden_uneven_feet",
        },
        at_most: {
            "test_hidden_constant",
            "test_hidden_rising_end",
        },
    },
}
