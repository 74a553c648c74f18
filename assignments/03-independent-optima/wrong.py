"""Plausible wrong answers, and exactly the checks that each of them loses."""


def forgets_that_mistakes_may_agree(accuracy, classes):
    """Two mistakes always differ."""
    return 1 - accuracy**2


def counts_one_mistake_only(accuracy, classes):
    """Two mistakes always agree."""
    return 2 * accuracy * (1 - accuracy)


def spreads_mistakes_over_all_classes(accuracy, classes):
    """A mistake may be the right class."""
    return 2 * accuracy * (1 - accuracy) + (1 - accuracy) ** 2 * (classes - 1) / classes


def counts_one_order(accuracy, classes):
    """Only the first network may be the right one."""
    return accuracy * (1 - accuracy) + (1 - accuracy) ** 2 * (classes - 2) / (classes - 1)


def differs_by_chance(accuracy, classes):
    """Both networks guess, whatever their accuracy."""
    return (classes - 1) / classes


def counts_entries(point, shared):
    """Every entry counts alike."""
    return shared.float().mean().item()


def weighs_by_size(point, shared):
    """Entries count by their size, not by its square."""
    return (point[shared].abs().sum() / point.abs().sum()).item()


def takes_the_ratio_of_lengths(point, shared):
    """Lengths in place of squared lengths."""
    return (point[shared].norm() / point.norm()).item()


def takes_what_is_free(point, shared):
    """The share of the entries that are not shared."""
    return (point[~shared].square().sum() / point.square().sum()).item()


def averages_lengths(cosines, lengths):
    """The mean of the lengths."""
    return lengths.mean().item()


def forgets_the_diagonal(cosines, lengths):
    """Pairs of different points only."""
    products = cosines * lengths[:, None] * lengths
    return (products.sum() - products.trace()).clamp(min=0).sqrt().item() / len(lengths)


def forgets_the_root(cosines, lengths):
    """The squared length."""
    return (cosines * lengths[:, None] * lengths).mean().item()


def counts_each_pair_once(cosines, lengths):
    """The triangle above the diagonal, and the diagonal."""
    return (cosines * lengths[:, None] * lengths).triu().sum().clamp(min=0).sqrt().item() / len(lengths)


def takes_one_length_for_all(cosines, lengths):
    """The mean length stands for each."""
    return cosines.mean().clamp(min=0).sqrt().item() * lengths.mean().item()


WRONG = {
    "disagreement_if_independent": {
        forgets_that_mistakes_may_agree: {
            "test_two_mistakes_agree_where_there_are_two_classes",
            "test_two_guesses_differ_as_dice_do",
            "test_of_three_classes_half_the_common_mistakes_differ",
        },
        counts_one_mistake_only: {
            "test_two_guesses_differ_as_dice_do",
            "test_among_very_many_classes_two_mistakes_differ",
            "test_of_three_classes_half_the_common_mistakes_differ",
        },
        spreads_mistakes_over_all_classes: {
            "test_two_mistakes_agree_where_there_are_two_classes",
            "test_two_guesses_differ_as_dice_do",
            "test_of_three_classes_half_the_common_mistakes_differ",
        },
        counts_one_order: {
            "test_two_mistakes_agree_where_there_are_two_classes",
            "test_two_guesses_differ_as_dice_do",
            "test_among_very_many_classes_two_mistakes_differ",
        },
        differs_by_chance: {
            "test_two_networks_without_a_mistake_agree",
            "test_two_mistakes_agree_where_there_are_two_classes",
            "test_among_very_many_classes_two_mistakes_differ",
            "test_of_three_classes_half_the_common_mistakes_differ",
        },
    },
    "cosine_if_shared": {
        counts_entries: {
            "test_a_long_entry_counts_by_its_square",
            "test_an_entry_s_sign_plays_no_part",
            "test_as_simulated",
        },
        weighs_by_size: {
            "test_a_long_entry_counts_by_its_square",
            "test_an_entry_s_sign_plays_no_part",
            "test_as_simulated",
        },
        takes_the_ratio_of_lengths: {
            "test_entries_of_one_size_count_by_their_number",
            "test_a_long_entry_counts_by_its_square",
            "test_an_entry_s_sign_plays_no_part",
            "test_as_simulated",
        },
        takes_what_is_free: {
            "test_points_without_a_shared_entry_are_orthogonal",
            "test_points_that_share_everything_are_parallel",
            "test_entries_of_one_size_count_by_their_number",
            "test_a_long_entry_counts_by_its_square",
            "test_an_entry_s_sign_plays_no_part",
            "test_as_simulated",
        },
    },
    "length_of_mean": {
        averages_lengths: {
            "test_orthogonal_points_shorten_by_the_root_of_their_number",
            "test_opposite_points_cancel",
            "test_points_of_unequal_length",
        },
        forgets_the_diagonal: {
            "test_one_point_is_its_own_mean",
            "test_equal_points_keep_their_length",
            "test_orthogonal_points_shorten_by_the_root_of_their_number",
            "test_points_of_unequal_length",
        },
        forgets_the_root: {
            "test_one_point_is_its_own_mean",
            "test_equal_points_keep_their_length",
            "test_orthogonal_points_shorten_by_the_root_of_their_number",
            "test_points_of_unequal_length",
        },
        counts_each_pair_once: {
            "test_equal_points_keep_their_length",
            "test_opposite_points_cancel",
            "test_points_of_unequal_length",
        },
        takes_one_length_for_all: {"test_points_of_unequal_length"},
    },
}
