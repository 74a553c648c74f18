"""Numbers from points, labels and probabilities."""

from .diversity import cosine_similarity, disagreement, diversity_plane, jensen_shannon, label_difference, pairs
from .ensembles import ensemble, ensemble_scores, subsets
from .limits import fit_exponent, independent_errors, perturbed_family, perturbed_reference
from .metrics import accuracy, brier, calibration_error, log_likelihood

__all__ = [
    "accuracy",
    "brier",
    "calibration_error",
    "cosine_similarity",
    "disagreement",
    "diversity_plane",
    "ensemble",
    "ensemble_scores",
    "fit_exponent",
    "independent_errors",
    "jensen_shannon",
    "label_difference",
    "log_likelihood",
    "pairs",
    "perturbed_family",
    "perturbed_reference",
    "subsets",
]
