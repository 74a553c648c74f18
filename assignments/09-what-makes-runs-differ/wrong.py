"""Wrong answers that a student might give, and the checks that each of them loses."""

from itertools import combinations

import torch

KINDS = {(True, True): "both", (True, False): "initial weights", (False, True): "order"}


def _effects(values, seeds, stays, kind=None, summary=torch.Tensor.mean):
    """Of the pairs that stay, a summary of each kind."""
    kind = kind or (lambda r, s, name: KINDS[r[0] != s[0], r[1] != s[1]] == name)
    pairs = list(combinations(seeds, 2))
    return {name: summary(values[[stays(r, s) and kind(r, s, name) for r, s in pairs]]) for name in KINDS.values()}


def only_where_both_have_it(values, seeds, out):
    """Leaves a pair out only where both of its runs have the order."""
    return _effects(values, seeds, lambda r, s: (r[1], s[1]) != (out, out))


def a_start_left_out(values, seeds, out):
    """Looks for the order left out among the initial weights."""
    return _effects(values, seeds, lambda r, s: out not in (r[0], s[0]))


def whatever_else_differs(values, seeds, out):
    """Counts a pair for the initial weights and for the order wherever these differ, the other too or not."""

    def kind(r, s, name):
        return {"both": r[0] != s[0] and r[1] != s[1], "initial weights": r[0] != s[0], "order": r[1] != s[1]}[name]

    return _effects(values, seeds, lambda r, s: out not in (r[1], s[1]), kind)


def sums(values, seeds, out):
    """Adds up the pairs of a kind."""
    return _effects(values, seeds, lambda r, s: out not in (r[1], s[1]), summary=torch.Tensor.sum)


def over_the_epochs(points, others):
    """Takes the length along the wrong axis: of each weight over the epochs."""
    return (points - others).norm(dim=0) / points.norm(dim=0)


def over_the_start(points, others):
    """Divides by the length before training."""
    return (points - others).norm(dim=1) / points[0].norm()


def over_the_other(points, others):
    """Divides by the length of the other run's weights."""
    return (points - others).norm(dim=1) / others.norm(dim=1)


def largest_change(points, others):
    """Takes the largest difference of a weight for the distance."""
    return (points - others).abs().amax(1) / points.norm(dim=1)


def _left_out(distances, over=None):
    """Of each run left out, the mean distance of the others."""
    count, means = len(distances), []
    for out in range(count):
        kept = [run for run in range(count) if run != out]
        inner = distances[kept][:, kept]
        i, j = torch.triu_indices(len(kept), len(kept), offset=1)
        means.append((inner[i, j] if over is None else over(inner)).mean())
    return torch.stack(means)


def pairs_as_measurements(distances):
    """Takes every pair for a measurement of its own."""
    i, j = torch.triu_indices(len(distances), len(distances), offset=1)
    values = distances[i, j]
    return values.std() / len(values) ** 0.5


def without_the_factor(distances):
    """Takes the means of what is left for measurements, though each two share nearly all pairs."""
    means = _left_out(distances)
    return means.std() / len(means) ** 0.5


def with_the_diagonal(distances):
    """Averages over the whole matrix, each run's distance from itself included."""
    return _left_out(distances, over=lambda inner: inner).std(correction=0) * (len(distances) - 1) ** 0.5


def about_the_mean_of_the_matrix(distances):
    """Subtracts the mean of the whole matrix, the zeros of its diagonal included."""
    means = _left_out(distances)
    return (means - distances.mean()).square().mean().sqrt() * (len(means) - 1) ** 0.5


def its_square(distances):
    """Forgets the root."""
    return _left_out(distances).var(correction=0) * (len(distances) - 1)


WRONG = {
    "effects_without": {
        only_where_both_have_it: {
            "test_no_run_of_the_order_left_out",
            "test_hidden_other_seeds",
        },
        a_start_left_out: {
            "test_no_run_of_the_order_left_out",
            "test_a_mean",
            "test_hidden_mean_of_all_three",
            "test_hidden_other_seeds",
        },
        whatever_else_differs: {"test_kinds", "test_hidden_mean_of_all_three", "test_hidden_other_seeds"},
        sums: {"test_kinds", "test_a_mean", "test_hidden_mean_of_all_three", "test_hidden_other_seeds"},
    },
    "relative_distance": {
        over_the_epochs: {
            "test_the_same_run",
            "test_three_four_five",
            "test_the_length_then",
            "test_hidden_many_weights",
        },
        over_the_start: {"test_the_length_then", "test_hidden_many_weights"},
        over_the_other: {
            "test_three_four_five",
            "test_the_length_then",
            "test_hidden_the_first_run_s_length",
            "test_hidden_many_weights",
        },
        largest_change: {"test_three_four_five", "test_hidden_many_weights"},
    },
    "error_of_mean_distance": {
        pairs_as_measurements: {"test_three_runs", "test_each_run_adds_its_own", "test_hidden_seven_runs"},
        without_the_factor: {"test_three_runs", "test_each_run_adds_its_own", "test_hidden_seven_runs"},
        with_the_diagonal: {
            "test_three_runs",
            "test_each_run_adds_its_own",
            "test_hidden_diagonal",
            "test_hidden_seven_runs",
        },
        about_the_mean_of_the_matrix: {
            "test_three_runs",
            "test_each_run_adds_its_own",
            "test_all_alike",
            "test_hidden_diagonal",
            "test_hidden_seven_runs",
        },
        its_square: {"test_three_runs", "test_each_run_adds_its_own", "test_hidden_unit", "test_hidden_seven_runs"},
    },
}
