"""Wrong answers to the questions of 06-diversity-plane, and the checks that each of them loses."""

import torch


def forgets_lucky_changes(accuracy, reference, classes):
    """No wrong label becomes right."""
    return 1 - accuracy / reference


def counts_the_own_class(accuracy, reference, classes):
    """One class too many to change to."""
    return (reference - accuracy) / (reference - (1 - reference) / classes)


def draws_from_all_classes(accuracy, reference, classes):
    """A label drawn from all classes counts as changed."""
    return (reference - accuracy) / (reference - 1 / classes)


def takes_the_error(accuracy, reference, classes):
    """The difference from the truth, for that from the reference."""
    return 1 - accuracy


def keeps_the_sign(accuracy, reference):
    """A better network has a negative share."""
    return reference - accuracy


def stops_at_zero(accuracy, reference):
    """A better network need not differ."""
    return max(0.0, reference - accuracy)


def takes_blind_noise(accuracy, reference):
    """The lower limit of the plane, for ten classes."""
    return 9 * (reference - accuracy) / (10 * reference - 1)


def takes_unrelated_mistakes(accuracy, reference):
    """One right and the other wrong, as if unrelated."""
    return accuracy * (1 - reference) + reference * (1 - accuracy)


def adds_the_errors(accuracy, reference, classes):
    """The errors side by side, beyond the whole too."""
    return 2 - accuracy - reference


def forgets_two_classes(accuracy, reference, classes):
    """Two wrong labels can always be different."""
    return min(1, 2 - accuracy - reference)


def takes_the_upper_limit(accuracy, reference, classes):
    """Unrelated mistakes."""
    both_wrong = (1 - accuracy) * (1 - reference)
    return accuracy + reference - 2 * accuracy * reference + both_wrong * (classes - 2) / (classes - 1)


def lets_the_worse_be_right_with_the_better(accuracy, reference, classes):
    """The most that can be right together, for the least."""
    return 1 - min(accuracy, reference)


def _relabelled(labels, keep, classes, generator):
    kept = torch.rand(labels.shape, generator=generator) < keep
    shift = torch.randint(1, classes, labels.shape, generator=generator)
    return torch.where(kept, labels, (labels + shift) % classes)


def draws_any_class(labels, keep, classes, generator):
    """A label that does not stay may come again."""
    kept = torch.rand(labels.shape, generator=generator) < keep
    return torch.where(kept, labels, torch.randint(0, classes, labels.shape, generator=generator))


def keeps_the_others(labels, keep, classes, generator):
    """The probability of a change, for that of staying."""
    kept = torch.rand(labels.shape, generator=generator) >= keep
    shift = torch.randint(1, classes, labels.shape, generator=generator)
    return torch.where(kept, labels, (labels + shift) % classes)


def takes_the_next_class(labels, keep, classes, generator):
    """One class further, always."""
    kept = torch.rand(labels.shape, generator=generator) < keep
    return torch.where(kept, labels, (labels + 1) % classes)


def leaves_the_classes(labels, keep, classes, generator):
    """A label pushed past the last class."""
    kept = torch.rand(labels.shape, generator=generator) < keep
    return torch.where(kept, labels, labels + torch.randint(1, classes, labels.shape, generator=generator))


def decides_once_for_all(labels, keep, classes, generator):
    """One number drawn for all labels."""
    kept = torch.rand((), generator=generator) < torch.as_tensor(keep)
    shift = torch.randint(1, classes, labels.shape, generator=generator)
    return torch.where(kept, labels, (labels + shift) % classes)


def decides_by_the_first(labels, keep, classes, generator):
    """One probability for all labels, the first."""
    kept = torch.rand(labels.shape, generator=generator) < torch.as_tensor(keep).flatten()[0]
    shift = torch.randint(1, classes, labels.shape, generator=generator)
    return torch.where(kept, labels, (labels + shift) % classes)


def leaves_the_generator(labels, keep, classes, generator):
    """Chance from elsewhere."""
    return _relabelled(labels, keep, classes, None)


def writes_over_the_labels(labels, keep, classes, generator):
    """Right labels, written over what was given."""
    labels[:] = _relabelled(labels, keep, classes, generator)
    return labels


def _difference(a, classes):
    return 2 * a * (1 - a) + (1 - a) ** 2 * (classes - 2) / (classes - 1)


def averages_the_ratios(shares, accuracies, classes):
    """The mean of the ratios, for the ratio of the means."""
    kinds = zip(shares, accuracies, strict=True)
    return sum(share * (_difference(a, classes) / (1 - a) if a < 1 else 0) for share, a in kinds)


def takes_the_mean_accuracy(shares, accuracies, classes):
    """The upper limit at the accuracy over all images."""
    a = sum(share * a for share, a in zip(shares, accuracies, strict=True))
    return _difference(a, classes) / (1 - a)


def counts_the_kinds(shares, accuracies, classes):
    """Each kind alike, whatever its share."""
    return sum(_difference(a, classes) for a in accuracies) / sum(1 - a for a in accuracies)


