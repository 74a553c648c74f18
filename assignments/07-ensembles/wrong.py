"""Wrong answers to the questions of 07-ensembles, and the checks that each of them loses."""

import math

import torch

from ldiv_utils import measures


def _made_up(networks, narrowly):
    right = torch.full((networks, networks), float(narrowly))
    right.fill_diagonal_(0.0)
    return torch.stack([right, 1 - right], dim=-1), torch.zeros(networks, dtype=torch.long)


def stays_at_six_tenths(networks):
    """Right for a few networks, too sure for many."""
    return _made_up(networks, 0.6)


def is_too_sure(networks):
    """Members so sure that their ensemble is right."""
    return _made_up(networks, 0.9)


def leaves_ties(networks):
    """Members that are undecided, for right."""
    return _made_up(networks, 0.5)


def is_right_on_one_image(networks):
    """Each network right on one image, for wrong on one."""
    right = torch.eye(networks)
    return torch.stack([right, 1 - right], dim=-1), torch.zeros(networks, dtype=torch.long)


def gives_scores(networks):
    """Numbers that are no probabilities."""
    probs, labels = _made_up(networks, 0.5 + 0.3 / networks)
    return 2 * probs, labels


def counts_in_a_straight_line(one, two, target):
    """Each further run brings as much as the second."""
    return math.inf if target <= 2 * two - one else max(1, 1 + math.ceil((one - target) / (one - two)))


def rounds_down(one, two, target):
    """The whole runs, and the part dropped."""
    share = (one - target) / (2 * (one - two))
    return math.inf if share >= 1 else max(1, math.floor(1 / (1 - share)))


def adds_a_run(one, two, target):
    """One more than the whole runs, always."""
    share = (one - target) / (2 * (one - two))
    return math.inf if share >= 1 else max(1, math.floor(1 / (1 - share)) + 1)


def takes_two_for_the_limit(one, two, target):
    """Infinitely many runs take off what the second does."""
    share = (one - target) / (one - two)
    return math.inf if share >= 1 else max(1, math.ceil(1 / (1 - share)))


def never_gives_up(one, two, target):
    """A number of runs, whatever is asked."""
    share = (one - target) / (2 * (one - two))
    return max(1, math.ceil(1 / abs(1 - share))) if share != 1 else 10**9


def returns_a_part_of_a_run(one, two, target):
    """The formula's number, below one too."""
    share = (one - target) / (2 * (one - two))
    return math.inf if share >= 1 else 1 / (1 - share)


def averages_the_probabilities(probs):
    """The mean of the probabilities."""
    return probs.mean(0)


def forgets_to_normalise(probs):
    """The geometric mean, with a sum below one."""
    return probs.clamp_min(1e-30).log().mean(0).exp()


def takes_probabilities_for_logits(probs):
    """A softmax of the mean probabilities."""
    return probs.mean(0).softmax(-1)


def adds_the_logits(probs):
    """The sum of the logits: a product of the probabilities."""
    return probs.clamp_min(1e-30).log().sum(0).softmax(-1)


def averages_over_the_inputs(probs):
    """The mean over the wrong axis."""
    return probs.clamp_min(1e-30).log().mean(1).softmax(-1)


def takes_the_logarithm_of_zero(probs):
    """Minus infinity in every class."""
    return probs.log().mean(0).softmax(-1)


def _parts(probs, labels):
    one, two = measures.brier(probs, labels)
    return one, two, (probs[0] - probs[1]).square().sum(-1).mean()


def leaves_zero_to_one(probs, labels):
    """The parabola's lowest point, wherever it is."""
    one, two, apart = _parts(probs, labels)
    return 0.5 + (two - one) / (2 * apart).clamp_min(1e-12)


def weighs_the_second(probs, labels):
    """The weight of the other network."""
    one, two, apart = _parts(probs, labels)
    return (0.5 + (one - two) / (2 * apart).clamp_min(1e-12)).clamp(0, 1)


def forgets_the_half(probs, labels):
    """The difference of the scores over Q, for over 2 Q."""
    one, two, apart = _parts(probs, labels)
    return (0.5 + (two - one) / apart.clamp_min(1e-12)).clamp(0, 1)


