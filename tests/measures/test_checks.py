"""Bad input to a measure: no number, but one sentence that says what was given and what is allowed."""

import pytest
import torch

from ldiv_utils import measures

PROBS = torch.full((3, 6, 4), 0.25)
TRUTH = torch.tensor([0, 1, 2, 3, 0, 1])
LABELS = torch.stack([TRUTH, TRUTH + 1, TRUTH + 2])
SCORES = [measures.accuracy, measures.brier, measures.log_likelihood, measures.calibration_error]


def every_score(probs, labels):
    return measures.ensemble_scores(probs, labels, lambda *_: torch.zeros(1), [2])


of_predictions = pytest.mark.parametrize(
    "measure",
    [
        *[lambda p, score=score: score(p, TRUTH) for score in [*SCORES, every_score]],
        measures.ensemble,
        measures.jensen_shannon,
    ],
    ids=[*[score.__name__ for score in SCORES], "ensemble_scores", "ensemble", "jensen_shannon"],
)
of_labels = pytest.mark.parametrize("measure", [*SCORES, every_score], ids=lambda measure: measure.__name__)


@pytest.mark.usefixtures("as_a_user")
@of_predictions
@pytest.mark.parametrize(
    ("probs", "words"),
    [
        (PROBS.numpy(), "predictions of type ndarray were given; allowed: a torch tensor"),
        (PROBS[0], r"predictions of shape \(6, 4\) were given; allowed: \(M, N, C\)"),
        (PROBS[None], r"predictions of shape \(1, 3, 6, 4\) were given"),
        (PROBS.long(), "predictions of torch.int64 were given; allowed: floating-point numbers"),
        (PROBS[:0], "predictions of no network were given; at least one is needed"),
        (PROBS[:, :0], "predictions of no input were given"),
        (PROBS[..., :0], "predictions of no class were given"),
        (PROBS.log(), "predictions that are no probabilities were given; allowed: at least 0, with a sum of 1"),
        (PROBS * 1.02, "no probabilities"),
        (torch.tensor([1.5, -0.5, 0.0, 0.0]).expand(3, 6, 4), "no probabilities"),
        (PROBS * float("nan"), "no probabilities"),
    ],
)
def test_what_are_no_predictions_is_named(measure, probs, words):
    with pytest.raises(ValueError, match=words):
        measure(probs)


@pytest.mark.usefixtures("as_a_user")
@of_labels
@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (TRUTH[:3], "labels of length 3 were given; allowed: 6, one for each input"),
        (TRUTH[:1], "labels of length 1 were given; allowed: 6"),
        (TRUTH[:0], "labels of no input were given"),
        (TRUTH[0], r"labels of shape \(\) were given; allowed: \(N,\)"),
        (LABELS, r"labels of shape \(3, 6\) were given; allowed: \(N,\)"),
        (TRUTH.float(), "labels of torch.float32 were given; allowed: whole numbers"),
        (TRUTH > 1, "labels of torch.bool were given; allowed: whole numbers"),
        (TRUTH.tolist(), "labels of type list were given; allowed: a torch tensor"),
        (TRUTH + 1, "labels from 1 to 4 were given; allowed with 4 classes: 0 to 3"),
        (TRUTH - 1, "labels from -1 to 2 were given"),
    ],
)
def test_labels_of_other_inputs_are_named(measure, labels, words):
    with pytest.raises(ValueError, match=words):
        measure(PROBS, labels)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("classes", [2, 10, 1000])
@of_predictions
def test_probabilities_stored_in_half_precision_pass(measure, dtype, classes):
    logits = 3 * torch.randn(3, 6, classes, generator=torch.Generator().manual_seed(0))
    measure(torch.nn.functional.pad(logits.softmax(-1), (0, 2)).to(dtype))  # two more, so that TRUTH fits


@pytest.mark.parametrize("measure", SCORES, ids=lambda measure: measure.__name__)
@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32])
def test_labels_may_be_stored_in_few_bytes(measure, dtype, as_a_user):
    assert measure(PROBS, TRUTH.to(dtype)).equal(measure(PROBS, TRUTH))


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: measures.disagreement(PROBS), r"labels of shape \(3, 6, 4\) were given; allowed: \(M, N\)"),
        (lambda: measures.disagreement(PROBS[0]), "labels of torch.float32 were given; allowed: whole numbers"),
        (
            lambda: measures.label_difference(LABELS, TRUTH[:1]),
            "reference labels of length 1 were given; allowed: 6",
        ),
        (lambda: measures.label_difference(LABELS, LABELS), r"reference labels of shape \(3, 6\)"),
        (lambda: measures.label_difference(TRUTH, TRUTH), r"labels of shape \(6,\) were given; allowed: \(M, N\)"),
        (lambda: measures.diversity_plane(LABELS, TRUTH[:1], TRUTH), "reference labels of length 1 were given"),
        (
            lambda: measures.diversity_plane(LABELS, TRUTH, TRUTH[:3]),
            "true labels of length 3 were given; allowed: 6",
        ),
        (lambda: measures.cosine_similarity(TRUTH), r"points of shape \(6,\) were given; allowed: \(M, D\)"),
        (
            lambda: measures.cosine_similarity(LABELS),
            "points of torch.int64 were given; allowed: floating-point numbers",
        ),
        (lambda: measures.pairs(PROBS[0]), r"entries of shape \(6, 4\) were given; allowed: \(M, M\)"),
        (lambda: measures.pairs(PROBS[0, 0]), r"entries of shape \(4,\) were given; allowed: \(M, M\)"),
        (lambda: measures.calibration_error(PROBS, TRUTH, 0), "0 bins were given; allowed: 1 or more"),
        (lambda: measures.subsets(3, 2, most=0), "at most 0 ensembles were asked for; allowed: 1 or more"),
        (lambda: measures.independent_errors(TRUTH, 0.7, 4), "accuracies of torch.int64 were given"),
        (lambda: measures.perturbed_reference(0.5, 0.7, 4), "accuracies of type float were given"),
        (lambda: measures.perturbed_family(TRUTH, 0.5, 0.7, 4), "shares of torch.int64 were given"),
        (lambda: measures.fit_exponent(PROBS[0], PROBS[0, 0], 0.7, 4), r"accuracies of shape \(6, 4\) were given"),
        (lambda: measures.fit_exponent(PROBS[0, 0], PROBS[0], 0.7, 4), r"differences of shape \(6, 4\) were given"),
        (
            lambda: measures.fit_exponent(PROBS[0, 0], PROBS[0, 0, :1], 0.7, 4),
            "4 accuracies and 1 differences were given",
        ),
    ],
)
def test_what_a_measure_was_not_made_for_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
