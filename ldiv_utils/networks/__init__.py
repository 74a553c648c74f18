"""Networks, and the way between a network and a point."""

from .architectures import network, register
from .point import batch_norm_scales, calibrate, from_point, initial_point, logits, size, to_point

__all__ = [
    "batch_norm_scales",
    "calibrate",
    "from_point",
    "initial_point",
    "logits",
    "network",
    "register",
    "size",
    "to_point",
]
