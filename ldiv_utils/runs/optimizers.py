"""Steps of Adam and of gradient descent, by torch's fused kernels: `torch.optim` itself takes seconds to set up."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.sgd import sgd

from ..specs import Spec

BETAS, EPSILON = (0.9, 0.999), 1e-8  # Adam's usual ones, which the authors' code leaves as they are


def state_of(spec: Spec, theta: Float[Tensor, " D"], remembered: dict[str, Tensor]) -> dict[str, Tensor]:
    """What the optimiser of `spec` remembers at `theta`, a copy there; from the beginning if that is nothing.

    Of Adam: `step`, (), how many steps it has made; `exp_avg` and `exp_avg_sq`, (D,), the running means of the
    gradient and of its square. Of gradient descent: nothing.

    Raises ValueError for another optimiser's memory, or another point's.
    """
    shapes = {"step": (), "exp_avg": theta.shape, "exp_avg_sq": theta.shape} if spec.optimizer == "adam" else {}
    if remembered and (given := {name: tuple(t.shape) for name, t in remembered.items()}) != shapes:
        allowed = {name: tuple(shape) for name, shape in shapes.items()} or "nothing"
        raise ValueError(f"the optimiser is to remember {given}; allowed for {spec.optimizer!r}: {allowed}")
    if remembered:
        return {name: t.detach().to(theta.device, copy=True) for name, t in remembered.items()}
    return {name: torch.zeros(shape, device=theta.device) for name, shape in shapes.items()}


def step(spec: Spec, theta: Tensor, gradient: Tensor, state: dict[str, Tensor], rate: float) -> None:
    """Move `theta`, (D,), by one step against its gradient, in place; `state` takes note."""
    rest = {"weight_decay": 0.0, "maximize": False, "fused": True}
    if spec.optimizer == "adam":
        first, second = [state["exp_avg"]], [state["exp_avg_sq"]]
        rest |= {"beta1": BETAS[0], "beta2": BETAS[1], "eps": EPSILON, "amsgrad": False}
        adam([theta], [gradient], first, second, [], [state["step"]], lr=rate, **rest)
    else:
        sgd([theta], [gradient], [None], lr=rate, momentum=0.0, dampening=0.0, nesterov=False, **rest)
