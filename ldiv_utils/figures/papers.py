"""Numbers that the papers print, or that were read off their pictures."""

import tomllib
from pathlib import Path

from ..specs import known

NUMBERS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def paper(where: str) -> dict:
    """What the paper has there, such as `figure 6`: its numbers by name, with their `source` and reading `error`."""
    known("place", where, NUMBERS)
    return NUMBERS[where]


def clean(curves: dict) -> dict:
    """The same tables with the first number of each curve alone: of figure 9, what holds on clean images."""
    return {
        name: clean(value) if isinstance(value, dict) else value[0] if isinstance(value, list) else value
        for name, value in curves.items()
    }
