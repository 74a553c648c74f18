"""Wrong answers to the questions of 10-around-one-optimum, and the checks that each of them loses."""


def sees_the_steepest(curvatures, rise=1.0):
    """The largest curvature, for the mean."""
    return (2 * rise / curvatures.max()).sqrt().item()


def adds_the_curvatures(curvatures, rise=1.0):
    """The trace, not divided by the number of axes."""
    return (2 * rise / curvatures.sum()).sqrt().item()


def forgets_the_half(curvatures, rise=1.0):
    """A bowl of h x², for half of it."""
    return (rise / curvatures.mean()).sqrt().item()


def forgets_the_root(curvatures, rise=1.0):
    """The squared distance."""
    return (2 * rise / curvatures.mean()).item()


def forgets_the_biases(w1, b1, w2, factors):
    """Weights alone."""
    return factors[:, None] * w1, b1, w2 / factors


def multiplies_both(w1, b1, w2, factors):
    """The second layer grows as the first does."""
    return factors[:, None] * w1, factors * b1, w2 * factors


def turns_it_round(w1, b1, w2, factors):
    """Another twin: with one over the factors."""
    return w1 / factors[:, None], b1 / factors, w2 * factors


def writes_over_what_is_given(w1, b1, w2, factors):
    """Right numbers, in place."""
    w1 *= factors[:, None]
    b1 *= factors
    w2 /= factors
    return w1, b1, w2


def multiplies_the_norms(w1, w2):
    """The product of the two layers' norms."""
    return (w1.norm() * w2.norm()).item()


def adds_up_before_squaring(w1, w2):
    """The norm of the product of the two matrices: paths cancel."""
    return (w2 @ w1).norm().item()


def forgets_the_root_of_the_sum(w1, w2):
    """The sum of squares."""
    return (w1.square().sum(1) * w2.square().sum(0)).sum().item()


def takes_the_norm_of_all(w1, w2):
    """The norm of all weights."""
    return (w1.square().sum() + w2.square().sum()).sqrt().item()


WRONG = {
    "half_width_of_bowl": {
        sees_the_steepest: {"test_axes_share_the_length", "test_hidden_one_steep_axis_among_many"},
        adds_the_curvatures: {"test_axes_share_the_length", "test_hidden_one_steep_axis_among_many"},
        forgets_the_half: {
            "test_one_axis_is_a_parabola",
            "test_axes_share_the_length",
            "test_hidden_one_steep_axis_among_many",
        },
        forgets_the_root: {"test_one_axis_is_a_parabola", "test_four_times_the_rise_takes_twice_the_way"},
    },
    "twin": {
        forgets_the_biases: {"test_outputs_stay", "test_biases_grow_too"},
        multiplies_both: {"test_outputs_stay", "test_hidden_columns_of_the_second_layer_shrink"},
        turns_it_round: {
            "test_rows_of_the_first_layer_grow",
            "test_biases_grow_too",
            "test_hidden_columns_of_the_second_layer_shrink",
        },
        writes_over_what_is_given: {"test_hidden_what_is_given_stays"},
    },
    "path_norm": {
        multiplies_the_norms: {"test_all_paths_count", "test_twins_share_it"},
        adds_up_before_squaring: {"test_all_paths_count"},
        forgets_the_root_of_the_sum: {
            "test_one_path_is_its_product",
            "test_all_paths_count",
            "test_hidden_two_layers_twice_as_large",
        },
        takes_the_norm_of_all: {
            "test_one_path_is_its_product",
            "test_all_paths_count",
            "test_twins_share_it",
            "test_hidden_two_layers_twice_as_large",
        },
    },
}
