"""Colours for words: each reads on the page, white or dark, with a contrast of at least 4.5.

No colour does so on both grounds as drawn. So the site brightens its figures on the dark one (`book.css`).
Source: Web Content Accessibility Guidelines 2.2, 1.4.3 and the definition of relative luminance.
"""

import numpy as np
from matplotlib.colors import to_hex, to_rgb

GREY = "#757575"  # of axes and words (`ldiv.mplstyle`), and of what is the run itself


def luminance(colour: str) -> float:
    """How light a colour is, from 0 (black) to 1 (white)."""
    return float(np.dot((0.2126, 0.7152, 0.0722), _linear(colour)))


def contrast(colour: str, ground: str) -> float:
    """Between two colours, from 1 (alike) to 21 (black and white)."""
    dark, light = sorted((luminance(colour), luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def ink(colour: str) -> str:
    """The colour for words about a thing of this colour: its hue, as light as `GREY`."""
    linear = _linear(colour) * luminance(GREY) / luminance(colour)
    return to_hex(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def _linear(colour: str) -> np.ndarray:
    """Red, green and blue as amounts of light."""
    shown = np.array(to_rgb(colour))
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
