"""What averaging M predictions gains, and what of an average's uncertainty its members share: identities.

Each is exact for any networks whatever. A class may be given no chance at all: 0 ln 0 is 0, and a divergence from a
prediction that excludes a class is infinite. Computed in float64. Each raises ValueError if the predictions are no
probabilities.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .checks import check_predictions
from .metrics import log_likelihood


def pair_diversity(probs: Float[Tensor, "M N C"]) -> Float[Tensor, ""]:
    r"""V: half the mean squared distance ‖p_i − p_j‖² of two different of M members, mean over N inputs; in [0, 1].

    (1/(M − 1)) Σ_m ‖p_m − p̄‖², so M/(M − 1) times the members' mean squared distance from their mean.
    Raises ValueError also for less than two members.
    Source: Krogh and Vedelsby (1995).
    """
    check_predictions(probs)
    if len(probs) < 2:
        raise ValueError("one network was given; allowed: two or more, to differ")
    return probs.double().var(0).sum(-1).mean()


def brier_by_size(
    one: Float[Tensor, "*n"] | float, diversity: Float[Tensor, "*n"] | float, size: int
) -> Float[Tensor, "*n"] | float:
    r"""B_k: expected Brier score of k members drawn from a pool, from its mean member's B_1 and its `pair_diversity` V.

    B_k = B_1 − (1 − 1/k) V.
    """
    return one - (1 - 1 / size) * diversity


def geometric_mean(probs: Float[Tensor, "M N C"]) -> Float[Tensor, "N C"]:
    r"""The normalised geometric mean g of M predictions, g_c ∝ exp((1/M) Σ_m ln p_mc): the softmax of the mean logits.

    Raises ValueError also where the members exclude every class between them, so that nothing is left to normalise.
    """
    check_predictions(probs)
    logs = probs.double().log().mean(0)
    if logs.isinf().all(-1).any():
        raise ValueError("members that exclude every class were given; allowed: a class to which each gives a chance")
    return logs.softmax(-1)


def log_diversity(probs: Float[Tensor, "M N C"]) -> Float[Tensor, ""]:
    r"""(1/M) Σ_m KL(g ‖ p_m) in nats, g the `geometric_mean`, mean over N inputs: by how much its log-likelihood gains.

    Source: Wood et al. (2023), "A unified theory of diversity in ensemble learning".
    """
    return kullback_leibler(geometric_mean(probs), probs).mean()


def log_gain(probs: Float[Tensor, "M N C"], labels: Int[Tensor, " N"]) -> Float[Tensor, ""]:
    r"""ln p̄_y − (1/M) Σ_m ln p_my in nats, mean over N inputs: by how much the arithmetic mean's log-likelihood gains.

    At least 0 (Jensen), and it hangs on the labels.
    """
    probs = probs.double()
    return log_likelihood(probs.mean(0, keepdim=True), labels)[0] - log_likelihood(probs, labels).mean()


def expected_log_gain(probs: Float[Tensor, "M N C"]) -> Float[Tensor, ""]:
    r"""(1/M) Σ_m KL(p̄ ‖ p_m) in nats, mean over N inputs: `log_gain` on average over labels drawn from p̄.

    The Jensen–Shannon divergence is the other direction, KL(p_m ‖ p̄).
    """
    check_predictions(probs)
    return kullback_leibler(probs.double().mean(0), probs).mean()


def uncertainty(probs: Float[Tensor, "M N C"]) -> dict[str, Float[Tensor, " N"]]:
    r"""Of M networks on each of N inputs, in nats: "total" H(p̄), "within" (1/M) Σ_m H(p_m), "between" their difference.

    The latter is the Jensen–Shannon divergence, or mutual information of label and member; in [0, ln M].
    """
    check_predictions(probs)
    probs = probs.double()
    total, within = _entropy(probs.mean(0)), _entropy(probs).mean(0)
    return {"total": total, "within": within, "between": (total - within).clamp_min(0)}


def kullback_leibler(p: Float[Tensor, "*n C"], q: Float[Tensor, "*m C"]) -> Float[Tensor, "*m"]:
    r"""KL(p ‖ q) = Σ_c p_c ln(p_c / q_c) in nats, of one p or of as many; infinite where q excludes what p does not."""
    p, q = p.double(), q.double()
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1)


def _entropy(probs: Float[Tensor, "*n C"]) -> Float[Tensor, "*n"]:
    return -torch.xlogy(probs, probs).sum(-1)