def takes_the_difference(shares, accuracies, classes):
    """The difference, undivided."""
    return sum(share * _difference(a, classes) for share, a in zip(shares, accuracies, strict=True))


def lets_all_mistakes_differ(shares, accuracies, classes):
    """Two mistakes are always different."""
    error = sum(share * (1 - a) for share, a in zip(shares, accuracies, strict=True))
    return sum(share * (1 - a * a) for share, a in zip(shares, accuracies, strict=True)) / error


CHECKS_OF_HARD_IMAGES = {
    "test_one_kind_is_the_upper_limit",
    "test_at_chance_it_is_one",
    "test_certain_images_leave_it",
    "test_images_count_and_not_kinds",
    "test_hidden_two_classes",
    "test_hidden_three_kinds",
}

WRONG = {
    "flipped_share": {
        forgets_lucky_changes: {
            "test_the_equations_undo_each_other",
            "test_at_chance_some_labels_stay_by_luck",
            "test_hidden_all_labels_changed",
        },
        counts_the_own_class: {
            "test_the_equations_undo_each_other",
            "test_at_chance_some_labels_stay_by_luck",
            "test_hidden_all_labels_changed",
        },
        draws_from_all_classes: {
            "test_the_equations_undo_each_other",
            "test_at_chance_some_labels_stay_by_luck",
            "test_hidden_all_labels_changed",
            "test_hidden_a_perfect_reference",
        },
        takes_the_error: {
            "test_the_reference_itself_is_unchanged",
            "test_the_equations_undo_each_other",
            "test_hidden_all_labels_changed",
        },
    },
    "least_difference": {
        keeps_the_sign: {"test_a_better_network_differs_too", "test_hidden_all_labels_of_five_images"},
        stops_at_zero: {"test_a_better_network_differs_too", "test_hidden_all_labels_of_five_images"},
        takes_blind_noise: {
            "test_a_worse_network_differs_by_what_it_lost",
            "test_a_better_network_differs_too",
            "test_hidden_all_labels_of_five_images",
        },
        takes_unrelated_mistakes: {
            "test_a_worse_network_differs_by_what_it_lost",
            "test_a_better_network_differs_too",
            "test_equal_accuracies_may_be_one_network",
            "test_hidden_all_labels_of_five_images",
        },
    },
    "most_difference": {
        adds_the_errors: {
            "test_poor_networks_can_differ_everywhere",
            "test_two_classes_have_one_wrong_label",
            "test_unrelated_mistakes_differ_less",
            "test_hidden_all_labels_of_four_images",
        },
        forgets_two_classes: {"test_two_classes_have_one_wrong_label", "test_hidden_all_labels_of_four_images"},
        takes_the_upper_limit: {
            "test_good_networks_share_right_labels",
            "test_poor_networks_can_differ_everywhere",
            "test_two_classes_have_one_wrong_label",
            "test_hidden_all_labels_of_four_images",
        },
        lets_the_worse_be_right_with_the_better: {
            "test_good_networks_share_right_labels",
            "test_poor_networks_can_differ_everywhere",
            "test_unrelated_mistakes_differ_less",
            "test_hidden_all_labels_of_four_images",
        },
    },
    "relabel": {
        draws_any_class: {
            "test_others_change",
            "test_other_classes_are_equally_likely",
            "test_each_label_may_have_its_own_probability",
            "test_hidden_the_share_that_stays",
        },
        keeps_the_others: {
            "test_kept_labels_stay",
            "test_others_change",
            "test_other_classes_are_equally_likely",
            "test_each_label_may_have_its_own_probability",
            "test_hidden_the_share_that_stays",
        },
        takes_the_next_class: {"test_other_classes_are_equally_likely", "test_hidden_labels_are_classes"},
        leaves_the_classes: {"test_other_classes_are_equally_likely", "test_hidden_labels_are_classes"},
        decides_once_for_all: {"test_hidden_labels_are_classes", "test_hidden_the_share_that_stays"},
        decides_by_the_first: {"test_each_label_may_have_its_own_probability"},
        leaves_the_generator: {"test_hidden_the_generator_decides"},
        writes_over_the_labels: {"test_hidden_what_is_given_stays"},
    },
    "mixed_diversity": {
        averages_the_ratios: {
            "test_certain_images_leave_it",
            "test_images_count_and_not_kinds",
            "test_hidden_two_classes",
            "test_hidden_three_kinds",
        },
        takes_the_mean_accuracy: {
            "test_certain_images_leave_it",
            "test_images_count_and_not_kinds",
            "test_hidden_two_classes",
            "test_hidden_three_kinds",
        },
        counts_the_kinds: {"test_images_count_and_not_kinds", "test_hidden_three_kinds"},
        takes_the_difference: CHECKS_OF_HARD_IMAGES,
        lets_all_mistakes_differ: CHECKS_OF_HARD_IMAGES,
    },
}
