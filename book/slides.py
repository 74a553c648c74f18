"""Slides for each chapter, from its committed notebook: nothing is written for them by hand.

A deck is one file that asks no other host for anything: its figures and MathJax are in it. It holds the question, the
box to predict in, every figure with its caption, every equation that has a name with the sentence that leads to it, the
claims, what was learnt, and the exercises' titles. How to read a figure and what it shows is its note, for the key n.
"""

import html
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from string import Template

import lab
import nbformat
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

TEMPLATE = Path(__file__).with_suffix(".html")
PREDICT = re.compile(r"^(`{3,})\{admonition\} Before you run it\n(?::[^\n]*\n)*\n*(?P<predict>.*?)^\1 *$", re.M | re.S)
EQUATION = re.compile(r"^\$\$(?P<equation>(?:(?!\$\$).)*)\$\$ *\([\w-]+\)$", re.M | re.S)
HOW = re.compile(r"^(`{3,})\{admonition\} How to read[^\n]*\n(?::[^\n]*\n)*\n*(.*?)^\1 *$", re.M | re.S)
TO_HOW = re.compile(r" *(?:\(\{ref\}`how to read[^`]*`\)|\{ref\}`How to read[^`]*`\.)")  # which a slide has in its note
HEADING = re.compile(r"^##+ (?P<heading>.+)$", re.M)
FENCE = re.compile(r"^(`{3,})\{.*?^\1 *$|^\([\w-]+\)=$", re.M | re.S)
LINK = re.compile(r"\[([^\]]*)\]\((?:https?:[^)]*)?\)")
MATH = re.compile(r'<span class="math inline">(.*?)</span>|<div class="math block">\n?(.*?)</div>', re.S)
SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z*$“])")
LEANS = re.compile(r"(So|Then|And|It|This)\b|(\S+ ?){1,8}$")  # a sentence that needs the one before it


@dataclass(frozen=True)
class Slide:
    """One slide: its kind, the section that it is from, and what it shows and notes in Markdown; an image in base64."""

    kind: str
    heading: str
    text: str
    image: str = ""
    alt: str = ""
    note: str = ""


def slides(notebook: Path, targets: dict[str, tuple[str, str]]) -> list[Slide]:
    """The slides of a chapter, in the order of its page, up to its exercises."""
    cells = nbformat.read(notebook, as_version=4).cells
    names = {label: (name, "") for label, (name, _) in targets.items()}

    def said(text: str) -> str:
        """The text on one page of its own: what it refers to by name, and no link."""
        return LINK.sub(r"\1", lab.plain(text, "elsewhere", names)).strip()

    _, title, opening = re.split(r"^# (.+)$", cells[0].source, maxsplit=1, flags=re.M)
    found = [Slide("title", "", f"# {said(title)}\n\n{said(opening[: _first(opening, FENCE, HEADING)])}")]
    heading = ""
    for i, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            text, exercises, _ = cell.source.partition("\n## Exercises\n")
            for slide in _in_text(text, heading):
                heading = slide.heading
                if slide.kind:
                    found.append(Slide(slide.kind, heading, said(slide.text)))
            if exercises or text.startswith("## Exercises\n"):
                break
        elif caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            name = cell.metadata["mystnb"]["figure"].get("name")
            number = f"**{names[name][0]}** " if name else ""
            alt = cell.metadata["mystnb"].get("image", {}).get("alt", "")
            text = number + said(TO_HOW.sub("", caption))
            found.append(Slide("figure", heading, text, _png(cell), alt, said(_note(cells, i))))
        elif "nbval-check-output" in cell.metadata.get("tags", []):
            tables = [output.get("data", {}).get("text/markdown", "") for output in cell.outputs]
            found += [Slide("claims", heading, said(table)) for table in tables if "| verdict |" in table]
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    if titles := [f"- {said(title)}" for title, _ in lab.EXERCISE.findall(text)]:
        found.append(Slide("exercises", "Exercises", "\n".join(titles)))
    return found


def _in_text(text: str, heading: str) -> Iterator[Slide]:
    """The box to predict in, the equations with a name, what was learnt; of each heading a slide without a kind."""
    pieces = sorted(
        (match for pattern in (HEADING, PREDICT, EQUATION) for match in pattern.finditer(text)),
        key=lambda match: match.start(),
    )
    for match, following in zip_longest(pieces, pieces[1:]):
        what = match.groupdict()
        if "heading" in what:
            heading = what["heading"]
            kind = "learnt" if heading == "What we learnt" else ""
            yield Slide(kind, heading, text[match.end() : following and following.start()] if kind else "")
        elif "predict" in what:
            yield Slide("predict", "Before you run it", what["predict"])
            yield Slide("", heading, "")
        else:
            sentence = _sentence(text[: match.start()].rstrip().rpartition("\n\n")[2])
            yield Slide("equation", heading, f"{sentence}\n\n$$\n{what['equation'].strip()}\n$$")


