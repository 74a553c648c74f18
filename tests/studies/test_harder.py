"""One gap in three units, by hand; rivals that lost a share of the accuracy; pairs of runs over their mean error."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.measures import independent_errors
from ldiv_utils.points import FAMILIES
from ldiv_utils.specs import Spec
from ldiv_utils.studies import diversity_plane as study
from ldiv_utils.studies import harder, standing


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
    runs, rivals = harder.best_rivals(by_hand)
    torch.testing.assert_close(runs, torch.tensor([[0.4, 0.9], [0.38, 1.0]]))
    torch.testing.assert_close(rivals, torch.tensor([[0.385, 0.3], [0.37, 0.4]]))
    torch.testing.assert_close(harder.gap(by_hand), torch.tensor([0.6, 0.6]))
    assert harder.rivals_of(by_hand).tolist() == [2, 3, 0]


def test_the_gap_in_diversity_is_that_of_the_first_plane(by_hand):
    torch.testing.assert_close(harder.gap(by_hand), standing.gaps(by_hand))


def test_a_rival_may_lose_a_share_of_the_run_s_accuracy(by_hand):
    """A tenth of 0.4 is 0.04, of 0.38 0.038: the fourth sample is left out. A quarter lets it in, and gives 0.5 two rivals."""
    torch.testing.assert_close(harder.gap(by_hand, lost=0.1, relative=True), torch.tensor([0.5, 0.6]))
    torch.testing.assert_close(harder.gap(by_hand, lost=0.25, relative=True), torch.tensor([0.1, 0.2, 0.8]))
    assert len(harder.gap(by_hand, lost=0.0, relative=True)) == 1  # 0.38 alone has rivals, the first two


def test_labels_are_diversity_times_the_error_of_each(by_hand):
    """Of 0.4: 0.9 · 0.6 − 0.3 · 0.615; of 0.38: 1.0 · 0.62 − 0.4 · 0.63."""
    torch.testing.assert_close(harder.gap(by_hand, "labels"), torch.tensor([0.54 - 0.1845, 0.62 - 0.252]))


def test_unrelated_mistakes_are_the_unit_of_the_limit():
    """Networks on the upper limit are at one, whatever their accuracy, the reference's and the number of classes."""
    for reference, classes in ((0.7, 10), (0.35, 100)):
        a = torch.tensor([0.2, 0.3, 0.34])
        on_it = torch.stack([a, independent_errors(a, reference, classes) / (1 - a)], dim=1)
        torch.testing.assert_close(harder.in_unit(on_it, "limit", reference, classes), torch.ones(3))


def test_the_share_of_the_limit_is_that_of_the_first_plane(by_hand):
    others = by_hand["independent"]
    runs = torch.stack([others["accuracy"], others["diversity"]], dim=1)
    torch.testing.assert_close(harder.in_unit(runs, "limit", 0.4, 100), standing.of_the_limit(by_hand))


def test_nothing_has_a_gap_where_nothing_has_rivals(by_hand):
    by_hand["independent"] = places([0.9], [1.0])
    assert len(harder.gap(by_hand)) == len(harder.gap(by_hand, "limit")) == 0


def test_bad_input_is_refused_in_one_sentence(by_hand):
    with pytest.raises(ValueError, match="lost -0.1 of accuracy were asked for; allowed: 0 to 1"):
        harder.gap(by_hand, lost=-0.1)
    with pytest.raises(ValueError, match="lost 2.0 of accuracy"):
        harder.best_rivals(by_hand, 2.0)


@pytest.mark.usefixtures("as_a_user")
def test_another_unit_is_refused(by_hand):
    with pytest.raises(ValueError, match="unit 'nats' is unknown; allowed: diversity, labels, limit"):
        harder.gap(by_hand, "nats")


def test_only_what_is_computed_is_at_hand():
    specs = [Spec(dataset="digits", batch_size=32, epochs=1, precision="float32", batch_seed=seed) for seed in (0, 1)]
    assert not harder.at_hand(specs, 20)
    study.independent(specs, 20)
    assert harder.at_hand(specs, 20)
    assert not harder.at_hand(specs, 30) and not harder.at_hand([replace(s, dataset="digits_0_7") for s in specs], 20)
