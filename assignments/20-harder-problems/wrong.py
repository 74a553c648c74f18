"""Wrong answers that a student might give, and the checks that each of them loses."""


def without_groups(labels, reference, truth, groups):
    """Forgets to merge the classes."""
    return ((labels != reference).sum() / (labels != truth).sum()).item()


def divided_by_the_reference(labels, reference, truth, groups):
    """Divides by the mistakes of the reference."""
    labels, reference, truth = labels % groups, reference % groups, truth % groups
    return ((labels != reference).sum() / (reference != truth).sum()).item()


def neighbours_merged(labels, reference, truth, groups):
    """Merges neighbouring classes, not those of one remainder."""
    labels, reference, truth = labels // groups, reference // groups, truth // groups
    return ((labels != reference).sum() / (labels != truth).sum()).item()


def mistakes_between_classes(labels, reference, truth, groups):
    """Counts mistakes before the classes are merged."""
    return ((labels % groups != reference % groups).sum() / (labels != truth).sum()).item()


def in_place(labels, reference, truth, groups):
    """Writes the groups over the labels that were given."""
    for classes in (labels, reference, truth):
        classes.remainder_(groups)
    return ((labels != reference).sum() / (labels != truth).sum()).item()


def one_place(width, side):
    """Counts the weights, not the places at which each of them is used."""
    return 17 * width**2


def three_full_convolutions(width, side):
    """Takes all three for 3×3 convolutions of the inner width."""
    return 27 * width**2 * side**2


def a_side_for_an_area(width, side):
    """Takes the side of the map for its places."""
    return 17 * width**2 * side


def of_the_upper_limit(diversity, classes):
    """Takes the ceiling for 1 + a, which holds for many classes."""
    return diversity - 1


def mistakes_that_never_meet(diversity, classes):
    """Lets two mistakes always differ from each other, and forgets to solve for the rest."""
    return diversity / 2


def over_all_images(diversity, classes):
    """Takes the diversity for the share of all images and chance for the rest."""
    return diversity / classes


WRONG = {
    "diversity_of_groups": {
        without_groups: {
            "test_classes_of_one_group_are_one",
            "test_mistakes_within_a_group_are_none",
            "test_hidden_long_labels",
        },
        divided_by_the_reference: {
            "test_as_many_groups_as_classes",
            "test_hidden_long_labels",
            "test_hidden_whose_mistakes",
        },
        neighbours_merged: {
            "test_as_many_groups_as_classes",
            "test_classes_of_one_group_are_one",
            "test_mistakes_within_a_group_are_none",
            "test_hidden_long_labels",
            "test_hidden_whose_mistakes",
        },
        mistakes_between_classes: {"test_mistakes_within_a_group_are_none", "test_hidden_long_labels"},
        in_place: {"test_hidden_given_labels_stay"},
    },
    "bottleneck": {
        one_place: {"test_twice_the_width", "test_as_torch_counts", "test_hidden_twice_the_side"},
        three_full_convolutions: {"test_one_channel_at_one_place", "test_twice_the_width", "test_as_torch_counts"},
        a_side_for_an_area: {"test_twice_the_width", "test_as_torch_counts", "test_hidden_twice_the_side"},
    },
    "accuracy_of": {
        of_the_upper_limit: {
            "test_a_diversity_of_one_is_chance",
            "test_of_two_classes",
            "test_hidden_round_trip",
        },
        mistakes_that_never_meet: {"test_a_diversity_of_one_is_chance", "test_hidden_round_trip"},
        over_all_images: {"test_two_is_the_most", "test_hidden_round_trip"},
    },
}
