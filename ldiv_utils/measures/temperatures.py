"""The temperature that makes predictions as likely as they can be, fitted on images that judge nothing."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .checks import check_predictions

TEMPERATURES = 2 ** torch.linspace(-2, 3, 101, dtype=torch.float64)  # neighbours differ by 3.5 %


def fitted_temperature(probs: Float[Tensor, "N C"], labels: Int[Tensor, " N"]) -> float:
    """The T, of `TEMPERATURES`, whose p^(1/T), normalised again, gives N labels the best log-likelihood.

    The log-likelihood is concave in 1/T, so there is one best. The labels must be those of held-out images: an image
    that chose its own temperature would flatter it. Raises ValueError unless each of the N inputs has a label.
    Source: Guo et al. (2017), "On calibration of modern neural networks", section 4; Ashukha et al. (2020).
    """
    check_predictions(probs[None], labels)
    logs = probs.double().clamp_min(1e-30).log()
    truth = logs.gather(1, labels.long()[:, None])[:, 0]
    reached = (truth / TEMPERATURES[:, None] - (logs / TEMPERATURES[:, None, None]).logsumexp(2)).mean(1)
    return TEMPERATURES[reached.argmax()].item()
