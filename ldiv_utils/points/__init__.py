"""Batches of points, (M, D): samples around a solution, places on a plane."""

from .alignment import permute
from .connectors import hull_directions, spokes
from .curves import CURVES, arc_length, bezier, polychain, segment
from .directions import along, axis, normalised, random_direction
from .families import FAMILIES, Family, draw, even_scales
from .mixtures import lattice, mixture_gradient, visited
from .planes import Plane, filter_normalised, grid, plane_through, radial_plane
from .simplexes import inside, squared_volume
from .soups import greedy
from .subspaces import (
    diagonal_samples,
    dropout_samples,
    late,
    low_rank_samples,
    mean_point,
    principal_components,
    random_samples,
)
from .swag import PARTS, Part, Swag, swag, swag_samples
from .twins import octaves, scaled_channels, scaled_layers, unit_channels
from .wedges import crossing, wedge_descent, wedge_gradient, wedge_loss

__all__ = [
    "CURVES",
    "FAMILIES",
    "PARTS",
    "Family",
    "Part",
    "Plane",
    "Swag",
    "along",
    "arc_length",
    "axis",
    "bezier",
    "crossing",
    "diagonal_samples",
    "draw",
    "dropout_samples",
    "even_scales",
    "filter_normalised",
    "greedy",
    "grid",
    "hull_directions",
    "inside",
    "late",
    "lattice",
    "low_rank_samples",
    "mean_point",
    "mixture_gradient",
    "normalised",
    "octaves",
    "permute",
    "plane_through",
    "polychain",
    "principal_components",
    "radial_plane",
    "random_direction",
    "random_samples",
    "scaled_channels",
    "scaled_layers",
    "segment",
    "spokes",
    "squared_volume",
    "swag",
    "swag_samples",
    "unit_channels",
    "visited",
    "wedge_descent",
    "wedge_gradient",
    "wedge_loss",
]
