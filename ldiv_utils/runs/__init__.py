"""Training runs: one or many, their ends, and what one of them can predict with."""

from .many import train
from .solutions import late_checkpoints, solution
from .training import run, trajectory
from .ways import good_random_samples, points_of

__all__ = ["good_random_samples", "late_checkpoints", "points_of", "run", "solution", "train", "trajectory"]
