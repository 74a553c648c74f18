"""Runs the chapters; the Makefile calls it.

A chapter is a pair: the .md is what is written and reviewed, the .ipynb beside it carries the outputs at
the paper preset. Only this file writes the .ipynb.
"""

import argparse
import base64
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Semaphore, Thread

import jupytext
import lab
import nbformat
import slides
import summary
import teaching
import verdicts
import yaml
from audit import audit
from handout import Unreadable, without_solutions
from nbclient import NotebookClient
from stamps import differences, published, stamp, unverified

from ldiv_utils import paths

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent
BUILD = ROOT / "_build"
PUBLISHED_CELL_SECONDS = 600  # a cell that only reads published results and takes longer is training


def chapters(only: Sequence[str] = ()) -> list[Path]:
    """The .md of every pair, or of those that are named, in the order of their names."""
    pages = [
        page for page in sorted(BOOK.glob("*.md")) if page.read_text(encoding="utf-8").startswith("---\njupytext:")
    ]
    names = [page.stem for page in pages]
    if unknown := set(only) - set(names):
        sys.exit(f"chapter {min(unknown)!r} is unknown; allowed: {', '.join(names)}")
    return [page for page in pages if not only or page.stem in only]


def run(
    preset: str,
    folder: Path,
    only: Sequence[str] = (),
    cell_seconds: float | None = None,
    read: Path | None = None,
    **environment: str,
) -> None:
    """Fill `folder` with a copy of the book in which every chapter, or those that are named, has just been run.

    What a chapter reads of the published results is gathered in a folder of `read` named as it, if that is given.
    """
    shutil.rmtree(folder, ignore_errors=True)
    not_copied = shutil.ignore_patterns("*.ipynb", "results", "*.py", "__pycache__", ".*")
    shutil.copytree(BOOK, folder, ignore=not_copied)
    kernel = os.environ | {"LDIV_PRESET": preset, "TQDM_DISABLE": "1", "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"}
    kernel["OMP_NUM_THREADS"] = "1"  # two chapters share the cores
    pages, cores, finished = chapters(only), Semaphore(min(2, os.cpu_count() or 1)), SimpleQueue()

    def work(page: Path) -> None:
        with cores:
            start = time.monotonic()
            gathered = {} if read is None else {"LDIV_PUBLISH": str(read / page.stem)}
            failure = run_one(page, folder, kernel | environment | gathered, cell_seconds)
            finished.put((page, time.monotonic() - start, failure))

    for page in pages if read else ():
        (read / page.stem).mkdir(parents=True)
        shutil.copyfile(paths.RESULTS / "scale.json", read / page.stem / "scale.json")
    for page in pages:
        Thread(target=work, args=[page], daemon=True).start()
    try:
        for _ in pages:
            page, seconds, failure = finished.get()
            if failure:
                _leave(f"{page.name} failed\n{failure}")
            print(f"{page.stem}: {seconds:.1f} s", flush=True)
    except KeyboardInterrupt:
        _leave("interrupted")


def _leave(message: str) -> None:
    """End at once, without waiting for the other chapters: a kernel ends when it finds its parent gone."""
    print(message, file=sys.stderr, flush=True)
    os._exit(1)


def run_one(page: Path, folder: Path, environment: dict[str, str], cell_seconds: float | None) -> str:
    """Run a chapter and replace its .md in `folder` by an .ipynb; returns how it failed, or nothing."""
    try:
        notebook = jupytext.read(page)
        for i, cell in enumerate(notebook.cells):
            cell.id = f"cell-{i}"  # jupytext's are random
        quiet = ["--log-level=ERROR"]  # no word on unencrypted sockets within this machine
        settings = {"record_timing": False, "coalesce_streams": True, "extra_arguments": quiet}
        client = NotebookClient(notebook, timeout=cell_seconds, kernel_name="python3", **settings)
        client.execute(env=environment, cwd=str(folder))
        notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}  # no patch version
        notebook.metadata["jupytext"].pop("text_representation", None)  # as jupytext itself writes it
        read = sorted(path.name for path in published(Path(environment.get("LDIV_PUBLISH", folder / "nothing"))))
        notebook.metadata["ldiv"] = {"results": read, "stamp": stamp(notebook, read)}
        nbformat.write(notebook, folder / f"{page.stem}.ipynb")
        (folder / page.name).unlink()
    except Exception as error:  # whatever it is, the main thread waits to hear of it
        return str(error) or repr(error)
    return ""


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


def notebooks_of_the_book() -> list[Path]:
    """The committed .ipynb of every pair, in the order of their names."""
    return [page.with_suffix(".ipynb") for page in chapters()]


def check() -> list[str]:
    """What of the book is out of step with what it was made from, one sentence each."""
    return (
        [line for page in chapters() for line in differences(page)]
        + verdicts.stale(notebooks_of_the_book())
        + summary.stale()
        + teaching.stale(notebooks_of_the_book())
    )


def handout(folder: Path) -> None:
    """Every chapter as a notebook without outputs, an empty cell in place of each solution: all of them or none."""
    try:
        texts = {page: without_solutions(page.read_text(encoding="utf-8"), page.name) for page in chapters()}
    except Unreadable as error:
        sys.exit(f"no handout was written: {error}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for page, text in texts.items():
        notebook = jupytext.reads(text, fmt="md:myst")
        for i, cell in enumerate(notebook.cells):
            cell.id = f"cell-{i}"
        del notebook.metadata["jupytext"]  # no .md to keep in step
        nbformat.write(notebook, folder / f"{page.stem}.ipynb")


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
    commands.add_parser("handout", help="write the chapters without their solutions into _build/handout")
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
    elif arguments.command == "handout":
        handout(BUILD / "handout")
    elif arguments.command == "paper":
        paper(arguments.scale)
    else:
        notebooks(arguments.only)


if __name__ == "__main__":
    main()
