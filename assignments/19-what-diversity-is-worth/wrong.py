"""Wrong answers that a student might give, and the checks that each of them loses."""

import torch


def ties_count(found, others):
    """Counts a tie as a pair that is told."""
    return (found[:, None] >= others).float().mean().item()


def other_way_round(found, others):
    """Asks how often the sign is smaller."""
    ahead = others[:, None] - found
    return ((ahead > 0).float() + (ahead == 0).float() / 2).mean().item()


def means_compared(found, others):
    """Compares the means of the two, not the pairs."""
    return 0.5 if found.mean() == others.mean() else float(found.mean() > others.mean())


def divided_by_m(probs, size):
    """Takes the distance from the members' own mean, which is too small."""
    return (1 - 1 / size) * probs.var(0, correction=0).sum(-1).mean().item()


def all_that_there_is(probs, size):
    """Forgets the size: what infinitely many gain."""
    return probs.var(0).sum(-1).mean().item()


def as_many_as_given(probs, size):
    """Takes the number of the given networks for the size."""
    return (1 - 1 / len(probs)) * probs.var(0).sum(-1).mean().item()


def images_added(probs, size):
    """Adds the images up."""
    return (1 - 1 / size) * probs.var(0).sum().item()


def straight_in_size(size, known):
    """Draws a straight line in the size, not in one over it."""
    (a, first), (b, second) = known.items()
    return first + (second - first) * (size - a) / (b - a)


def first_is_one(size, known):
    """Takes the first score for that of one network."""
    (_, first), (b, second) = known.items()
    return first - (1 - 1 / size) * (first - second) / (1 - 1 / b)


def finite_sizes(size, known):
    """Makes the size a whole number, which infinity is not."""
    (a, first), (b, second) = known.items()
    return first + (first - second) / (1 / a - 1 / b) * (1 / int(size) - 1 / a)


def best_alone(probs, score, candidates, scores):
    """Takes the best candidate."""
    return int(scores.argmin())


def farthest(probs, score, candidates, scores):
    """Takes the candidate that is farthest away, however bad."""
    return int((candidates - probs.mean(0)).square().sum(-1).mean(-1).mul(1e3).round().argmax())


def as_two(probs, score, candidates, scores):
    """Averages the candidate with the ensemble half and half."""
    apart = (candidates - probs.mean(0)).square().sum(-1).mean(-1)
    return int(((score + scores) / 2 - apart / 4).argmin())


def whole_distance(probs, score, candidates, scores):
    """Weighs the distance as the score, and forgets that the candidate moves the average."""
    apart = (candidates - probs.mean(0)).square().sum(-1).mean(-1)
    return int(((len(probs) * score + scores) / (len(probs) + 1) - apart / (len(probs) + 1)).argmin())


def lengths(probs, score, candidates, scores):
    """Takes lengths where squares are asked for."""
    m, apart = len(probs), (candidates - probs.mean(0)).norm(dim=-1).mean(-1)
    return int(((m * score + scores) / (m + 1) - m / (m + 1) ** 2 * apart).argmin())


def nearest(probs, score, candidates, scores):
    """Adds the distance to the score, where it is to be taken off."""
    m, apart = len(probs), (candidates - probs.mean(0)).square().sum(-1).mean(-1)
    return int(torch.argmin((m * score + scores) / (m + 1) + m / (m + 1) ** 2 * apart))


WRONG = {
    "auroc": {
        ties_count: {"test_ties_are_halves", "test_counts_pairs", "test_hidden_one_tie_among_many"},
        other_way_round: {
            "test_all_ahead",
            "test_counts_pairs",
            "test_hidden_all_behind",
            "test_hidden_one_tie_among_many",
        },
        means_compared: {"test_counts_pairs", "test_hidden_one_tie_among_many"},
    },
    "expected_gain": {
        divided_by_m: {
            "test_two_opposite_networks",
            "test_larger_than_what_is_given",
            "test_hidden_three_networks",
            "test_hidden_mean_over_the_images",
        },
        all_that_there_is: {
            "test_one_gains_nothing",
            "test_two_opposite_networks",
            "test_larger_than_what_is_given",
            "test_hidden_three_networks",
            "test_hidden_mean_over_the_images",
        },
        as_many_as_given: {"test_one_gains_nothing", "test_larger_than_what_is_given"},
        images_added: {"test_hidden_mean_over_the_images"},
    },
    "brier_of": {
        straight_in_size: {"test_one_from_two_and_four", "test_infinitely_many", "test_hidden_from_large_sizes"},
        first_is_one: {
            "test_one_from_two_and_four",
            "test_known_sizes_stay",
            "test_hidden_from_large_sizes",
            "test_hidden_given_in_any_order",
        },
        finite_sizes: {"test_infinitely_many"},
    },
    "whom_to_add": {
        best_alone: {"test_of_equals_the_farther", "test_distance_may_outweigh_the_score"},
        farthest: {"test_of_equally_far_ones_the_better", "test_hidden_the_tenth_weighs_less"},
        as_two: {"test_distance_may_outweigh_the_score"},
        whole_distance: {"test_hidden_the_tenth_weighs_less"},
        lengths: {"test_hidden_the_tenth_weighs_less", "test_hidden_many_images"},
        nearest: {"test_of_equals_the_farther", "test_distance_may_outweigh_the_score", "test_hidden_many_images"},
    },
}
