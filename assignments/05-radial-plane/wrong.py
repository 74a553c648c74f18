"""Wrong answers to the questions of 05-radial-plane, and the checks that each of them loses."""

import torch


def scales_biases_as_weights(weights, biases, t):
    """The plain ray: all by t."""
    return [t * weight for weight in weights], [t * bias for bias in biases]


def counts_layers_from_zero(weights, biases, t):
    """The first bias stays."""
    return [t * weight for weight in weights], [t**layer * bias for layer, bias in enumerate(biases)]


def scales_weights_by_depth(weights, biases, t):
    """The weights of layer i by tⁱ too."""
    return tuple([t**layer * part for layer, part in enumerate(parts, start=1)] for parts in (weights, biases))


def scales_in_place(weights, biases, t):
    """Right numbers, written over what was given."""
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        weight *= t
        bias *= t**layer
    return weights, biases


def forgets_the_layers(logits, labels, ts, layers):
    """The logits by t, whatever the depth."""
    return -(ts[:, None, None] * logits).log_softmax(-1)[:, torch.arange(len(labels)), labels].mean(1)


def takes_the_logarithm_of_the_softmax(logits, labels, ts, layers):
    """A probability of zero has an infinite loss."""
    probs = (ts[:, None, None] ** layers * logits).softmax(-1)
    return -probs[:, torch.arange(len(labels)), labels].log().mean(1)


def averages_probabilities_first(logits, labels, ts, layers):
    """The logarithm of the mean, for the mean of the logarithms."""
    probs = (ts.double()[:, None, None] ** layers * logits).softmax(-1)
    return -probs[:, torch.arange(len(labels)), labels].mean(1).log()


def takes_the_logit_for_its_logarithm(logits, labels, ts, layers):
    """The true class's logit without the others'."""
    return -(ts[:, None, None] ** layers * logits)[:, torch.arange(len(labels)), labels].mean(1)


def adds_up_the_images(logits, labels, ts, layers):
    """The sum for the mean."""
    return -(ts[:, None, None] ** layers * logits).log_softmax(-1)[:, torch.arange(len(labels)), labels].sum(1)


def averages_over_the_places(logits, labels, ts, layers):
    """The mean over the wrong axis: a loss for each image."""
    return -(ts[:, None, None] ** layers * logits).log_softmax(-1)[:, torch.arange(len(labels)), labels].mean(0)


def takes_the_length(k, D):
    """The share of the length, for that of its square."""
    return (k / D) ** 0.5


def counts_one_axis(k, D):
    """One axis of D, however many there are."""
    return 1 / D


def divides_whole_numbers(k, D):
    """The quotient rounded down."""
    return k // D


def _outside(theta, optima):
    basis = torch.linalg.qr(optima.T).Q
    return theta - basis @ (basis.T @ theta)


def takes_the_optima_for_orthogonal(theta, optima):
    """The part along each optimum, with no Gram–Schmidt."""
    rest = theta.clone()
    for optimum in optima:
        rest -= (theta @ optimum) / (optimum @ optimum) * optimum
    return (rest.norm() / theta.norm()) ** 2


def takes_the_share_inside(theta, optima):
    """What lies inside."""
    return 1 - (_outside(theta, optima).norm() / theta.norm()) ** 2


def takes_the_share_of_the_length(theta, optima):
    """The share of the length, for that of its square."""
    return _outside(theta, optima).norm() / theta.norm()


def takes_the_distance(theta, optima):
    """The squared distance, for its share."""
    return _outside(theta, optima).norm() ** 2


def takes_the_first_two(theta, optima):
    """The plane of the first two optima, however many there are."""
    return (_outside(theta, optima[:2]).norm() / theta.norm()) ** 2


WRONG = {
    "scale_layers": {
        scales_biases_as_weights: {"test_two_layers_give_t_squared", "test_hidden_the_fifth_bias"},
        counts_layers_from_zero: {
            "test_two_layers_give_t_squared",
            "test_first_bias_grows_as_the_weights",
            "test_hidden_the_fifth_bias",
        },
        scales_weights_by_depth: {"test_two_layers_give_t_squared", "test_hidden_the_fifth_bias"},
        scales_in_place: {"test_what_is_given_stays"},
    },
    "loss_along": {
        forgets_the_layers: {"test_the_number_of_layers_counts"},
        takes_the_logarithm_of_the_softmax: {"test_a_sure_mistake_stays_finite"},
        averages_probabilities_first: {
            "test_at_one_it_is_the_cross_entropy",
            "test_a_sure_mistake_stays_finite",
            "test_hidden_the_mean_of_the_images",
        },
        takes_the_logit_for_its_logarithm: {
            "test_at_one_it_is_the_cross_entropy",
            "test_at_zero_all_classes_are_alike",
            "test_the_number_of_layers_counts",
        },
        adds_up_the_images: {"test_at_one_it_is_the_cross_entropy", "test_hidden_the_mean_of_the_images"},
        averages_over_the_places: {
            "test_at_one_it_is_the_cross_entropy",
            "test_hidden_a_loss_for_each_place",
            "test_hidden_the_mean_of_the_images",
        },
    },
    "share_within": {
        takes_the_length: {
            "test_what_is_left_lies_at_right_angles",
            "test_random_directions_have_it",
            "test_hidden_a_plane_in_a_million",
        },
        counts_one_axis: {
            "test_the_whole_space_holds_all",
            "test_what_is_left_lies_at_right_angles",
            "test_random_directions_have_it",
            "test_hidden_a_plane_in_a_million",
        },
        divides_whole_numbers: {
            "test_what_is_left_lies_at_right_angles",
            "test_random_directions_have_it",
            "test_hidden_a_plane_in_a_million",
        },
    },
    "share_outside": {
        takes_the_optima_for_orthogonal: {"test_optima_need_no_right_angle", "test_hidden_three_optima"},
        takes_the_share_inside: {
            "test_what_is_made_of_the_optima_is_inside",
            "test_at_right_angles_all_is_outside",
            "test_it_is_a_share_of_the_squared_length",
            "test_optima_need_no_right_angle",
            "test_hidden_three_optima",
        },
        takes_the_share_of_the_length: {"test_it_is_a_share_of_the_squared_length"},
        takes_the_distance: {"test_it_is_a_share_of_the_squared_length", "test_hidden_the_length_is_free"},
        takes_the_first_two: {"test_hidden_three_optima"},
    },
}
