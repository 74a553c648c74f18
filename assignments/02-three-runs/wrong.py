"""Wrong answers that students give, and the checks that each of them loses."""

import torch


def first_time_inside(between):
    """The first epoch inside the band, left again or not."""
    mean = between.mean(1)
    return int(((mean - mean[-1]).abs() <= mean[-1] / 4).nonzero()[0])


def below_the_upper_edge(between):
    """What lies far below the final value is taken for near it."""
    mean = between.mean(1)
    outside = mean > 1.25 * mean[-1]
    return int(outside.nonzero().max()) + 1 if outside.any() else 0


def every_pair_inside(between):
    """Each pair is held against its own final value."""
    outside = ((between - between[-1]).abs() > between[-1] / 4).any(1)
    return int(outside.nonzero().max()) + 1 if outside.any() else 0


def mean_over_the_epochs(between):
    """The mean is taken over the other axis."""
    mean = between.mean(0)
    outside = (mean - mean[-1]).abs() > mean[-1] / 4
    return int(outside.nonzero().max()) + 1 if outside.any() else 0


def last_epoch_outside(between):
    """One epoch too early."""
    mean = between.mean(1)
    outside = (mean - mean[-1]).abs() > mean[-1] / 4
    return int(outside.nonzero().max()) if outside.any() else 0


def always_outside_once(between):
    """As if every run had a time outside the band."""
    mean = between.mean(1)
    return int(((mean - mean[-1]).abs() > mean[-1] / 4).nonzero().max()) + 1


def mistakes_independent(a, b, classes):
    """The expected disagreement of independent networks, for both."""
    expected = a * (1 - b) + b * (1 - a) + (1 - a) * (1 - b) * (classes - 2) / (classes - 1)
    return expected, expected


def no_roof(a, b, classes):
    """Shares above one."""
    return abs(a - b), 2 - a - b


def always_a_third_class(a, b, classes):
    """The number of classes is left out."""
    return abs(a - b), min(1, 2 - a - b)


def may_always_agree(a, b, classes):
    """Networks of different accuracies are taken to agree at best."""
    return 0.0, min(2 - a - b, 1 if classes > 2 else a + b)


def only_one_right_at_most(a, b, classes):
    """With two classes, as if all images were right for one of them at most."""
    return b - a, (min(1, 2 - a - b) if classes > 2 else a + b)


def _nearest(x, k, itself=False, largest=False):
    far = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
    if not itself:
        far.fill_diagonal_(-torch.inf if largest else torch.inf)
    return far.topk(k, largest=largest).indices


def counts_itself(points, places, k):
    """Every point is its own first neighbour."""
    there, here = _nearest(points, k, itself=True), _nearest(places, k, itself=True)
    return (there[:, :, None] == here[:, None]).any(-1).float().mean().item()


def first_of_the_list_dropped(points, places, k):
    """The nearest is taken for the point itself, which it is not where two coincide."""
    there = torch.cdist(points, points).sort(dim=1, stable=True).indices[:, 1 : k + 1]
    here = torch.cdist(places, places).sort(dim=1, stable=True).indices[:, 1 : k + 1]
    own = torch.arange(len(points))[:, None, None]
    return ((there[:, :, None] == here[:, None]) & (there[:, :, None] != own)).any(-1).float().mean().item()


def in_the_same_order(points, places, k):
    """The first neighbour must stay the first."""
    return (_nearest(points, k) == _nearest(places, k)).float().mean().item()


def farthest(points, places, k):
    """The largest distances."""
    there, here = _nearest(points, k, largest=True), _nearest(places, k, largest=True)
    return (there[:, :, None] == here[:, None]).any(-1).float().mean().item()


def all_or_none(points, places, k):
    """A point counts if all of its neighbours are kept."""
    there, here = _nearest(points, k), _nearest(places, k)
    return (there[:, :, None] == here[:, None]).any(-1).all(-1).float().mean().item()


def of_both_lists(points, places, k):
    """What both lists share, divided by all that either names."""
    pairs = zip(_nearest(points, k).tolist(), _nearest(places, k).tolist(), strict=True)
    shares = [len({*there} & {*here}) / len({*there, *here}) for there, here in pairs]
    return sum(shares) / len(shares)


def within_the_same_distance(points, places, k):
    """A neighbour is kept if its place is no farther than the k-th neighbour was, as if both had one scale."""
    there, drawn = _nearest(points, k), torch.cdist(places, places)
    radius = torch.cdist(points, points).gather(1, there).amax(1, keepdim=True)
    return (drawn.gather(1, there) <= radius).float().mean().item()


WRONG = {
    "parting_epoch": {
        first_time_inside: {"test_it_must_stay"},
        below_the_upper_edge: {"test_hidden_a_rise_counts_as_a_fall_does"},
        every_pair_inside: {"test_the_mean_over_the_pairs_counts"},
        mean_over_the_epochs: {
            "test_a_fall_ends_where_the_band_begins",
            "test_the_mean_over_the_pairs_counts",
            "test_it_must_stay",
            "test_hidden_a_rise_counts_as_a_fall_does",
        },
        always_outside_once: {"test_nothing_changes"},
        last_epoch_outside: {
            "test_a_fall_ends_where_the_band_begins",
            "test_the_mean_over_the_pairs_counts",
            "test_it_must_stay",
            "test_hidden_a_rise_counts_as_a_fall_does",
        },
    },
    "disagreement_bounds": {
        mistakes_independent: {
            "test_equally_good_may_agree_on_all",
            "test_the_better_one_differs_at_least_where_it_is_better",
            "test_a_share_is_at_most_one",
            "test_two_classes_leave_one_mistake",
            "test_hidden_which_one_is_better_does_not_count",
            "test_hidden_good_networks_need_no_third_class",
        },
        no_roof: {"test_a_share_is_at_most_one", "test_two_classes_leave_one_mistake"},
        always_a_third_class: {"test_two_classes_leave_one_mistake"},
        may_always_agree: {
            "test_the_better_one_differs_at_least_where_it_is_better",
            "test_hidden_which_one_is_better_does_not_count",
        },
        only_one_right_at_most: {
            "test_hidden_which_one_is_better_does_not_count",
            "test_hidden_good_networks_need_no_third_class",
        },
    },
    "kept_neighbours": {
        counts_itself: {
            "test_a_point_is_no_neighbour_of_its_own",
            "test_some_are_kept",
            "test_order_among_neighbours_does_not_count",
            "test_hidden_many_features_two_places",
        },
        first_of_the_list_dropped: {"test_hidden_points_that_coincide"},
        in_the_same_order: {"test_order_among_neighbours_does_not_count", "test_hidden_many_features_two_places"},
        farthest: {
            "test_a_point_is_no_neighbour_of_its_own",
            "test_some_are_kept",
            "test_hidden_many_features_two_places",
        },
        all_or_none: {"test_hidden_many_features_two_places"},
        of_both_lists: {"test_hidden_many_features_two_places"},
        within_the_same_distance: {
            "test_a_scaled_copy_keeps_all",
            "test_order_among_neighbours_does_not_count",
            "test_hidden_many_features_two_places",
        },
    },
}
