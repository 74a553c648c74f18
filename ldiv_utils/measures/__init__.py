"""Numbers from points, labels and probabilities."""

from .barriers import barrier
from .decompositions import (
    brier_by_size,
    expected_log_gain,
    geometric_mean,
    kullback_leibler,
    log_diversity,
    log_gain,
    pair_diversity,
    uncertainty,
)
from .diversity import cosine_similarity, disagreement, diversity_plane, jensen_shannon, label_difference, pairs
from .ensembles import blocks_of, ensemble, ensemble_scores, standard_error, subsets
from .functions import gaussian_nll, mixture, split_r_hat, wasserstein
from .jackknife import jackknife_error
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
from .temperatures import fitted_temperature
from .widths import half_width

__all__ = [
    "accuracy",
    "barrier",
    "blind_shares",
    "blocks_of",
    "brier",
    "brier_by_size",
    "calibration_error",
    "cosine_similarity",
    "disagreement",
    "disagreement_per_error",
    "diversity_plane",
    "ensemble",
    "ensemble_scores",
    "expected_log_gain",
    "fit_exponent",
    "fitted_temperature",
    "gaussian_nll",
    "geometric_mean",
    "half_width",
    "independent_errors",
    "jackknife_error",
    "jensen_shannon",
    "kullback_leibler",
    "label_difference",
    "log_diversity",
    "log_gain",
    "log_likelihood",
    "mixture",
    "pair_diversity",
    "pairs",
    "perturbed_family",
    "perturbed_reference",
    "split_r_hat",
    "standard_error",
    "subsets",
    "uncertainty",
    "unrelated_shares",
    "wasserstein",
]
