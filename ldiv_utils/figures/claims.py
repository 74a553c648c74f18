"""The paper's claims about its figures, and whether they hold here."""

from dataclasses import dataclass

from torch import Tensor

from .tables import table


@dataclass(frozen=True)
class Claim:
    """One claim about a figure: what it says, the paper's figure, ours, and whether it holds here."""

    claim: str
    paper: str
    ours: str
    holds: bool


class Claims(list[Claim]):
    """The claims of a chapter, shown as a table whose last column is the verdict."""

    def add(self, claim: str, paper: str, ours: str, holds: Tensor | bool) -> None:
        """Append one claim."""
        self.append(Claim(claim, paper, ours, bool(holds)))

    def rows(self) -> list[tuple[str, str, str, str]]:
        return [(c.claim, c.paper, c.ours, "holds" if c.holds else "does not hold") for c in self]

    def _repr_markdown_(self) -> str:
        return table(["claim", "paper", "ours", "verdict"], self.rows())

    def __repr__(self) -> str:
        return "\n".join(
            f"{claim} [paper: {paper}; ours: {ours}] {verdict}" for claim, paper, ours, verdict in self.rows()
        )
