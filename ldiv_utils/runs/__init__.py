"""Training runs: one or many, their ends, and what one of them can predict with."""

from .along import predictions_along
from .many import train
from .solutions import ends, late_checkpoints, late_points, solution
from .training import Start, reached, run, trajectory, trajectory_from
from .ways import good_random_samples, points_of

__all__ = [
    "Start",
    "ends",
    "good_random_samples",
    "late_checkpoints",
    "late_points",
    "points_of",
    "predictions_along",
    "reached",
    "run",
    "solution",
    "train",
    "trajectory",
    "trajectory_from",
]
