"""Training runs: one or many, their ends, and what one of them can predict with."""

from .along import predictions_along
from .autoneb import Elastic, band, relaxed
from .beside import beside
from .connectors import Join, connector, hub, simplex
from .cycles import Cycle, cyclic_rates, snapshots, taken_after
from .forks import fork, trunk
from .hyperplanes import Hyperplanes
from .many import train
from .sampling import Chain, move, samples, walk
from .solutions import ends, late_checkpoints, late_points, solution
from .tails import Tail, tail
from .training import Start, reached, run, trajectory, trajectory_from
from .tunnels import Curve, bends, curve
from .ways import SUBSPACES, WAYS, Sampling, Way, good_random_samples, points_of, train_for

__all__ = [
    "SUBSPACES",
    "WAYS",
    "Chain",
    "Curve",
    "Cycle",
    "Elastic",
    "Hyperplanes",
    "Join",
    "Sampling",
    "Start",
    "Tail",
    "Way",
    "band",
    "bends",
    "beside",
    "connector",
    "curve",
    "cyclic_rates",
    "ends",
    "fork",
    "good_random_samples",
    "hub",
    "late_checkpoints",
    "late_points",
    "move",
    "points_of",
    "predictions_along",
    "reached",
    "relaxed",
    "run",
    "samples",
    "simplex",
    "snapshots",
    "solution",
    "tail",
    "taken_after",
    "train",
    "train_for",
    "trajectory",
    "trajectory_from",
    "trunk",
    "walk",
]
