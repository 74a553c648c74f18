"""The chapters without their solutions.

A page is read by the site's own parser: a fence is three or more backticks, tildes or colons, and holds whatever stands
before its equal. A solution is one directive, `{solution}`, or all from `{solution-start}` to `{solution-end}`.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

CONFIG = Path(__file__).resolve().parent.parent / "_config.yml"
ANSWER = ["```{code-cell} ipython3", "# your answer", "```"]
LITERAL = {"code-cell", "code-block", "code", "math", "raw"}  # what looks like a fence in these is none
LEFT = re.compile(r"\{solution|\.\. solution")


class Unreadable(ValueError):
    """A page whose solutions cannot be told from the rest."""


@dataclass(frozen=True)
class Fence:
    """A fenced block: first line and the line after its last (from 0), its directive, whether it is inside another."""

    first: int
    end: int
    directive: str
    nested: bool


def without_solutions(text: str, name: str) -> str:
    """The page with an empty code cell in place of each solution.

    Raises Unreadable, with the page's name and a line, where a fence or a gate lacks its other end, where a solution
    does not stand by itself, and where one would be left.
    """
    lines, spans, gate = text.split("\n"), [], None
    for fence in fences(text, name):
        if not fence.directive.startswith("solution"):
            continue
        if fence.nested or (gate is not None and fence.directive != "solution-end"):
            raise Unreadable(f"{name}, line {fence.first + 1}: a solution stands inside something else; end that first")
        if fence.directive == "solution-start":
            gate = fence.first
        elif fence.directive == "solution":
            spans.append((fence.first, fence.end))
        elif gate is None:
            raise Unreadable(
                f"{name}, line {fence.first + 1}: {{{fence.directive}}} without {{solution-start}} before it"
            )
        else:
            spans.append((gate, fence.end))
            gate = None
    if gate is not None:
        raise Unreadable(f"{name}, line {gate + 1}: {{solution-start}} without {{solution-end}} after it")
    kept, done = [], 0
    for first, end in [*spans, (len(lines), len(lines))]:
        if left := [i for i in range(done, first) if LEFT.search(lines[i])]:
            raise Unreadable(f"{name}, line {left[0] + 1}: a solution that is no directive of its own would be left")
        kept += lines[done:first] + (ANSWER if first < end else [])
        done = end
    return "\n".join(kept)


def fences(text: str, name: str, before: int = 0, nested: bool = False) -> Iterator[Fence]:
    """Every fenced block, in order, with those inside directives; Unreadable where one is not closed.

    `before` lines of the page come before the text.
    """
    lines = text.split("\n")
    for token in _parser().parse(text + "\n"):
        if token.type not in ("fence", "colon_fence"):
            continue
        first, end = token.map
        closing = rf"[\s>]*{re.escape(token.markup[0])}{{{len(token.markup)},}}\s*"
        if end - 1 == first or not re.fullmatch(closing, lines[end - 1] if end <= len(lines) else ""):
            raise Unreadable(f"{name}, line {before + first + 1}: the fence {token.markup}{token.info} is not closed")
        directive = re.match(r"\s*\{([^\s}]+)\}", token.info)
        kind = directive[1].lower() if directive else ""
        inside = nested or token.level > 0
        yield Fence(before + first, before + end, kind, inside)
        if kind and kind not in LITERAL:
            yield from fences(token.content, name, before + first + 1, nested=True)


@functools.cache
def _parser() -> MarkdownIt:
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    extensions = set(settings["parse"]["myst_enable_extensions"])
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)
