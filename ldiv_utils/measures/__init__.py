"""Numbers from points, labels and probabilities."""

from .barriers import barrier
from .diversity import cosine_similarity, disagreement, diversity_plane, jensen_shannon, label_difference, pairs
from .ensembles import blocks_of, ensemble, ensemble_scores, standard_error, subsets
from .limits import (
    blind_shares,
    fit_exponent,
    independent_errors,
    perturbed_family,
    perturbed_reference,
    unrelated_shares,
)
from .metrics import accuracy, brier, calibration_error, log_likelihood
from .per_error import disagreement_per_error
from .widths import half_width

__all__ = [
    "accuracy",
    "barrier",
    "blind_shares",
    "blocks_of",
    "brier",
    "calibration_error",
    "cosine_similarity",
    "disagreement",
    "disagreement_per_error",
    "diversity_plane",
    "ensemble",
    "ensemble_scores",
    "fit_exponent",
    "half_width",
    "independent_errors",
    "jensen_shannon",
    "label_difference",
    "log_likelihood",
    "pairs",
    "perturbed_family",
    "perturbed_reference",
    "standard_error",
    "subsets",
    "unrelated_shares",
]
