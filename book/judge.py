"""Runs one notebook and the checks of its answers, in a process of its own: python judge.py TASK NOTEBOOK.

The task, a JSON file, holds the set-up and, by question, the student's function and its checks. With `--report FILE`
each step is noted there as it begins and ends, so that whoever waits knows which one ended the process, and can start
again with `--skip` and its name. With `--only QUESTION` its verdicts are printed, and the exit code is 0 only if none
has failed and the notebook reached its end.

It guards against accidents: an endless loop, a crash, memory or a disk running out, a connection. Against a student who
means harm guards the machine it runs on.
"""

import argparse
import json
import os
import re
import resource
import select
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from textwrap import shorten
from types import FrameType

MEMORY = 4 * 2**30  # of data, where the system holds to it; grading a chapter takes 0.3 GB
FILE = 2**30  # of one file that a notebook writes
SETUP, CELL, CHECK = 100.0, 20.0, 10.0  # seconds; the set-up is ours, and imports torch
WHOLE = 3_600.0  # seconds, where whoever calls has a limit of its own
OTHERS = re.compile(r"^(import otter|grader *=|grader\.|[%!]pip )[^\n]*$", re.MULTILINE)  # lines that no answer needs


class NoNotebook(ValueError):
    """A file that holds no notebook."""


class TimeIsUp(BaseException):
    """A step took longer than it may."""


def cells_of(path: Path) -> list[dict[str, str]]:
    """The cells of a notebook in any format that has them, as `kind` and `source`; of a zip, of the notebook in it."""
    try:
        data = path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as folder:
                inside = [n for n in folder.namelist() if n.endswith(".ipynb") and not n.startswith("__MACOSX")]
                data = folder.read(inside[0]) if inside else b""
        notebook = json.loads(data.decode("utf-8-sig"))
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        sources = [(c.get("cell_type", ""), c.get("source", c.get("input", ""))) for c in cells]
        return [{"kind": kind, "source": text if isinstance(text, str) else "".join(text)} for kind, text in sources]
    except Exception as error:  # of a damaged or locked zip, of lists nested too deep, of no notebook at all
        raise NoNotebook(f"no notebook that can be read ({type(error).__name__})") from None


def judge(task: dict, cells: list[str], skip: set[str], say: Callable[..., None]) -> None:
    """Run the set-up, the cells and the checks of the task, each for as long as it may; `say` what comes of each."""
    from IPython.core.history import HistoryManager
    from IPython.core.interactiveshell import InteractiveShell

    HistoryManager.enabled = False  # it would start a thread, which a fork loses
    shell = InteractiveShell.instance()
    signal.signal(signal.SIGALRM, _time_is_up)
    cell_seconds, check_seconds = task.get("cell_seconds", CELL), task.get("check_seconds", CHECK)
    steps = [("set-up", task["setup"], SETUP)]
    steps += [(f"code cell {i}", OTHERS.sub("", text), cell_seconds) for i, text in enumerate(cells, 1)]
    for name, source, seconds in steps:
        if name not in skip:
            say(step=name, seconds=seconds)
            say(done=name, raised=_run(shell, source, seconds))
    for label, question in task["questions"].items():
        endless = 0
        for check in question["checks"]:
            name = f"{label} {check['name']}"
            if name in skip:
                continue
            if endless == 2:
                say(done=name, failure="not run: this function did not end before")
                continue
            say(step=name, seconds=check_seconds)
            found = _apart(lambda q=question, c=check: _verdict(shell.user_ns, q, c), check_seconds)
            endless += found["failure"] == _too_long(check_seconds)
            say(done=name, **found)


def _run(shell, source: str, seconds: float) -> str:
    """The type of what a cell raised, or nothing."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        result = shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as raised:  # within IPython's own code
        error = raised
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if isinstance(error, TimeIsUp):
        return _too_long(seconds)
    return shorten(type(error).__name__, 80, placeholder="…") if error else ""  # a text may hold what it has read


def _verdict(names: dict, question: dict, check: dict) -> dict[str, str]:
    from ldiv_utils import course

    if torch := sys.modules.get("torch"):  # a pool of threads that the notebook has asked for is not in this process
        torch.set_num_threads(1)
    if question["function"] not in names:
        return {"failure": f"there is no `{question['function']}`: was it renamed or deleted?"}
    own: dict = {}
    exec(compile(check["source"], check["name"], "exec"), own)
    failure = course.verdict(names[question["function"]], own[check["name"]]).failure
    return {"failure": re.sub(r"^(raised [^:]*):.*", r"\1", failure, flags=re.DOTALL)}


def _too_long(seconds: float) -> str:
    return f"took longer than {seconds:.0f} s"


def _apart(act: Callable[[], dict[str, str]], seconds: float) -> dict[str, str]:
    """What a child process makes of `act`, so that whatever an answer does ends one check."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.close(reading)
            os.write(writing, json.dumps(act()).encode())
        os._exit(0)
    os.close(writing)
    text, end = b"", time.monotonic() + seconds
    while select.select([reading], [], [], max(0.0, end - time.monotonic()))[0]:
        if not (part := os.read(reading, 65_536)):
            break
        text += part
    else:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(ValueError):
        return json.loads(text)
    if code == -signal.SIGKILL:
        return {"failure": _too_long(seconds)}
    return {"failure": "ended the process" + (f" ({signal.Signals(-code).name})" if code < 0 else "")}


def _time_is_up(number: int, frame: FrameType | None) -> None:
    raise TimeIsUp


def _no_connection(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        raise OSError("there is no network while answers are graded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", type=Path)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--skip", action="append", default=[])
    parser.add_argument("--only")
    arguments = parser.parse_args()
    task, failed = json.loads(arguments.task.read_text(encoding="utf-8")), []
    try:
        cells = [cell["source"] for cell in cells_of(arguments.notebook) if cell["kind"] == "code"]
    except NoNotebook as error:
        sys.exit(f"{arguments.notebook}: {error}")
    for what, limit in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_FSIZE, FILE)):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))
    sys.addaudithook(_no_connection)
    if arguments.only:
        task["questions"] = {arguments.only: task["questions"][arguments.only]}
    asks = {f"{label} {c['name']}": c["asks"] for label, q in task["questions"].items() for c in q["checks"]}

    def note(**said: object) -> None:
        with arguments.report.open("a", encoding="utf-8") as report:
            report.write(json.dumps(said | {"time": time.monotonic()}) + "\n")

    def show(done: str = "", failure: str = "", **said: object) -> None:
        if done in asks:
            print(f"✗ {asks[done].rstrip('.')}: {failure}" if failure else f"✓ {asks[done]}", flush=True)
            failed.extend([done] if failure else [])

    def to_its_end() -> dict[str, str]:
        judge(task, cells, set(arguments.skip), show)
        sys.stdout.flush()
        return {"failure": "", "failed": " ".join(failed)}

    if arguments.report:
        judge(task, cells, set(arguments.skip), note)
        note(end=True, peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        os._exit(0)  # whatever threads a notebook has left
    found = _apart(to_its_end, WHOLE)  # a notebook that ends its process does not end this one
    if found["failure"]:
        print(f"✗ The notebook {found['failure']}")
    sys.exit(1 if found["failure"] or found["failed"] else 0)


if __name__ == "__main__":
    main()
