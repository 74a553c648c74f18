"""Along the ray from the origin through an optimum: which scale of the weights keeps the labels.

Source: Fort et al. (2020), section 4; figure 5. Garipov et al. (2018), appendix A.8.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..datasets import facts
from ..networks import from_point, network
from ..runs import ends
from ..specs import Spec
from ..store import stored
from .radial import measurements


def scaled_by_layer(net: nn.Module, theta: Float[Tensor, " D"], t: float | int) -> Float[Tensor, " D"]:
    """All weights times t, the bias of layer i times tⁱ: of L layers of ReLU, all logits times tᴸ for t > 0.

    Source: Garipov et al. (2018), appendix A.8.
    """
    layer, parts = 0, []
    for name, values in from_point(net, theta).items():
        layer += name.endswith("weight")  # the bias of a layer follows its weights
        parts.append(values.flatten() * t ** (layer if name.endswith("bias") else 1))
    return torch.cat(parts)


@stored()
def ray(specs: Sequence[Spec], run: int, ts: Sequence[float], inputs: int) -> dict[str, Tensor]:
    """Along t θ of one of two optima, for T factors t and on the first N test images, (T,): `accuracy`, `loss` (nats),
    `agreement` with the optimum, and agreement when scaled `by_layer`."""
    theta = ends(specs)[run]
    data = facts(specs[0].dataset)
    net = network(specs[0].architecture, data.shape, data.classes)
    plain = measurements(specs, (t * theta for t in ts), "test", inputs)
    layered = (scaled_by_layer(net, theta, t) for t in ts)
    layered = measurements(specs, layered, "test", inputs, "float32")
    agreement = f"agreement_{run + 1}"
    return {
        "accuracy": plain["accuracy"],
        "loss": plain["loss"],
        "agreement": plain[agreement],
        "by_layer": layered[agreement],
    }
