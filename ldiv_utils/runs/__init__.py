"""Training runs: one or many, their ends, and what one of them can predict with."""

from .along import predictions_along
from .autoneb import Elastic, band, relaxed
from .beside import beside
from .forks import fork, trunk
from .many import train
from .solutions import ends, late_checkpoints, late_points, solution
from .training import Start, reached, run, trajectory, trajectory_from
from .tunnels import Curve, curve
from .ways import SUBSPACES, WAYS, Sampling, Way, good_random_samples, points_of, train_for

__all__ = [
    "SUBSPACES",
    "WAYS",
    "Curve",
    "Elastic",
    "Sampling",
    "Start",
    "Way",
    "band",
    "beside",
    "curve",
    "ends",
    "fork",
    "good_random_samples",
    "late_checkpoints",
    "late_points",
    "points_of",
    "predictions_along",
    "reached",
    "relaxed",
    "run",
    "solution",
    "train",
    "train_for",
    "trajectory",
    "trajectory_from",
    "trunk",
]