def divides_by_zero(probs, labels):
    """Nothing over nothing, for one network twice."""
    one, two, apart = _parts(probs, labels)
    return (0.5 + (two - one) / (2 * apart)).clamp(0, 1)


def weighs_by_score(probs, labels):
    """Each by the other's score, however far apart they are."""
    one, two = measures.brier(probs, labels)
    return two / (one + two)


def takes_the_better(probs, labels):
    """All for the better network."""
    one, two = measures.brier(probs, labels)
    return torch.tensor(1.0 if one < two else 0.0)


def sums_over_the_inputs(probs, labels):
    """The scores are means and the distance is a sum."""
    one, two = measures.brier(probs, labels)
    apart = (probs[0] - probs[1]).square().sum()
    return (0.5 + (two - one) / (2 * apart).clamp_min(1e-12)).clamp(0, 1)


WRONG = {
    "all_wrong": {
        stays_at_six_tenths: {"test_hidden_twelve_together_miss_all"},
        is_too_sure: {"test_the_ensemble_misses_every_image", "test_hidden_twelve_together_miss_all"},
        leaves_ties: {"test_each_network_misses_one_image", "test_hidden_each_of_twelve_misses_one"},
        is_right_on_one_image: {"test_each_network_misses_one_image", "test_hidden_each_of_twelve_misses_one"},
        gives_scores: {"test_what_is_made_up_are_probabilities"},
    },
    "runs_needed": {
        counts_in_a_straight_line: {"test_part_of_a_run_is_a_run", "test_hidden_a_whole_number_is_enough"},
        rounds_down: {"test_part_of_a_run_is_a_run"},
        adds_a_run: {"test_two_runs_score_as_two", "test_hidden_a_whole_number_is_enough"},
        takes_two_for_the_limit: {
            "test_two_runs_score_as_two",
            "test_part_of_a_run_is_a_run",
            "test_hidden_a_whole_number_is_enough",
        },
        never_gives_up: {"test_some_targets_are_out_of_reach", "test_hidden_the_limit_is_out_of_reach"},
        returns_a_part_of_a_run: {"test_part_of_a_run_is_a_run", "test_one_run_may_do"},
    },
    "average_logits": {
        averages_the_probabilities: {"test_it_is_the_geometric_mean"},
        forgets_to_normalise: {
            "test_it_is_a_prediction",
            "test_it_is_the_geometric_mean",
            "test_sure_networks_may_disagree",
        },
        takes_probabilities_for_logits: {
            "test_it_is_the_geometric_mean",
            "test_a_network_alone_stays",
            "test_hidden_copies_change_nothing",
            "test_hidden_each_input_for_itself",
        },
        adds_the_logits: {
            "test_it_is_the_geometric_mean",
            "test_hidden_copies_change_nothing",
            "test_hidden_each_input_for_itself",
        },
        averages_over_the_inputs: {
            "test_it_is_a_prediction",
            "test_it_is_the_geometric_mean",
            "test_sure_networks_may_disagree",
            "test_hidden_each_input_for_itself",
        },
        takes_the_logarithm_of_zero: {"test_sure_networks_may_disagree"},
    },
    "best_weight": {
        leaves_zero_to_one: {"test_a_weight_stays_between_zero_and_one"},
        weighs_the_second: {
            "test_no_other_weight_scores_lower",
            "test_a_weight_stays_between_zero_and_one",
            "test_hidden_the_weaker_helps_by_other_mistakes",
            "test_hidden_many_inputs",
        },
        forgets_the_half: {
            "test_no_other_weight_scores_lower",
            "test_hidden_the_weaker_helps_by_other_mistakes",
            "test_hidden_many_inputs",
        },
        divides_by_zero: {"test_one_network_twice_has_a_weight"},
        weighs_by_score: {
            "test_no_other_weight_scores_lower",
            "test_a_weight_stays_between_zero_and_one",
            "test_hidden_the_weaker_helps_by_other_mistakes",
            "test_hidden_many_inputs",
        },
        takes_the_better: {
            "test_equals_have_equal_weights",
            "test_no_other_weight_scores_lower",
            "test_hidden_the_weaker_helps_by_other_mistakes",
            "test_hidden_many_inputs",
        },
        sums_over_the_inputs: {"test_no_other_weight_scores_lower", "test_hidden_many_inputs"},
    },
}
