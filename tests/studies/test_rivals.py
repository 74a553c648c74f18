"""One gap in three units, by hand, and rivals that lost a share of the accuracy."""

import pytest
import torch

from ldiv_utils.measures import independent_errors
from ldiv_utils.points import FAMILIES
from ldiv_utils.studies import rivals, standing


def places(accuracy, diversity):
    found = {"accuracy": torch.tensor(accuracy), "diversity": torch.tensor(diversity)}
    return found | {"standard_error": torch.full((len(accuracy),), 0.01)}


@pytest.fixture
def by_hand():
    """A reference right on 0.4 of a hundred classes, four samples, one of each other family at chance, three runs."""
    samples = places([0.395, 0.385, 0.37, 0.3], [0.1, 0.3, 0.4, 0.8])
    families = {family: places([0.01], [1.0]) for family in FAMILIES}
    others = places([0.4, 0.38, 0.5], [0.9, 1.0, 1.1])
    return {"reference": 0.4, "classes": 100, "independent": others, **families, "random": samples}


def test_the_gap_is_counted_from_the_most_diverse_rival(by_hand):
    """Rivals of 0.4: the first two samples; of 0.38: the first three; 0.5 has none."""
    runs, beside = rivals.best(by_hand)
    torch.testing.assert_close(runs, torch.tensor([[0.4, 0.9], [0.38, 1.0]]))
    torch.testing.assert_close(beside, torch.tensor([[0.385, 0.3], [0.37, 0.4]]))
    torch.testing.assert_close(rivals.gap(by_hand), torch.tensor([0.6, 0.6]))
    assert rivals.number(by_hand).tolist() == [2, 3, 0]


def test_the_gap_in_diversity_is_that_of_the_first_plane(by_hand):
    torch.testing.assert_close(rivals.gap(by_hand), standing.gaps(by_hand))


def test_a_rival_may_lose_a_share_of_the_run_s_accuracy(by_hand):
    """A tenth of 0.4 and of 0.38 leaves the fourth sample out; a quarter lets it in, and gives 0.5 two rivals."""
    torch.testing.assert_close(rivals.gap(by_hand, lost=0.1, relative=True), torch.tensor([0.5, 0.6]))
    torch.testing.assert_close(rivals.gap(by_hand, lost=0.25, relative=True), torch.tensor([0.1, 0.2, 0.8]))
    assert len(rivals.gap(by_hand, lost=0.0, relative=True)) == 1  # 0.38 alone has rivals, the first two


def test_labels_are_diversity_times_the_error_of_each(by_hand):
    """Of 0.4: 0.9 · 0.6 − 0.3 · 0.615; of 0.38: 1.0 · 0.62 − 0.4 · 0.63."""
    torch.testing.assert_close(rivals.gap(by_hand, "labels"), torch.tensor([0.54 - 0.1845, 0.62 - 0.252]))


def test_unrelated_mistakes_are_the_unit_of_the_limit():
    """Networks on the upper limit are at one, whatever their accuracy, the reference's and the number of classes."""
    for reference, classes in ((0.7, 10), (0.35, 100)):
        a = torch.tensor([0.2, 0.3, 0.34])
        on_it = torch.stack([a, independent_errors(a, reference, classes) / (1 - a)], dim=1)
        torch.testing.assert_close(rivals.in_unit(on_it, "limit", reference, classes), torch.ones(3))


def test_the_share_of_the_limit_is_that_of_the_first_plane(by_hand):
    others = by_hand["independent"]
    runs = torch.stack([others["accuracy"], others["diversity"]], dim=1)
    torch.testing.assert_close(rivals.in_unit(runs, "limit", 0.4, 100), standing.of_the_limit(by_hand))


def test_nothing_has_a_gap_where_nothing_has_rivals(by_hand):
    by_hand["independent"] = places([0.9], [1.0])
    assert len(rivals.gap(by_hand)) == len(rivals.gap(by_hand, "limit")) == 0


def test_bad_input_is_refused_in_one_sentence(by_hand):
    with pytest.raises(ValueError, match=r"lost -0\.1 of accuracy were asked for; allowed: 0 to 1"):
        rivals.gap(by_hand, lost=-0.1)
    with pytest.raises(ValueError, match=r"lost 2\.0 of accuracy"):
        rivals.best(by_hand, 2.0)


@pytest.mark.usefixtures("as_a_user")
def test_another_unit_is_refused(by_hand):
    with pytest.raises(ValueError, match="unit 'nats' is unknown; allowed: diversity, labels, limit"):
        rivals.gap(by_hand, "nats")


@pytest.mark.parametrize("exponent", [0.22, 1.0])
def test_samples_on_a_curve_have_runs_above_it_by_what_they_were_raised(by_hand, exponent):
    """Whatever the number of samples, and only where the curve reaches."""
    a, diversity = standing.curve(by_hand, exponent)
    kept = slice(int(a.argmax()) + 1, -1, 40)
    by_hand["random"] = places(a[kept].tolist(), diversity[kept].tolist())
    for family in FAMILIES[1:]:
        by_hand[family] = by_hand["random"]
    at = [200, 600]
    runs = places([*(a[at] + standing.RIVAL).tolist(), 0.9], [*(diversity[at] + 0.25).tolist(), 1.0])
    above = rivals.above_curve(rivals.fitted([by_hand | {"independent": runs}])[0])
    torch.testing.assert_close(above, torch.tensor([0.25, 0.25]), atol=0.01, rtol=0)


def test_more_samples_of_one_band_leave_the_curve_where_it_is_and_raise_the_best_rival(by_hand):
    """Why the number of rivals matters for a gap: noise about one curve, ten times as many samples."""
    draw = torch.Generator().manual_seed(0)
    gaps, above = [], []
    for count in (40, 400):
        a, diversity = standing.curve(by_hand, 0.3, count)
        keep = a < 0.399
        noisy = diversity[keep] + 0.05 * torch.randn(int(keep.sum()), generator=draw)
        by_hand["random"] = places(a[keep].tolist(), noisy.tolist())
        one = by_hand | {"independent": places([0.38], [1.0])}
        gaps.append(rivals.gap(one).item())
        above.append(rivals.above_curve(rivals.fitted([one])[0]).item())
    assert gaps[0] - gaps[1] > 0.04
    assert abs(above[0] - above[1]) < 0.03
