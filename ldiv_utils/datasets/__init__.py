"""Images: loaded, corrupted, shifted."""

from .corruptions import corrupt
from .images import Dataset, Split, augment, by_content, load, pixels
from .shift import corruption_names, foreign, out_of_distribution, shifted

__all__ = [
    "Dataset",
    "Split",
    "augment",
    "by_content",
    "corrupt",
    "corruption_names",
    "foreign",
    "load",
    "out_of_distribution",
    "pixels",
    "shifted",
]
