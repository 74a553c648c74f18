"""What a reader sees: drawings, surfaces, tables, and whether the paper's claims hold."""

from . import guesses
from .claims import Claim, Claims
from .interactive import surface
from .papers import clean, paper
from .tables import NAMES, Text, costs, describe, settings, source, spread, table

__all__ = [
    "NAMES",
    "Claim",
    "Claims",
    "Text",
    "clean",
    "costs",
    "describe",
    "guesses",
    "paper",
    "settings",
    "source",
    "spread",
    "surface",
    "table",
]
