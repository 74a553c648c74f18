"""Images: loaded, corrupted, shifted."""

from .corruptions import corrupt
from .images import Dataset, Facts, Split, augment, by_content, facts, load, pixels
from .shift import corruption_names, foreign, out_of_distribution, shifted

__all__ = [
    "Dataset",
    "Facts",
    "Split",
    "augment",
    "by_content",
    "corrupt",
    "corruption_names",
    "facts",
    "foreign",
    "load",
    "out_of_distribution",
    "pixels",
    "shifted",
]
