"""Samples around solutions: against a case counted by hand, and on the digits against what follows by construction."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import accuracy, disagreement
from ldiv_utils.points import draw, mean_point
from ldiv_utils.predict import predict
from ldiv_utils.runs import late_points
from ldiv_utils.specs import Spec
from ldiv_utils.studies import around

TINY = Spec(dataset="digits", batch_size=200, epochs=6)
SPECS = [replace(TINY, init_seed=seed, batch_seed=seed) for seed in range(2)]


def test_own_and_other_counted_by_hand():
    labels = torch.tensor([[0, 0, 0, 1], [0, 1, 1, 1]])
    solutions = torch.tensor([[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0]])
    own, other = around.own_and_other(labels, solutions, run=0)
    assert own.tolist() == [1 / 4, 3 / 4]
    assert other.tolist() == [3 / 4, 1 / 4]  # the first lies as far from solution 1 as from 2, and so does the second
    own, other = around.own_and_other(labels, solutions, run=1)
    assert own.tolist() == [3 / 4, 1 / 4]
    assert other.tolist() == [1 / 4, 1 / 4]


def test_all_samples_against_one_at_a_time():
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(3, (2, 4, 30), generator=generator)
    solutions = torch.randint(3, (5, 30), generator=generator)
    own, other = around.compared(labels, solutions)
    for run in range(2):
        for k, sample in enumerate(labels[run]):
            far = disagreement(torch.cat([sample[None], solutions]))[0, 1:]
            assert own[4 * run + k] == far[run]
            assert other[4 * run + k] == torch.cat([far[:run], far[run + 1 :]]).min()
    every = around.among(labels)
    assert len(every) == 2 * 6
    assert every[0] == (labels[0, 0] != labels[0, 1]).float().mean()


@pytest.mark.parametrize("family", ["random", "dropout"])
def test_the_reach_is_the_first_rung_at_which_nine_tenths_are_kept(family):
    held_out, late = load("digits").validation, late_points([TINY])[0]
    far = around.reach([TINY], family)["reach"].item()

    def kept(scale):
        points = torch.cat([late[-1:], draw(family, late, torch.full((10,), scale), 0)])
        right = accuracy(predict(TINY, points, held_out.images), held_out.labels)
        return right[1:].mean() / right[0]

    assert kept(far) >= 0.9
    top = {"random": 16.0, "dropout": 0.5}[family]
    assert far == top or kept(far * 2**0.5) < 0.9
    widths = around.widths([TINY], family, 4, 2.0)
    torch.testing.assert_close(widths, 2 * far * torch.tensor([1, 3, 5, 7]) / 8)


def test_where_all_is_kept_the_reach_is_the_first_rung():
    assert around.reach([TINY], "random", kept=0.0)["reach"] == 16


def test_where_nothing_is_kept_or_no_ladder_leads_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr(around, "RUNGS", 4)
    with pytest.raises(ValueError, match=r"keep less than 2 of the accuracy down to scale 5\.7; allowed"):
        around.reach([TINY], "random", kept=2.0)
    with pytest.raises(ValueError, match="reach 'diagonal' is unknown; allowed: random, dropout"):
        around.reach([TINY], "diagonal")


def test_labels_and_accuracy_are_those_of_the_drawn_points():
    drawn = around.samples(SPECS, "low_rank", 3)
    probs = around.predictions(SPECS, "low_rank", 3)["probs"]
    truth = load("digits").validation.labels
    assert drawn["labels"].shape == probs.shape[:-1] == (2, 3, len(truth))
    assert drawn["labels"].equal(probs.argmax(-1).to(torch.int8))
    assert drawn["accuracy"].equal((drawn["labels"] == truth).float().mean(-1))


def test_a_gaussian_of_scale_zero_is_the_mean_of_the_late_checkpoints():
    means = torch.stack([mean_point(late) for late in late_points(SPECS)])
    labels = predict(TINY, means, load("digits").validation.images).argmax(-1)
    for family in ("diagonal", "low_rank", "low_rank_unit"):
        assert around.samples(SPECS, family, 1, 0.0)["labels"][:, 0].equal(labels.to(torch.int8))


def test_random_samples_of_scale_zero_are_the_solutions():
    drawn, solved = around.samples(SPECS, "random", 2, 0.0), around.solutions(SPECS)
    for k in range(2):
        assert drawn["labels"][:, k].equal(solved["labels"])
    own, other = around.compared(drawn["labels"], solved["labels"])
    assert (own == 0).all() and (other > 0).all()


def test_a_place_for_every_checkpoint_and_sample():
    places = around.embedding(SPECS, "diagonal", 4, perplexity=3)["places"]
    assert places.shape == (2, TINY.epochs + 1 + 4, 2)
