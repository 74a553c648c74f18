"""Training runs: one or many, their ends, and what one of them can predict with."""

from .along import predictions_along
from .many import train
from .solutions import ends, late_checkpoints, late_points, solution
from .training import Start, reached, run, trajectory, trajectory_from
from .ways import SUBSPACES, WAYS, Sampling, Way, good_random_samples, points_of, train_for

__all__ = [
    "SUBSPACES",
    "WAYS",
    "Sampling",
    "Start",
    "Way",
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
    "train_for",
    "trajectory",
    "trajectory_from",
]
