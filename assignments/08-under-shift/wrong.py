"""Wrong answers that a student might give, and the checks that each of them loses."""

import math

import torch


def the_factor_upside_down(divergence, members, others):
    """Corrects as a sample's variance is corrected, by M / (M − 1), the wrong way round."""
    return divergence * (others / (others - 1)) / (members / (members - 1))


def in_proportion(divergence, members, others):
    """Takes the divergence to grow as the number of networks does."""
    return divergence * others / members


def by_the_limit(divergence, members, others):
    """Scales the largest possible divergence, ln M."""
    return divergence * math.log(others) / math.log(members)


def from_infinitely_many(divergence, members, others):
    """Takes the divergence given for that of infinitely many networks."""
    return divergence * (1 - 1 / others)


def as_if_independent(first, second):
    """Adds the squares of the two errors, though both are scored on the same images."""
    return (first.var() / len(first) + second.var() / len(second)) ** 0.5


def of_the_population(first, second):
    """Divides by the number of blocks in place of one less."""
    return (second - first).std(correction=0) / len(first) ** 0.5


def spread_of_the_gains(first, second):
    """Gives the spread of the blocks, not the error of their mean."""
    return (second - first).std()


def difference_of_errors(first, second):
    """Subtracts one error from the other."""
    return (second.std() - first.std()) / len(first) ** 0.5


def _entropy(probs):
    return -torch.xlogy(probs, probs).sum(-1)


def _divergence(probs):
    return _entropy(probs.mean(0)) - _entropy(probs).mean(0)


def _share(inside, outside):
    return ((outside > inside[:, None]).float() + (outside == inside[:, None]) / 2).mean()


def entropy_of_the_mean(clean, foreign):
    """Measures how undecided the ensemble is, not how far its members are apart."""
    return _share(_entropy(clean.mean(0)), _entropy(foreign.mean(0)))


def ties_lost(clean, foreign):
    """Counts a tie as nothing."""
    return (_divergence(foreign) > _divergence(clean)[:, None]).float().mean()


def logarithm_of_zero(clean, foreign):
    """Multiplies 0 by the logarithm of 0, which is no number."""

    def entropy(probs):
        return -(probs * probs.log()).sum(-1)

    return _share(*(entropy(p.mean(0)) - entropy(p).mean(0) for p in (clean, foreign)))


def above_the_mean(clean, foreign):
    """Compares each foreign image with the mean over the clean ones."""
    return (_divergence(foreign) > _divergence(clean).mean()).float().mean()


def the_first_two_networks(clean, foreign):
    """Compares two networks, whatever their number."""
    return _share(_divergence(clean[:2]), _divergence(foreign[:2]))


WRONG = {
    "expected_divergence": {
        the_factor_upside_down: {"test_one_alone", "test_from_two_to_four", "test_hidden_simulated"},
        in_proportion: {"test_one_alone", "test_from_two_to_four", "test_hidden_simulated"},
        by_the_limit: {"test_from_two_to_four", "test_hidden_simulated"},
        from_infinitely_many: {
            "test_as_many",
            "test_from_two_to_four",
            "test_hidden_there_and_back",
            "test_hidden_simulated",
        },
    },
    "error_of_difference": {
        as_if_independent: {"test_hard_blocks_are_hard_for_both", "test_hidden_opposite"},
        of_the_population: {"test_gains_counted_by_hand", "test_hidden_opposite"},
        spread_of_the_gains: {"test_gains_counted_by_hand", "test_hidden_opposite"},
        difference_of_errors: {"test_which_is_first", "test_hidden_opposite"},
    },
    "stands_out": {
        entropy_of_the_mean: {
            "test_undecided_alike",
            "test_pairs_counted_by_hand",
            "test_hidden_ties",
            "test_hidden_more_networks",
        },
        ties_lost: {"test_the_same_images", "test_hidden_ties"},
        logarithm_of_zero: {"test_hidden_sure_networks"},
        above_the_mean: {"test_pairs_counted_by_hand", "test_hidden_ties"},
        the_first_two_networks: {"test_hidden_more_networks"},
    },
}
