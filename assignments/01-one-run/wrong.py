"""Wrong answers that students give, and the checks that each of them loses."""

import torch

from ldiv_utils import measures, networks


def all_weights_at_once(net, first, second):
    """The cosine of the whole points, under every name."""
    value = measures.cosine_similarity(torch.stack([first, second]))[0, 1].item()
    return {name: value for name, _ in net.named_parameters()}


def inner_products(net, first, second):
    """Lengths are not divided out."""
    a, b = networks.from_point(net, first), networks.from_point(net, second)
    return {name: (a[name] * b[name]).sum().item() for name in a}


def biases_left_out(net, first, second):
    """Only the parameters that are matrices."""
    a, b = networks.from_point(net, first), networks.from_point(net, second)
    return {n: torch.cosine_similarity(a[n].flatten(), b[n].flatten(), dim=0).item() for n in a if a[n].dim() > 1}


def angle_without_sign(net, first, second):
    """Opposite directions are taken for the same."""
    a, b = networks.from_point(net, first), networks.from_point(net, second)
    return {name: torch.cosine_similarity(a[name].flatten(), b[name].flatten(), dim=0).abs().item() for name in a}


def mean_over_rows(net, first, second):
    """A mean of the cosines of the rows."""
    a, b = networks.from_point(net, first), networks.from_point(net, second)
    return {name: torch.cosine_similarity(a[name], b[name], dim=-1).mean().item() for name in a}


def first_time_near_the_end(distances, bound):
    """The first checkpoint near the last one."""
    return int((distances[-1] <= bound).nonzero()[0])


def near_the_end_for_good(distances, bound):
    """From here on all are near the last one, whatever lies between any other two."""
    far = (distances[-1] > bound).nonzero()
    return int(far[-1]) + 1 if len(far) else 0


def step_by_step(distances, bound):
    """From here on every step is short."""
    far = (distances.diagonal(1) > bound).nonzero()
    return int(far[-1]) + 1 if len(far) else 0


def mean_of_the_square(distances, bound):
    """The mean of the square is at most the bound."""
    return next(e for e in range(len(distances)) if distances[e:, e:].mean() <= bound)


def below_the_bound(distances, bound):
    """The bound itself is taken for too far."""
    return next(e for e in range(len(distances)) if distances[e:, e:].max() < bound)


def size_of_the_square(distances, bound):
    """How many checkpoints have settled, not from which on."""
    return next(len(distances) - e for e in range(len(distances)) if distances[e:, e:].max() <= bound)


def variance(d, n):
    """The root is forgotten."""
    return d * (1 - d) / n


def deviation_of_one_image(d, n):
    """As if more images did not help."""
    return (d * (1 - d)) ** 0.5


def root_of_the_count(d, n):
    """The rule for rare events, √(N d) / N."""
    return (d / n) ** 0.5


def as_if_on_other_images(labels):
    """The errors of two independent disagreements, added in squares."""
    first, second = (labels[1:] != labels[0]).float().mean(1)
    variance = first * (1 - first) + second * (1 - second)
    return (first - second).item(), (variance / labels.shape[1]).sqrt().item()


def second_minus_first(labels):
    """The other sign."""
    first, second = (labels[1:] != labels[0]).float()
    each = second - first
    return each.mean(), each.std() / len(each) ** 0.5


def of_the_population(labels):
    """The standard deviation divides by N."""
    first, second = (labels[1:] != labels[0]).float()
    each = first - second
    return each.mean(), each.std(correction=0) / len(each) ** 0.5


def deviation_without_the_root(labels):
    """The standard deviation over the images is taken for the error of their mean."""
    first, second = (labels[1:] != labels[0]).float()
    each = first - second
    return each.mean(), each.std()


def one_with_two(labels):
    """Networks 1 and 2 are compared with each other."""
    each = (labels[1] != labels[2]).float()
    return each.mean(), each.std() / len(each) ** 0.5


WRONG = {
    "cosine_by_layer": {
        all_weights_at_once: {"test_layers_turn_by_themselves", "test_hidden_a_layer_is_one_vector"},
        inner_products: {
            "test_lengths_do_not_count",
            "test_layers_turn_by_themselves",
            "test_hidden_opposite_is_minus_one",
            "test_hidden_a_layer_is_one_vector",
        },
        biases_left_out: {"test_every_parameter_has_its_cosine", "test_layers_turn_by_themselves"},
        angle_without_sign: {"test_hidden_opposite_is_minus_one"},
        mean_over_rows: {"test_hidden_a_layer_is_one_vector"},
    },
    "settled_from": {
        first_time_near_the_end: {"test_all_pairs_count", "test_hidden_a_run_may_leave_its_end_again"},
        near_the_end_for_good: {"test_all_pairs_count"},
        step_by_step: {"test_small_steps_lead_far"},
        mean_of_the_square: {
            "test_a_moving_run_settles_with_its_last_checkpoint",
            "test_all_pairs_count",
            "test_small_steps_lead_far",
        },
        below_the_bound: {"test_hidden_the_bound_itself_is_allowed"},
        size_of_the_square: {
            "test_a_run_at_rest_settles_at_once",
            "test_a_moving_run_settles_with_its_last_checkpoint",
            "test_all_pairs_count",
            "test_small_steps_lead_far",
            "test_hidden_a_run_may_leave_its_end_again",
            "test_hidden_the_bound_itself_is_allowed",
        },
    },
    "disagreement_error": {
        variance: {
            "test_a_half_is_known_to_half_a_root",
            "test_four_times_the_images_halve_it",
            "test_hidden_agreement_counts_as_disagreement_does",
        },
        deviation_of_one_image: {
            "test_a_half_is_known_to_half_a_root",
            "test_four_times_the_images_halve_it",
            "test_hidden_agreement_counts_as_disagreement_does",
        },
        root_of_the_count: {
            "test_a_half_is_known_to_half_a_root",
            "test_full_agreement_is_sure",
            "test_hidden_agreement_counts_as_disagreement_does",
        },
    },
    "difference_and_error": {
        as_if_on_other_images: {
            "test_what_both_share_cancels",
            "test_error_of_a_case_counted_by_hand",
            "test_hidden_two_ways_to_differ_are_no_difference",
            "test_hidden_both_signs_count_in_the_error",
        },
        second_minus_first: {"test_difference_has_its_sign"},
        of_the_population: {"test_error_of_a_case_counted_by_hand", "test_hidden_both_signs_count_in_the_error"},
        deviation_without_the_root: {
            "test_error_of_a_case_counted_by_hand",
            "test_hidden_both_signs_count_in_the_error",
            "test_hidden_more_images_make_it_surer",
        },
        one_with_two: {
            "test_difference_has_its_sign",
            "test_hidden_two_ways_to_differ_are_no_difference",
            "test_hidden_both_signs_count_in_the_error",
        },
    },
}
