"""The paper's claims about its figures, and whether they hold here."""

import json
from dataclasses import dataclass

from torch import Tensor

from .guesses import Guess
from .tables import table

GUESS = "application/vnd.ldiv.guess"  # read by the site; every other viewer passes it over


@dataclass(frozen=True)
class Claim:
    """One claim about a figure: what it says, the paper's figure, ours, whether it holds here; the guess it answers."""

    claim: str
    paper: str
    ours: str
    holds: bool
    guess: Guess | None = None


class Claims(list[Claim]):
    """The claims of a chapter, shown as a table whose last column is the verdict."""

    def add(self, claim: str, paper: str, ours: str, holds: Tensor | bool, guess: Guess | None = None) -> None:
        """Append one claim; at most one of a chapter answers the guess of its first box."""
        if guess and any(c.guess for c in self):
            raise ValueError(f"a second guess was given, {guess['asks']!r}; allowed: one, as a chapter has one box")
        self.append(Claim(claim, paper, ours, bool(holds), guess))

    def rows(self) -> list[tuple[str, str, str, str]]:
        return [(c.claim, c.paper, c.ours, "holds" if c.holds else "does not hold") for c in self]

    def _repr_markdown_(self) -> str:
        return table(["claim", "paper", "ours", "verdict"], self.rows())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Beside the table: what is guessed, and in which row it is answered. A text, since nbval compares texts."""
        asked = [{"row": row, **c.guess} for row, c in enumerate(self) if c.guess]
        return {GUESS: json.dumps(*asked, ensure_ascii=False)} if asked else {}

    def __repr__(self) -> str:
        return "\n".join(
            f"{claim} [paper: {paper}; ours: {ours}] {verdict}" for claim, paper, ours, verdict in self.rows()
        )
