"""Wrong answers that a student might give, and the checks that each of them loses."""


def logits_averaged(weights, images):
    """Averages logits where probabilities are asked for: the ensemble is the soup again."""
    soup = (images @ weights.mean(0).T).softmax(-1)
    return soup, (images @ weights.transpose(1, 2)).mean(0).softmax(-1)


def other_way_round(weights, images):
    """Returns the ensemble first."""
    soup = (images @ weights.mean(0).T).softmax(-1)
    return (images @ weights.transpose(1, 2)).softmax(-1).mean(0), soup


def weights_added(weights, images):
    """Adds the weights up, so that the soup is too sure."""
    return (images @ weights.sum(0).T).softmax(-1), (images @ weights.transpose(1, 2)).softmax(-1).mean(0)


def over_the_images(weights, images):
    """Takes the softmax over the images, not over the classes."""
    return (images @ weights.mean(0).T).softmax(0), (images @ weights.transpose(1, 2)).softmax(1).mean(0)


def _greedy(points, score, order=None, better=lambda new, old: new > old, mean=None):
    alone = score(points).tolist()
    best, *rest = order or sorted(range(len(points)), key=lambda m: -alone[m])
    kept, reached = [best], alone[best]
    for one in rest:
        soup = points[[*kept, one]].mean(0, keepdim=True) if mean is None else mean(points, kept, one)
        tried = score(soup).item()
        if better(tried, reached):
            kept, reached = [*kept, one], tried
    return kept


def at_least_as_good(points, score):
    """Keeps a point that changes nothing."""
    return _greedy(points, score, better=lambda new, old: new >= old)


def as_they_come(points, score):
    """Tries the points in the order in which they are given, the first one first."""
    return _greedy(points, score, order=list(range(len(points))))


def all_that_beat_the_best(points, score):
    """Compares with the best single point throughout, not with the soup so far."""
    best = score(points).max().item()
    return _greedy(points, score, better=lambda new, old: new > best)


def running_halves(points, score):
    """Mixes each new point half and half into the soup, so that the last one weighs most."""

    def mean(points, kept, one):
        soup = points[kept[0]]
        for m in [*kept[1:], one]:
            soup = (soup + points[m]) / 2
        return soup[None]

    return _greedy(points, score, mean=mean)


def in_place(points, score):
    """Writes the soup over the point that it began with."""
    alone = score(points).tolist()
    best, *rest = sorted(range(len(points)), key=lambda m: -alone[m])
    kept, reached = [best], alone[best]
    for one in rest:
        soup = (points[best] * len(kept) + points[one]) / (len(kept) + 1)
        tried = score(soup[None]).item()
        if tried > reached:
            points[best], kept, reached = soup, [*kept, one], tried
    return kept


def best_pair(points, score):
    """Looks at pairs with the best alone and keeps each that helps it."""
    alone = score(points).tolist()
    best, *rest = sorted(range(len(points)), key=lambda m: -alone[m])
    pairs = {one: score(points[[best, one]].mean(0, keepdim=True)).item() for one in rest}
    return [best, *(one for one in rest if pairs[one] > alone[best])]


def divided_by_m_minus_one(points, curvatures):
    """Takes the variance of a sample, which divides by M − 1."""
    return (curvatures * points.var(0)).sum() / 2


def without_the_half(points, curvatures):
    """Forgets the ½ of the loss."""
    return (curvatures * points.var(0, correction=0)).sum()


def about_the_origin(points, curvatures):
    """Takes squares for variances, as if the mean of the points were 0."""
    return (curvatures * points.square().mean(0)).sum() / 2


def one_curvature(points, curvatures):
    """Gives every axis the mean curvature."""
    return curvatures.mean() * points.var(0, correction=0).sum() / 2


def sizes_of_curvatures(points, curvatures):
    """Takes every axis to curve upwards."""
    return (curvatures.abs() * points.var(0, correction=0)).sum() / 2


WRONG = {
    "soup_and_ensemble": {
        logits_averaged: {"test_probabilities_are_averaged", "test_hidden_three_networks"},
        other_way_round: {
            "test_opposite_networks",
            "test_probabilities_are_averaged",
            "test_hidden_three_networks",
        },
        weights_added: {"test_equal_networks", "test_hidden_three_networks"},
        over_the_images: {
            "test_equal_networks",
            "test_opposite_networks",
            "test_probabilities_are_averaged",
            "test_hidden_three_networks",
        },
    },
    "greedy_soup": {
        at_least_as_good: {"test_strictly_better"},
        as_they_come: {"test_begins_with_the_best", "test_goes_on_from_better_to_worse"},
        all_that_beat_the_best: {"test_hidden_mean_of_what_is_kept"},
        running_halves: {"test_hidden_third_counts_as_much"},
        in_place: {"test_hidden_what_is_given_stays"},
        best_pair: {
            "test_goes_on_from_better_to_worse",
            "test_hidden_mean_of_what_is_kept",
            "test_hidden_third_counts_as_much",
        },
    },
    "gain_of_soup": {
        divided_by_m_minus_one: {
            "test_two_points_across_one_axis",
            "test_steep_axes_weigh_more",
            "test_hidden_ridge",
        },
        without_the_half: {"test_two_points_across_one_axis", "test_steep_axes_weigh_more", "test_hidden_ridge"},
        about_the_origin: {
            "test_equal_points_gain_nothing",
            "test_two_points_across_one_axis",
            "test_steep_axes_weigh_more",
            "test_hidden_bottom_does_not_matter",
        },
        one_curvature: {"test_steep_axes_weigh_more"},
        sizes_of_curvatures: {"test_hidden_ridge"},
    },
}
