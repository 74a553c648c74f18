"""The diversity plane by hand, on the digits, and against the limits that its shares add up to."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.measures import (
    blind_shares,
    diversity_plane,
    independent_errors,
    label_difference,
    perturbed_reference,
    unrelated_shares,
)
from ldiv_utils.points import FAMILIES
from ldiv_utils.specs import Spec
from ldiv_utils.studies import diversity_plane as study
from ldiv_utils.studies import standing

SPECS = [Spec(dataset="digits", batch_size=32, epochs=5, precision="float32")]
SPECS.append(replace(SPECS[0], init_seed=1, batch_seed=1))


def points(accuracy, diversity, error=None):
    found = {"accuracy": torch.tensor(accuracy), "diversity": torch.tensor(diversity)}
    return found | {"standard_error": torch.tensor(error or [0.01] * len(accuracy))}


@pytest.fixture
def by_hand():
    """A reference right on 0.7, four samples of one family, one of each other at chance, and three other runs."""
    samples = points([0.695, 0.675, 0.6, 0.1], [0.2, 0.3, 0.7, 1.0], [0.01, 0.01, 0.01, 0.02])
    families = {family: points([0.1], [1.0]) for family in FAMILIES}
    others = points([0.69, 0.71, 0.75], [0.9, 1.0, 1.1])
    return {"reference": 0.7, "classes": 10, "independent": others, **families, "random": samples}


@pytest.mark.parametrize("k", [-7.75, -2.0, 0.0, 0.25, 3.5, 7.75])
def test_the_largest_scale_is_the_first_quarter_of_an_octave_at_which_the_network_is_lost(k):
    assert study.largest_scale(lambda scale: scale >= 6 * 2**k * 0.999, 6.0) == pytest.approx(6 * 2**k)


def test_a_network_that_is_lost_at_once_or_only_at_last_has_the_ends_and_one_never_lost_is_refused():
    assert study.largest_scale(lambda scale: True, 1.0) == 2**-7.75
    assert study.largest_scale(lambda scale: scale >= 2**8, 1.0) == 2**8
    with pytest.raises(ValueError, match="not lost at any scale up to 256; allowed"):
        study.largest_scale(lambda scale: False, 1.0)


def test_the_shares_of_the_two_models_add_up_to_the_limits():
    columns, accuracy = torch.tensor([[0.7], [0.3]]), torch.tensor([0.6])
    blind = perturbed_reference(accuracy, 0.7, 10)
    for shares, limit in (
        (unrelated_shares(0.6, 10), independent_errors(accuracy, 0.7, 10)),
        (blind_shares(blind.item(), 10), blind),
    ):
        areas = shares * columns
        torch.testing.assert_close(shares.sum(1), torch.ones(2))
        torch.testing.assert_close(areas[:, 1:].sum()[None], limit)  # labels differ
        torch.testing.assert_close((areas[0, 0] + areas[1, 2])[None], accuracy)  # the network is right


def test_gaps_are_counted_from_the_most_diverse_rival(by_hand):
    """Rivals of 0.69: the first two samples; of 0.71: the first alone; 0.75 has none."""
    torch.testing.assert_close(standing.gaps(by_hand), torch.tensor([0.9 - 0.3, 1.0 - 0.2]))


def test_shares_of_the_limit_and_the_samples_between_the_limits(by_hand):
    upper = independent_errors(by_hand["independent"]["accuracy"], 0.7, 10) / torch.tensor([0.31, 0.29, 0.25])
    torch.testing.assert_close(standing.of_the_limit(by_hand), torch.tensor([0.9, 1.0, 1.1]) / upper)
    assert standing.inside(by_hand).all()
    by_hand["random"]["diversity"][2] = 0.3  # blind noise has 0.15 / 0.4
    assert standing.inside(by_hand).tolist() == [1, 1, 0, 1, 1, 1, 1, 1]


def test_a_sample_that_lost_a_tenth_of_accuracy_is_held_against_blind_noise(by_hand):
    """At 0.6 it changed 0.7 · 0.4 of the labels, blind noise 9 · 0.1 / 6."""
    torch.testing.assert_close(standing.over_noise(by_hand, 0.1), torch.tensor([0.28 / 0.15]))
    assert len(standing.over_noise(by_hand, 0.3)) == 0


def test_the_curve_of_exponent_one_is_the_lower_limit_and_its_samples_have_that_exponent(by_hand):
    a, diversity = standing.curve(by_hand, 1.0)
    torch.testing.assert_close(diversity * (1 - a), perturbed_reference(a, 0.7, 10))
    a, diversity = (values[100:-200:100] for values in standing.curve(by_hand, 0.3))
    compared = by_hand | {"random": {"accuracy": a, "diversity": diversity, "standard_error": a}}
    assert standing.exponent(compared, ["random"]) == pytest.approx(0.3, rel=0.02)


def test_means_over_comparisons_leave_out_those_that_have_none(by_hand):
    lonely = by_hand | {"independent": points([0.8], [1.0])}
    torch.testing.assert_close(standing.each([by_hand, lonely], standing.gaps), torch.tensor([0.7]))
    assert len(standing.each([lonely], standing.gaps)) == 0
    torch.testing.assert_close(standing.band(by_hand, 0.68), torch.tensor([0.2, 0.3]))


@pytest.mark.parametrize("images", [500, 1000, 2000])
def test_a_tie_counts_at_every_accuracy(images):
    """A sample exactly 0.02 less accurate than an optimum is its rival, one image more and it is none."""
    for right in range(images // 5, images):
        optima = points([right / images], [1.0])
        for behind, rivals in ((images // 50, 1), (images // 50 + 1, 0)):
            samples = points([(right - behind) / images], [0.5])
            compared = {family: samples for family in FAMILIES} | {"independent": optima}
            assert len(standing.gaps(compared)) == rivals
            assert len(standing.band(compared, right / images, 0.02)) == rivals * len(FAMILIES)


def test_a_run_left_out_is_no_reference_and_no_star():
    """Star 10 i + j stands for run j beside run i."""
    comparisons = [{"independent": points([0.5] * 3, [10.0 * i + j for j in range(4) if j != i])} for i in range(4)]
    left = [compared["independent"]["diversity"].tolist() for compared in standing.without(comparisons, 1)]
    assert left == [[2, 3], [20, 23], [30, 32]]


def test_the_jackknife_knows_that_comparisons_share_runs():
    """Where a star's number is the sum of its two runs' own, the mean is twice theirs and so is its standard error."""
    own = torch.randn(12, generator=torch.Generator().manual_seed(0))
    stars = own[:, None] + own
    others = [torch.cat([stars[i, :i], stars[i, i + 1 :]]) for i in range(12)]
    comparisons = [{"independent": {"diversity": row}} for row in others]

    def star(compared):
        return compared["independent"]["diversity"]

    error = 2 * own.std() / 12**0.5
    torch.testing.assert_close(standing.jackknife_error(comparisons, star), error)
    higher = [{"independent": {"diversity": row + 3}} for row in others]
    assert standing.rise(comparisons, higher, star) == pytest.approx((3 / (2**0.5 * error)).item(), rel=1e-4)


def test_the_middle_of_the_order_is_shown(by_hand):
    comparisons = [by_hand | {"reference": best} for best in (0.8, 0.6, 0.7, 0.9)]
    assert study.of_median_accuracy(comparisons)["reference"] == 0.8
    assert study.of_median_accuracy(comparisons[:3])["reference"] == 0.7


def test_comparisons_of_two_runs_on_the_digits():
    """Each run's place beside the other follows from their labels; samples fall from the reference to chance."""
    kept, comparisons = study.independent(SPECS, 100), study.comparisons(SPECS, 4, 100)
    labels, truth = kept["labels"], kept["truth"]
    for this, other, compared in ((0, 1, comparisons[0]), (1, 0, comparisons[1])):
        assert compared["reference"] == 1 - label_difference(labels[this][None], truth).item()
        torch.testing.assert_close(compared["independent"], diversity_plane(labels[other][None], labels[this], truth))
        for family in FAMILIES:
            assert len(compared[family]["accuracy"]) == 4
            assert compared[family]["top"] > 0
        assert compared["random"]["accuracy"][0] > compared["random"]["accuracy"][-1]
        assert compared["random"]["accuracy"][-1] < 0.4
        assert compared["limits"]["upper"][0] == pytest.approx(1, abs=1e-5)
        assert compared["limits"]["lower"][-1] == 0
