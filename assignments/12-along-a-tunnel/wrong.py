"""Plausible wrong answers, and exactly the checks that each of them loses."""

import torch


def looks_at_points_alone(losses, every):
    """The highest at a point, twice."""
    return losses[::every].max().item(), losses[::every].max().item()


def leaves_out_the_ends(losses, every):
    """Ends are no points."""
    return losses[every:-1:every].max().item() if len(losses) > every + 1 else 0.0, losses.max().item()


def takes_what_lies_between(losses, every):
    """The highest anywhere, twice."""
    return losses.max().item(), losses.max().item()


def keeps_points_apart(losses, every):
    """The highest at a point, and the highest of what is none."""
    between = [x for k, x in enumerate(losses.tolist()) if k % every]
    return losses[::every].max().item(), max(between, default=0.0)


def forgets_the_quarter(first, second, together):
    """The gain itself, without its factor."""
    return (first + second) / 2 - together


def takes_the_first_alone(first, second, together):
    """The gain over the first network."""
    return 4 * (first - together)


def loses_a_factor_of_two(first, second, together):
    """Half of the distance."""
    return first + second - 2 * together


def forgets_the_four(first, second, together):
    """The average's score once."""
    return 2 * (first + second) - together


def takes_the_ends(corners):
    """The angle between the two ends."""
    return torch.cosine_similarity(corners[0], corners[-1], dim=0).clamp(-1, 1).arccos().rad2deg().item()


def stays_in_radians(corners):
    """The angle in radians."""
    return torch.cosine_similarity(corners[:-1], corners[1:], dim=1).clamp(-1, 1).arccos().sum().item()


def forgets_the_lengths(corners):
    """The inner product for the cosine."""
    return (corners[:-1] * corners[1:]).sum(1).clamp(-1, 1).arccos().sum().rad2deg().item()


def measures_at_the_tunnel(corners):
    """The angles between steps of the tunnel, at its points."""
    steps = corners.diff(dim=0)
    return torch.cosine_similarity(steps[:-1], steps[1:], dim=1).clamp(-1, 1).arccos().sum().rad2deg().item()


def takes_steps_for_arcs(corners):
    """Each step over the length of the point before."""
    return (corners.diff(dim=0).norm(dim=1) / corners[:-1].norm(dim=1)).sum().rad2deg().item()


WRONG = {
    "highest": {
        looks_at_points_alone: {"test_a_rise_between_two_points_is_seen", "test_a_tunnel_of_many_places"},
        leaves_out_the_ends: {"test_a_rise_between_two_points_is_seen", "test_both_ends_are_points"},
        keeps_points_apart: {"test_both_ends_are_points", "test_every_place_may_be_a_point"},
        takes_what_lies_between: {"test_a_rise_between_two_points_is_seen", "test_a_tunnel_of_many_places"},
    },
    "squared_distance": {
        forgets_the_quarter: {
            "test_two_sure_networks_that_differ_are_two_apart",
            "test_it_is_as_computed_from_predictions",
        },
        takes_the_first_alone: {
            "test_two_sure_networks_that_differ_are_two_apart",
            "test_it_is_as_computed_from_predictions",
            "test_a_pair_that_gains_nothing_agrees",
            "test_the_order_of_the_two_plays_no_part",
        },
        forgets_the_four: {
            "test_the_same_network_twice_is_at_distance_zero",
            "test_two_sure_networks_that_differ_are_two_apart",
            "test_it_is_as_computed_from_predictions",
            "test_a_pair_that_gains_nothing_agrees",
        },
        loses_a_factor_of_two: {
            "test_two_sure_networks_that_differ_are_two_apart",
            "test_it_is_as_computed_from_predictions",
        },
    },
    "opening": {
        takes_the_ends: {"test_angles_add_up_over_the_folds", "test_a_way_there_and_back_counts_twice"},
        stays_in_radians: {
            "test_two_points_at_right_angles",
            "test_angles_add_up_over_the_folds",
            "test_lengths_play_no_part",
            "test_a_way_there_and_back_counts_twice",
        },
        forgets_the_lengths: {"test_lengths_play_no_part", "test_a_way_there_and_back_counts_twice"},
        measures_at_the_tunnel: {
            "test_two_points_at_right_angles",
            "test_angles_add_up_over_the_folds",
            "test_lengths_play_no_part",
            "test_a_way_there_and_back_counts_twice",
        },
        takes_steps_for_arcs: {
            "test_two_points_at_right_angles",
            "test_angles_add_up_over_the_folds",
            "test_lengths_play_no_part",
            "test_a_way_there_and_back_counts_twice",
            "test_points_of_one_ray_open_nothing",
        },
    },
}
