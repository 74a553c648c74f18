"""What the boxes at the chapters' heads ask: what was measured is something that a reader may say."""

import json
import re

import build
import guess
import nbformat
import pytest
import torch

from ldiv_utils import figures
from ldiv_utils.figures import guesses
from ldiv_utils.figures.claims import GUESS


def test_a_number_is_shown_with_its_digits():
    told = guesses.number("share", torch.tensor(0.3049))
    assert told == {"kind": "number", "asks": "share", "measured": "0.30", "low": 0, "high": 1}
    assert guesses.number("images", torch.tensor(154.2), 0, 500, digits=0)["measured"] == "154"


def test_a_sketch_has_a_value_at_each_place():
    told = guesses.sketch("accuracy", "t", [0.1, 0.3], torch.tensor([0.123, 0.75]))
    assert (told["xs"], told["measured"]) == ([0.1, 0.3], [0.12, 0.75])


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: guesses.number("share", 1.5), "1.5 was measured; allowed: 0 to 1"),
        (lambda: guesses.number("share", float("nan")), "nan was measured; allowed: 0 to 1"),
        (lambda: guesses.choice("which", ("this", "that"), "other"), "'other' was measured; allowed: this, that"),
        (lambda: guesses.sketch("curve", "t", [1, 2, 3], [0.1, 0.2]), "2 values at 3 places were given"),
        (lambda: guesses.sketch("curve", "t", [2, 1], [0.1, 0.2]), "allowed: one at each, places rising"),
        (lambda: guesses.sketch("curve", "t", [1, 2], [0.1, 1.2]), "1.2 was measured; allowed: 0 to 1"),
    ],
)
def test_what_no_reader_can_say_is_refused(ask, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ask()


def test_a_guess_travels_beside_the_table_with_its_row():
    claims = figures.Claims()
    claims.add("a", "small", "0.1", True)
    assert claims._repr_mimebundle_() == {}
    claims.add("b", "small", "0.2", True, guesses.choice("which", ("this", "that"), "this"))
    (told,) = map(json.loads, claims._repr_mimebundle_().values())
    assert told == {"row": 1, "kind": "choice", "asks": "which", "measured": "this", "options": ["this", "that"]}
    assert GUESS not in claims._repr_markdown_() + repr(claims)
    with pytest.raises(ValueError, match="a second guess was given, 'again'; allowed: one"):
        claims.add("c", "small", "0.3", True, guesses.number("again", 0.5))


@pytest.mark.parametrize("path", sorted(build.BOOK.glob("0*.ipynb")), ids=lambda path: path.stem)
def test_every_chapter_asks_and_answers(path):
    told = json.loads(guess.guess_of(path))
    boxes = [cell.source for cell in nbformat.read(path, as_version=4).cells if ":class: hint guess" in cell.source]
    assert len(boxes) == 1
    assert told["kind"] in ("number", "choice", "sketch")
