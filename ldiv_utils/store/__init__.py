"""Keeps what was costly: results named by what decides them, found again, or computed once."""

from .files import Damaged
from .memo import Result, stored

__all__ = ["Damaged", "Result", "stored"]
