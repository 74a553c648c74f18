"""Networks, and the way between a network and a point."""

from .architectures import network
from .point import calibrate, from_point, initial_point, logits, size, to_point

__all__ = ["calibrate", "from_point", "initial_point", "logits", "network", "size", "to_point"]
