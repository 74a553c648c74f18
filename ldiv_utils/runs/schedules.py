"""Learning rates: what the rate is after so many epochs, whole or in part."""

from math import cos, pi

from ..specs import Spec

STEPS = [(0.9, 0.0005), (0.8, 0.001), (0.6, 0.01), (0.4, 0.1)]  # from which share of the epochs on, what factor


def learning_rate(spec: Spec, epoch: float) -> float:
    """The learning rate of `spec` after `epoch` epochs, 0 ≤ epoch < T, which need not be whole; see `Spec.schedule`.

    `constant`, `halve` and `steps` change between epochs only, `cosine` at every step.
    """
    match spec.schedule:
        case "constant":
            return spec.learning_rate
        case "halve":
            return spec.learning_rate / 2 ** (int(epoch) // 10)
        case "steps":
            done = int(epoch) / spec.epochs
            return spec.learning_rate * next((factor for share, factor in STEPS if done >= share), 1.0)
        case "cosine":
            return spec.learning_rate * (1 + cos(pi * epoch / spec.epochs)) / 2
