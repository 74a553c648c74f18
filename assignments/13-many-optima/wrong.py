"""Wrong answers to the questions of 13-many-optima, and the checks that each of them loses."""

import torch


def takes_away_the_short_of_each(axes, long, optima):
    """Each optimum takes all its short axes, as if none were short to two."""
    return max(0, axes - optima * (axes - long))


def counts_one_wedge_too_few(axes, long, optima):
    """The first optimum costs nothing."""
    return axes * (long / axes) ** (optima - 1)


def gives_the_share(axes, long, optima):
    """The share of the axes, for their number."""
    return (long / axes) ** optima


def counts_axes_short_to_none_as_short_to_some(axes, long, optima):
    """The axes short to at least one."""
    return axes * (1 - (long / axes) ** optima)


def takes_the_cosines(theta, optima):
    """Inner products with the optima, scaled to sum to one."""
    products = optima @ theta
    return products / products.sum()


def forgets_the_first(theta, optima):
    """The coefficients of the edges alone."""
    edges = optima[1:] - optima[0]
    rest = torch.linalg.lstsq(edges.T, (theta - optima[0])[:, None]).solution[:, 0]
    return torch.cat([torch.zeros(1), rest])


def fits_without_the_sum(theta, optima):
    """Least squares in the span of the optima: nothing makes the shares sum to one."""
    return torch.linalg.lstsq(optima.T, theta[:, None], driver="gelsd").solution[:, 0]


def weighs_by_nearness(theta, optima):
    """The nearer an optimum, the larger its share."""
    near = 1 / ((optima - theta).square().sum(1) + 1e-12)
    return near / near.sum()


def takes_each_edge_alone(theta, optima):
    """The part along each edge, as if they stood at right angles."""
    edges = optima[1:] - optima[0]
    rest = edges @ (theta - optima[0]) / edges.square().sum(1)
    return torch.cat([1 - rest.sum()[None], rest])


def stays_inside(theta, optima):
    """The right shares, none below zero."""
    edges = optima[1:] - optima[0]
    rest = torch.linalg.lstsq(edges.T, (theta - optima[0])[:, None]).solution[:, 0]
    found = torch.cat([1 - rest.sum()[None], rest]).clamp(min=0)
    return found / found.sum()


def takes_the_vertices(edges):
    """The mean squared distance of two vertices."""
    k = len(edges)
    return (edges.square().sum() / (k * (k - 1))).item()


def takes_the_centre(edges):
    """From the centre, for between two points."""
    k = len(edges)
    return (edges.square().sum() / (2 * k**2 * (k + 1))).item()


def squares_the_mean(edges):
    """The square of the mean edge, for the mean of the squares."""
    k = len(edges)
    mean = edges.sum() / (k * (k - 1))
    return (mean**2 * (k - 1) / (k * (k + 1))).item()


def forgets_that_shares_sum_to_one(edges):
    """Coefficients that vary one by one, without their covariance."""
    k = len(edges)
    return (edges.square().sum() * (k - 1) / (k**2 * (k + 1))).item()


def measures_in_longest_edges(edges):
    """In units of the longest edge."""
    k = len(edges)
    return ((edges / edges.max()).square().sum() / (k**2 * (k + 1))).item()


WRONG = {
    "shared_axes": {
        takes_away_the_short_of_each: {
            "test_three_wedges_as_drawn",
            "test_hidden_each_optimum_costs_the_same_share",
        },
        counts_one_wedge_too_few: {
            "test_one_wedge_keeps_its_own",
            "test_three_wedges_as_drawn",
            "test_hidden_no_optimum_leaves_all",
        },
        gives_the_share: {
            "test_one_wedge_keeps_its_own",
            "test_all_axes_long_stay",
            "test_three_wedges_as_drawn",
            "test_hidden_no_optimum_leaves_all",
        },
        counts_axes_short_to_none_as_short_to_some: {
            "test_one_wedge_keeps_its_own",
            "test_all_axes_long_stay",
            "test_three_wedges_as_drawn",
            "test_hidden_each_optimum_costs_the_same_share",
            "test_hidden_no_optimum_leaves_all",
        },
    },
    "shares": {
        takes_the_cosines: {
            "test_hidden_optima_need_no_right_angle",
            "test_hidden_a_point_outside_has_a_share_below_zero",
        },
        forgets_the_first: {
            "test_shares_sum_to_one",
            "test_hidden_a_point_outside_has_a_share_below_zero",
        },
        fits_without_the_sum: {
            "test_shares_sum_to_one",
            "test_hidden_a_point_outside_has_a_share_below_zero",
        },
        weighs_by_nearness: {
            "test_at_right_angles_nothing_changes",
            "test_hidden_optima_need_no_right_angle",
            "test_hidden_a_point_outside_has_a_share_below_zero",
        },
        takes_each_edge_alone: {
            "test_an_optimum_is_itself",
            "test_hidden_optima_need_no_right_angle",
        },
        stays_inside: {"test_hidden_a_point_outside_has_a_share_below_zero"},
    },
    "mean_squared_distance": {
        takes_the_vertices: {
            "test_two_vertices_a_third_of_a_squared_side",
            "test_equal_sides_of_three",
            "test_hidden_unequal_sides",
        },
        takes_the_centre: {
            "test_two_vertices_a_third_of_a_squared_side",
            "test_equal_sides_of_three",
            "test_hidden_unequal_sides",
        },
        measures_in_longest_edges: {
            "test_two_vertices_a_third_of_a_squared_side",
            "test_no_size_no_distance",
            "test_equal_sides_of_three",
            "test_hidden_unequal_sides",
        },
        squares_the_mean: {"test_hidden_unequal_sides"},
        forgets_that_shares_sum_to_one: {"test_equal_sides_of_three", "test_hidden_unequal_sides"},
    },
}
