"""The commands of the book; the Makefile calls it.

A chapter is a pair: the .md is what is written and reviewed, the .ipynb beside it carries the outputs at
the paper preset. Only this file writes the .ipynb.
"""

import argparse
import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import lab
import nbformat
import slides
import summary
import teaching
import verdicts
import yaml
from audit import audit
from running import BOOK, chapters, notebooks_of_the_book, run
from stamps import differences, published, unverified

from ldiv_utils import paths

ROOT = BOOK.parent
BUILD = ROOT / "_build"
PUBLISHED_CELL_SECONDS = 600  # a cell that only reads published results and takes longer is training


def settings_here(preset: str) -> str:
    """The site's settings for pages just run on this machine: a banner says so, and what a cell says on stderr shows.

    A folder that cannot be written, an old driver, a missing font: no reason to refuse a reader the pages.
    """
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings["html"]["announcement"] = (
        f"These pages were run on your machine at the {preset} preset. The text quotes the results published with the"
        " book, of the paper preset: <code>make site</code> shows those."
    )
    settings["execute"]["stderr_output"] = "show"
    own = settings["sphinx"]["local_extensions"]  # else looked for beside the settings
    settings["sphinx"]["local_extensions"] = dict.fromkeys(own, str(BOOK))
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)


def notebooks(only: Sequence[str] = ()) -> None:
    """Run every chapter, or those named, from the published results alone and keep the outputs in book/*.ipynb."""
    empty, read = BUILD / "runs", BUILD / "read"
    for folder in (empty, read):
        shutil.rmtree(folder, ignore_errors=True)
    run("paper", BUILD / "paper", only, PUBLISHED_CELL_SECONDS, read, LDIV_RUNS=str(empty))
    stored = sorted(path.name for path in empty.glob("*.safetensors"))
    if computed := [name for name in stored if not name.startswith("trajectory-")]:  # exercises may train a little
        sys.exit(f"not among the published results: {', '.join(computed)}; run make paper")
    for page in chapters(only):
        shutil.copyfile(BUILD / "paper" / f"{page.stem}.ipynb", page.with_suffix(".ipynb"))
    first, *_ = figures(BOOK / "02-three-runs.ipynb")
    (BOOK / "_static" / "cover.png").write_bytes(first)  # of the opening page and the README
    write_pages()


def write_pages() -> None:
    """Write what pages say of all notebooks: the verdicts, the README's table, the numbers for teachers."""
    verdicts.write(notebooks_of_the_book())
    summary.write()
    teaching.write(notebooks_of_the_book())


def check() -> list[str]:
    """What of the book is out of step with what it was made from, one sentence each."""
    return (
        [line for page in chapters() for line in differences(page)]
        + verdicts.stale(notebooks_of_the_book())
        + summary.stale()
        + teaching.stale(notebooks_of_the_book())
    )


def figures(notebook: Path) -> list[bytes]:
    """The PNG files of a notebook's figures, in order."""
    cells = nbformat.read(notebook, as_version=4).cells
    images = [output.get("data", {}).get("image/png") for cell in cells for output in cell.get("outputs", [])]
    return [base64.b64decode(image) for image in images if image]


def paper(scale: list[str]) -> None:
    """Compute what is missing of the published results, leave out what no chapter asks for, then as `notebooks`."""
    fresh = BUILD / "results"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    environment = {"LDIV_PRESET": "paper", "LDIV_PUBLISH": str(fresh)}
    if subprocess.run([sys.executable, "-m", "ldiv_utils.runs.paper", *scale], env=os.environ | environment).returncode:
        sys.exit("training did not finish; make paper goes on where it stopped")
    run("paper", BUILD / "paper", **environment)
    paths.RESULTS.mkdir(exist_ok=True)
    for path in published(paths.RESULTS):
        path.unlink()
    for path in published(fresh):
        shutil.copyfile(path, paths.RESULTS / path.name)
    notebooks()  # so that each chapter shows what it reads from the published results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("run", help="run every chapter in a copy of the book, with settings for its site")
    command.add_argument("--preset", choices=["quick", "paper"], required=True)
    command.add_argument("--to", type=Path, required=True, help="the copy's folder, replaced if it exists")
    command.add_argument("only", nargs="*", help="chapters such as 04-subspaces; by default all")
    command = commands.add_parser(
        "verdicts", help="write the pages made from all notebooks; note a quick run's claims first"
    )
    command.add_argument("folder", type=Path, nargs="?", help="notebooks run at the quick preset, to be noted first")
    command = commands.add_parser("notebooks", help="write book/*.ipynb from the published results")
    command.add_argument("only", nargs="*", help="chapters such as 04-subspaces; by default all")
    command = commands.add_parser("paper", help="compute what the published results lack, then write book/*.ipynb")
    command.add_argument("scale", nargs="*", help="for python -m ldiv_utils.runs.paper")
    commands.add_parser("lab", help="copy the chapters to work on into _build/lab; what a reader changed there stays")
    command = commands.add_parser("slides", help="write slides for the chapters into _build/slides")
    command.add_argument("only", nargs="*", help="chapters such as 04-subspaces, or 04; by default all")
    commands.add_parser("check", help="list unverified results; fail if a pair differs or its outputs are out of date")
    commands.add_parser(
        "audit", help="compute published results again; mark those that are right, fail at the first other"
    )
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal without ×, σ or – is told of them all the same
    arguments = parser.parse_args()
    if arguments.command == "run":
        folder = arguments.to.resolve()
        run(arguments.preset, folder, arguments.only)
        (folder / "_config.yml").write_text(settings_here(arguments.preset), encoding="utf-8")
    elif arguments.command == "check":
        print("\n".join(unverified()))
        sys.exit("\n".join(check()) or None)
    elif arguments.command == "verdicts":
        if arguments.folder:
            verdicts.keep_quick(arguments.folder)
        write_pages()
    elif arguments.command == "lab":
        for line in lab.copies(BUILD / "lab", notebooks_of_the_book()):
            print(line)
    elif arguments.command == "audit":
        sys.exit(audit(BUILD))
    elif arguments.command == "slides":
        for page in slides.write(BUILD / "slides", notebooks_of_the_book(), arguments.only):
            print(f"file://{page}")
    elif arguments.command == "paper":
        paper(arguments.scale)
    else:
        notebooks(arguments.only)


if __name__ == "__main__":
    main()