def _sentence(paragraph: str) -> str:
    """Its last sentence, with those before it while that is short; none of a paragraph that is a formula itself."""
    if paragraph.startswith("$$"):
        return ""
    *before, last = SENTENCE.split(" ".join(paragraph.split()))
    while before and LEANS.match(last):
        last = f"{before.pop()} {last}"
    return last


def _first(text: str, *patterns: re.Pattern) -> int:
    return min((match.start() for pattern in patterns if (match := pattern.search(text))), default=len(text))


def _note(cells: Sequence[nbformat.NotebookNode], figure: int) -> str:
    """Of the figure in a cell: how to read it, from a box beside it, and what is said of it in its section."""
    beside = [cells[i].source for i in (figure - 1, figure + 1) if cells[i].cell_type == "markdown"]
    note = [match[2].strip() for text in beside for match in HOW.finditer(text)]
    for cell in cells[figure + 1 :]:
        if "figure" in cell.metadata.get("mystnb", {}):
            break
        text, heading, _ = cell.source.partition("\n## ") if cell.cell_type == "markdown" else ("", "", "")
        said = [one.strip() for one in FENCE.sub("", text).split("\n\n") if one.strip().endswith(".")]
        if said and not text.startswith("#"):
            return "\n\n".join([*note, said[0]])
        if heading or text.startswith("#"):
            break
    return "\n\n".join(note)


def _png(cell: nbformat.NotebookNode) -> str:
    images = [output.get("data", {}).get("image/png", "") for output in cell.outputs]
    return "".join("".join(filter(None, images)).split())


def deck(title: str, found: Sequence[Slide]) -> str:
    """The page of these slides."""
    sections = [_section(i, slide, title) for i, slide in enumerate(found, 1)]
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(title=html.escape(title), slides="\n".join(sections), mathjax=_mathjax())


def _section(number: int, slide: Slide, title: str) -> str:
    heading = f"<h2>{_html(slide.heading, inline=True)}</h2>" if slide.heading else ""
    foot = html.escape("The loss landscape of deep ensembles" if slide.kind == "title" else title)
    body = _html(slide.text).replace("<td>does not hold</td>", '<td class="fails">does not hold</td>')
    if slide.kind == "figure":
        body = _image(slide) + body
    note = f"<aside>{_html(slide.note)}</aside>" if slide.note else ""
    return f'<section id="{number}" class="{slide.kind}" data-foot="{foot}">{heading}{body}{note}</section>'


def _image(slide: Slide) -> str:
    """The image, or where the page has something to turn in its place, a sentence that says so."""
    if not slide.image:
        return "<p><em>This figure is turned by hand: show it on the page of the chapter.</em></p>"
    return f'<img src="data:image/png;base64,{slide.image}" alt="{html.escape(slide.alt)}">'


def _html(text: str, inline: bool = False) -> str:
    rendered = _parser().renderInline(text) if inline else _parser().render(text)
    return MATH.sub(lambda match: rf"\({match[1]}\)" if match[1] else rf"\[{match[2]}\]", rendered)


@cache
def _parser() -> MarkdownIt:
    return create_md_parser(MdParserConfig(enable_extensions={"dollarmath"}), RendererHTML)


@cache
def _mathjax() -> str:
    """MathJax in one file, as it comes with the package that gives it to the site."""
    package = find_spec("sphinx-mathjax-offline").submodule_search_locations[0]
    return (Path(package) / "static" / "mathjax" / "tex-svg.js").read_text(encoding="utf-8")


def write(folder: Path, notebooks: Sequence[Path], only: Sequence[str] = ()) -> list[Path]:
    """Put the decks of these chapters, or of those that are named or numbered, into `folder`."""
    numbered = [path for path in notebooks if path.stem[0].isdigit()]
    if unknown := [each for each in only if not any(_is(path, each) for path in numbered)]:
        allowed = ", ".join(path.stem.partition("-")[0] for path in numbered)
        sys.exit(f"chapter {unknown[0]!r} is unknown; allowed: {allowed}")
    folder.mkdir(parents=True, exist_ok=True)
    targets, written = lab.targets_of(list(notebooks)), []
    for path in numbered:
        if not only or any(_is(path, each) for each in only):
            page = folder / f"{path.stem}.html"
            page.write_text(deck(targets[path.stem][0], slides(path, targets)), encoding="utf-8")
            written.append(page)
    return written


def _is(path: Path, name: str) -> bool:
    return name in (path.stem, path.stem.partition("-")[0])
