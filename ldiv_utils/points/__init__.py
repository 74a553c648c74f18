"""Batches of points, (M, D): samples around a solution, places on a plane."""

from .alignment import permute
from .curves import CURVES, arc_length, bezier, polychain, segment
from .families import FAMILIES, Family, draw, even_scales
from .planes import Plane, filter_normalised, grid, plane_through, radial_plane
from .subspaces import (
    diagonal_samples,
    dropout_samples,
    late,
    low_rank_samples,
    mean_point,
    principal_components,
    random_samples,
)

__all__ = [
    "CURVES",
    "FAMILIES",
    "Family",
    "Plane",
    "arc_length",
    "bezier",
    "diagonal_samples",
    "draw",
    "dropout_samples",
    "even_scales",
    "filter_normalised",
    "grid",
    "late",
    "low_rank_samples",
    "mean_point",
    "permute",
    "plane_through",
    "polychain",
    "principal_components",
    "radial_plane",
    "random_samples",
    "segment",
]
