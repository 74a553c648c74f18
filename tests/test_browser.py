"""The site as people use it: each page of the committed book in Chromium, light and dark, on a desk and on a phone."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from types import SimpleNamespace

import build
import pytest

LIST = "tests/requirements-browser.txt"
sync_api = pytest.importorskip("playwright.sync_api", reason=f"no browser is driven: pip install -r {LIST}")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=f"axe is not here: pip install -r {LIST}")
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason=f"none of {', '.join(NAMES)} is here: apt-get install chromium")

JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
THEMES = ("light", "dark")
PAGES = [f"{page.stem}.html" for page in build.chapters()]
PAGES += ["intro.html", "notation.html", "references.html", "verdicts.html", "search.html", "genindex.html"]
NOT_OURS = {}  # axe's rule -> why it stands
SKETCH, NUMBER, CHOICE = "05-radial-plane.html", "03-independent-optima.html", "07-ensembles.html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The committed site, built once and served on this machine."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", "book", "--config", "_config.yml", "-n", "-q"]
    piped = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    built = subprocess.run([*command, "--path-output", str(folder)], cwd=build.ROOT, **piped)
    assert built.returncode == 0, built.stderr
    handler = functools.partial(Quiet, directory=folder / "_build" / "html")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def page(address):
    """One tab for all tests; `heard` gathers what pages complain of and whom else they ask."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(base_url=address, viewport=DESK)
        tab.heard = []
        tab.on("console", lambda said: tab.heard.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: tab.heard.append(str(error)))
        tab.on("requestfailed", lambda asked: tab.heard.append(f"failed: {asked.url}"))
        tab.on("request", lambda asked: None if own(asked.url, address) else tab.heard.append(f"outside: {asked.url}"))
        yield tab
        browser.close()


def own(url, address):
    return url.startswith((f"{address}/", "data:", "blob:"))


def faults(page):
    """What axe finds serious or critical, less what is not ours: a line for each rule, with the first place."""
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical") and rule["id"] not in NOT_OURS]
    return [f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:200]}" for rule in grave]


@pytest.fixture(scope="module")
def visits(page):
    """What is seen on each page: visited once, in both themes and both widths."""

    @functools.cache
    def visit(name):
        page.heard.clear()
        page.set_viewport_size(DESK)
        page.goto(f"/{name}", wait_until="networkidle")
        seen = SimpleNamespace(heard=list(page.heard), faults={})
        for theme in THEMES:
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            seen.faults[theme] = faults(page)
        page.set_viewport_size(PHONE)
        seen.beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return seen

    return visit


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_without_an_error_or_another_host(visits, name):
    assert visits(name).heard == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visits, name, theme):
    assert visits(name).faults[theme] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_scrolls_no_page_sideways(visits, name):
    assert visits(name).beyond == 0
