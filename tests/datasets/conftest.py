"""A server on 127.0.0.1 that behaves well, badly and worse, and a small copy of CIFAR-10-C."""

import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest


class Server(ThreadingHTTPServer):
    """Serves `files` under /<behaviour>/<file>; `asked` lists (behaviour, Range or None) of every request.

    `cut` is where the servers that break off do so, in bytes.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked, self.cut = {}, [], None

    def url(self, behaviour: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{behaviour}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        behaviour, name = self.path.strip("/").split("/")
        self.server.asked.append((behaviour, self.headers["Range"]))
        body = self.server.files.get(name)
        if behaviour == "missing" or body is None:
            return self.send_error(404)
        if behaviour == "page":
            body = b"<html>please log in</html>"
        if "corrupt" in behaviour:
            body = body[:-1000] + bytes(1000)
        start = 0
        if self.headers["Range"] and "deaf" not in behaviour and behaviour != "page":
            start = int(re.fullmatch(r"bytes=(\d+)-", self.headers["Range"])[1])
            if start >= len(body):
                return self.send_error(416)
            shift = 7 if behaviour == "shifted" else 0
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start + shift}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        if behaviour != "unsized":
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        if behaviour == "slow":
            time.sleep(1)
        breaks = behaviour in ("cut-always", "stall") or ("cut" in behaviour and start < self.server.cut)
        end = self.server.cut if breaks else len(body)
        self.wfile.write(body[start:end])
        if behaviour == "stall":
            self.wfile.flush()
            time.sleep(5)


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder laid out as CIFAR-10-C, of 4 test images in 2×2 pixels; pixel = 50 · intensity + official place."""
    monkeypatch.setenv("LDIV_DATA", str(tmp_path))
    where = tmp_path / "CIFAR-10-C"
    where.mkdir()
    values = np.array([50 * intensity + place for intensity in range(1, 6) for place in range(4)], dtype=np.uint8)
    np.save(where / "fog.npy", np.broadcast_to(values[:, None, None, None], (20, 2, 2, 3)))
    np.save(where / "labels.npy", np.tile(np.array([3, 1, 4, 1], dtype=np.uint8), 5))
    return where
