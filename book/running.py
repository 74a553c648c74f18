"""The chapters, and how they are run: each in a kernel of its own, in a copy of the book."""

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Semaphore, Thread

import jupytext
import nbformat
from nbclient import NotebookClient
from stamps import published, stamp

from ldiv_utils import paths

BOOK = Path(__file__).resolve().parent


def chapters(only: Sequence[str] = ()) -> list[Path]:
    """The .md of every pair, or of those that are named, in the order of their names."""
    pages = [
        page for page in sorted(BOOK.glob("*.md")) if page.read_text(encoding="utf-8").startswith("---\njupytext:")
    ]
    names = [page.stem for page in pages]
    if unknown := set(only) - set(names):
        sys.exit(f"chapter {min(unknown)!r} is unknown; allowed: {', '.join(names)}")
    return [page for page in pages if not only or page.stem in only]


def notebooks_of_the_book() -> list[Path]:
    """The committed .ipynb of every pair, in the order of their names."""
    return [page.with_suffix(".ipynb") for page in chapters()]


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
