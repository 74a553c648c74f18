"""The grounds that a page gives its figures, and the words of a figure that are too faint or too small on one."""

import re
from importlib.util import find_spec
from pathlib import Path

import build
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from ldiv_utils.figures.inks import contrast

THEME = Path(find_spec("sphinx_book_theme").origin).parent
STYLES = THEME / "theme/sphinx_book_theme/static/styles/sphinx-book-theme.css"
DARK = re.search(r'\[data-theme="?dark"?\]\{[^}]*--pst-color-background:(#\w+)', STYLES.read_text(encoding="utf-8"))[1]
BOOK_CSS = (build.BOOK / "_static" / "book.css").read_text(encoding="utf-8")
BRIGHTER = float(re.search(r"filter: brightness\(([\d.]+)\)", BOOK_CSS)[1])
LEAST = 4.5  # of text of any size: Web Content Accessibility Guidelines 2.2, 1.4.3
POINTS = 10  # which are 8 pixels on a phone: see test_figures_fit_a_phone in tests/test_book.py


def brightened(colour: str) -> str:
    """As the dark theme shows it."""
    return to_hex([min(1, BRIGHTER * part) for part in to_rgb(colour)])


def contrasts(colour: str, filled: str | None = None) -> tuple[float, float]:
    """With the page in the light and in the dark theme, or with what the figure itself has behind the word."""
    grounds = ("#ffffff", DARK) if filled is None else (filled, brightened(filled))
    return contrast(colour, grounds[0]), contrast(brightened(colour), grounds[1])


def hard_to_read(figure: Figure) -> list[str]:
    """Each word that is fainter than `LEAST` on a ground or smaller than `POINTS`; one with an outline is not faint."""
    figure.draw_without_rendering()
    found = []
    for word in figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_text().strip()):
        faint = min(contrasts(to_hex(word.get_color()), _behind(word))) < LEAST and not word.get_path_effects()
        if word.get_visible() and (faint or word.get_fontsize() < POINTS):
            found.append(f"{word.get_text()}: {to_hex(word.get_color())}, {word.get_fontsize():g} points")
    return found


def _behind(word: Text) -> str | None:
    """The colour of the filled patch of the axes on which a word stands, if it stands on one."""
    box = word.get_window_extent()
    middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    for patch in reversed(word.axes.patches if word.axes else []):
        if patch.get_window_extent().contains(*middle) and patch.get_facecolor()[3] > 0 and patch.get_fill():
            return to_hex(patch.get_facecolor())
    return None
