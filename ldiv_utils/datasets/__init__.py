"""Images: loaded, corrupted, shifted; and numbers to fit."""

from . import regression
from .corruptions import corrupt
from .images import augment, facts, load, pixels, register
from .own import from_arrays, from_folder
from .shift import corruption_names, foreign, out_of_distribution, shifted
from .splits import Dataset, Facts, Split, by_content

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
    "from_arrays",
    "from_folder",
    "load",
    "out_of_distribution",
    "pixels",
    "register",
    "regression",
    "shifted",
]
