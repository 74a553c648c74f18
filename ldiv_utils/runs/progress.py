"""One progress bar over many training runs, whichever process they run in."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tqdm import tqdm


@contextmanager
def watch(folders: list[Path], totals: list[int], unit: str, period: float = 0.5) -> Iterator[None]:
    """A bar over the files that appear in `folders`, up to `totals`, with a rate and the time left.

    Counting finished files tells the progress of processes elsewhere without a word from them. A
    folder that vanishes is finished. Shown after two seconds, at a terminal or in Jupyter only;
    `TQDM_DISABLE=1` silences it.
    """
    if not folders or os.environ.get("TQDM_DISABLE") or not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        yield
        return
    most = [0] * len(folders)

    def count() -> int:
        for i, folder in enumerate(folders):
            now = len(list(folder.glob("*.safetensors"))) if folder.exists() else None
            most[i] = totals[i] if now is None and most[i] else max(most[i], now or 0)
        return sum(most)

    before, stop = count(), Event()
    with tqdm(total=sum(totals), initial=before, unit=f" {unit}", delay=2, disable=False) as bar:

        def poll() -> None:
            while not stop.wait(period):
                bar.update(count() - bar.n)

        thread = Thread(target=poll, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        bar.update(sum(totals) - bar.n)
