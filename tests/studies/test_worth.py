"""What more members are worth: forecasts from pairs, and small results."""

import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import brier, ensemble_scores
from ldiv_utils.specs import Spec
from ldiv_utils.studies import shown, worth

SPECS = [Spec(dataset="digits_0_7", batch_size=100, epochs=3, init_seed=seed, precision="float32") for seed in (0, 1)]
SHOWN = shown.Shown(("gaussian_noise",), "made by the book", "the digits 8 and 9, left out of training", 40, 20)


def test_pairs_foretell_all_on_average_and_two_foretell_themselves():
    draw = torch.Generator().manual_seed(0)
    probs, labels = torch.randn(4, 30, 3, generator=draw).softmax(-1), torch.randint(3, (30,), generator=draw)
    found = ensemble_scores(probs, labels, brier, (1, 2, 3, 4))
    told = worth.from_pairs(found[1], found[2])
    assert told.shape == (6, 4)
    torch.testing.assert_close(told.mean(0), torch.stack([found[k].mean() for k in (1, 2, 3, 4)]))
    torch.testing.assert_close(told[:, 1], found[2])


def test_every_pair_is_asked_for():
    with pytest.raises(ValueError, match="2 pairs of 3 networks were given; allowed: 3"):
        worth.from_pairs(torch.zeros(3), torch.zeros(2))


def test_small_results_agree_with_a_plain_computation():
    scores = worth.scores(SPECS, SHOWN, "float32", 30)["brier"]
    logs = worth.answers(SPECS, SHOWN, "float32")
    labels = load("digits_0_7").test.labels[:40]
    worst = logs["shifted"][:, 5].float().softmax(-1)
    torch.testing.assert_close(scores["run"][:, 5], brier(worst, labels))
    torch.testing.assert_close(scores["size"][1, 5], brier(worst.mean(0, keepdim=True), labels)[0])
    torch.testing.assert_close(scores["block"].mean(0), scores["size"], atol=1e-5, rtol=0)
