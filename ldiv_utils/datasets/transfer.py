"""A file from the first of several URLs that gives it, whole or not at all.

A file comes from the mirrors in `LDIV_MIRRORS`, in order, then from the official server. `LDIV_MIRRORS` holds HTTP(S)
URLs with spaces between: one that contains `.tar.gz` or `.mat` is the file of that name itself, any other is a folder
with the files. What has arrived stays in `<file>.part`; the next source or the next run asks for the rest only.
"""

import hashlib
import os
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tqdm import tqdm

STALL = 60.0  # seconds without a byte until a source is given up


class Unavailable(OSError):
    """A dataset that can be neither read nor made; the message names the file and says what to do."""


def sources(filename: str, official: str) -> list[str]:
    """The URLs of a file: those of `LDIV_MIRRORS`, then the official one. Raises ValueError for another kind of URL."""
    mirrors = os.environ.get("LDIV_MIRRORS", "").split()
    for mirror in mirrors:
        if not mirror.startswith(("http://", "https://")):
            raise ValueError(f"LDIV_MIRRORS names {mirror!r}; allowed: http:// and https:// URLs, spaces between")
    whole = (".tar.gz", ".mat")
    urls = [m if any(end in m for end in whole) else f"{m.rstrip('/')}/{filename}" for m in mirrors]
    return [url for url in urls if filename in url] + [official]


def download(urls: list[str], part: Path, md5: str) -> None:
    """Complete `part` from the URLs in turn, until its checksum is right; nobody is asked if it is so already.

    Raises OSError, which says how each URL failed; what has arrived by then stays in `part`.
    """
    failures = []
    part.touch()
    if checksum(part) == md5:  # whole where a run was killed after its download
        return
    for url in urls:
        again, inherited = True, part.stat().st_size > 0
        while again:
            before = part.stat().st_size
            try:
                _fetch(url, part, before)
                if checksum(part) == md5:
                    return
                os.truncate(part, 0)
                failure, again, inherited = "wrong checksum", inherited, False  # older bytes may be at fault: anew
            except (OSError, HTTPException) as error:
                failure, again = error, part.stat().st_size > before  # resumes for as long as something comes
        failures.append(f"{url} ({failure})")
    if not part.stat().st_size:
        part.unlink()
    raise OSError(f"no source gave {part.stem}: {', '.join(failures)}")


def what_next(part: Path) -> str:
    """The words on an unfinished download: where it is, how much has arrived, and what becomes of it."""
    if not part.exists():
        return "run again"
    kept = f"{part} keeps the {part.stat().st_size:,} bytes that have arrived (remove it to begin anew)"
    return f"{kept}: run again to go on from there"


def checksum(path: Path) -> str:
    """The MD5 of a file, by which upstream knows its own."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def one_line(error: Exception) -> str:
    """What an error says, without line breaks; of the system's errors, the reason alone."""
    return " ".join(str(getattr(error, "strerror", None) or error).split())


def _fetch(url: str, part: Path, have: int) -> None:
    """Append to `part`, of `have` bytes, the rest of `url`; OSError or HTTPException where it fails or breaks off."""
    headers = {"User-Agent": "ldiv_utils"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        response = urlopen(Request(url, headers=headers), timeout=STALL)
    except HTTPError as error:
        error.close()
        if error.code == 416 and have:
            return  # the source has no more than we have; the checksum decides
        raise
    at = have if response.status == 206 else 0  # a server that ignores Range sends all: what we have is skipped
    total = None if response.length is None else at + response.length
    form = {"desc": part.stem, "unit": "B", "unit_scale": True, "disable": None}  # None: quiet where no terminal is
    with response, open(part, "ab") as file, tqdm(total=total, initial=at, **form) as bar:
        if at and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise OSError("sent another range than the one asked for")
        while chunk := response.read1(1 << 16):
            file.write(chunk[max(have - at, 0) :])
            at += len(chunk)
            bar.update(len(chunk))
    if at < max(have, total or 0):
        raise OSError(f"broke off after {at} bytes")
