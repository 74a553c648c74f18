"""What ensembles of runs score, on the digits and by hand."""

import pytest
import torch

from ldiv_utils import measures
from ldiv_utils.datasets import load
from ldiv_utils.predict import predict
from ldiv_utils.runs import Sampling, ends
from ldiv_utils.specs import Spec
from ldiv_utils.studies import ensembles

SPECS = [Spec(dataset="digits", batch_size=100, epochs=2, init_seed=seed, batch_seed=seed) for seed in (0, 1)]
SAMPLING, INPUTS = Sampling(count=3, reach=1.0, precision="float32"), 100


@pytest.mark.parametrize("way", ["original", "diagonal"])
def test_scores_are_those_of_the_mean_predictions(way):
    scores, labels = ensembles.scores(SPECS, way, SAMPLING, INPUTS), load("digits").test.labels[:100]
    each = torch.stack([ensembles.predictions(spec, way, SAMPLING, INPUTS)["all"] for spec in SPECS])
    assert list(scores["all"]) == sorted(ensembles.SCORES)
    for name, score in ensembles.SCORES.items():
        torch.testing.assert_close(scores["all"][name][1], score(each, labels))
        torch.testing.assert_close(scores["all"][name][2], score(each.mean(0, keepdim=True), labels))


def test_the_solutions_predictions_come_back_from_half_precision():
    probs, labels = ensembles.members(SPECS, SAMPLING, INPUTS)
    plain = predict(SPECS[0], ends(SPECS), load("digits").test.images[:100])
    torch.testing.assert_close(probs, plain, atol=2e-3, rtol=0)
    single = ensembles.scores(SPECS, "original", SAMPLING, INPUTS)
    torch.testing.assert_close(measures.brier(probs, labels), single["member_brier"], atol=2e-3, rtol=0)


def test_ten_blocks_make_the_whole():
    generator = torch.Generator().manual_seed(0)
    probs = torch.rand(3, 200, 4, generator=generator).softmax(-1)
    labels = torch.randint(4, (200,), generator=generator)
    for size in (1, 2, 3):
        whole = measures.ensemble_scores(probs, labels, measures.brier, [size])[size].mean()
        blocks = ensembles.by_block(probs, labels, measures.brier, size)
        assert len(blocks) == 10
        torch.testing.assert_close(blocks.mean(), whole)
    torch.testing.assert_close(
        ensembles.surplus(probs, labels).mean(), probs.amax(-1).mean() - measures.accuracy(probs, labels).mean()
    )


def test_temperature_by_hand():
    probs = torch.tensor([[0.9, 0.1], [0.5, 0.5]])
    torch.testing.assert_close(ensembles.softened(probs, 1.0), probs)
    torch.testing.assert_close(ensembles.softened(probs, 2.0), torch.tensor([[0.75, 0.25], [0.5, 0.5]]))


def test_tempering_finds_the_temperature_that_was_taken_away():
    """Labels drawn from p: p itself is best, so what was sharpened twofold needs T = 2, and no label changes."""
    generator = torch.Generator().manual_seed(0)
    probs = (2 * torch.randn(1, 4000, 3, generator=generator)).softmax(-1)
    labels = torch.multinomial(probs[0], 1, generator=generator)[:, 0]
    sharp = ensembles.softened(probs[0], 0.5)[None]
    tempered = ensembles.tempered(sharp, labels)
    torch.testing.assert_close(tempered, probs, atol=0.05, rtol=0)
    assert tempered.argmax(-1).equal(sharp.argmax(-1))
    assert measures.brier(tempered, labels) < measures.brier(sharp, labels)
