"""The site as people use it: each page of the committed book in Chromium, light and dark, on a desk and on a phone."""

import functools
import http.server
import json
import shutil
import subprocess
import sys
import threading
from types import SimpleNamespace

import build
import pytest

LIST = "tests/requirements-browser.txt"
sync_api = pytest.importorskip("playwright.sync_api", reason=f"nothing drives a browser: pip install -r {LIST}")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=f"axe is not here: pip install -r {LIST}")
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason=f"none of {', '.join(NAMES)} is here: apt-get install chromium")

JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PAGES = [f"{page.stem}.html" for page in build.chapters()]
PAGES += [
    "intro.html",
    "notation.html",
    "references.html",
    "teaching.html",
    "verdicts.html",
    "search.html",
    "genindex.html",
]
NUMBER, CHOICE, SKETCH = "03-independent-optima.html", "07-ensembles.html", "01-one-run.html"
SURFACE = "05-radial-plane.html"
PATIENCE = 300_000  # ms: a busy machine is no fault of a page
# The colours of code and the insides of equations are alike on all pages, and most of what axe has to look at: it sees
# them on one.
WHOLE, ALIKE = "01-one-run.html", ".highlight span, mjx-container"
LISTED = {}  # what axe finds and nobody here can mend: its rule, and why


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the committed site is served, on this machine; it is built once."""
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
def browser(address):
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser, address):
    """One tab for all tests; its `heard` is what pages complain of and whom else they ask."""
    tab = browser.new_page(base_url=address, viewport=DESK)
    tab.set_default_timeout(PATIENCE)
    tab.heard = []
    tab.on("console", lambda said: tab.heard.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: tab.heard.append(str(error)))
    tab.on("requestfailed", lambda asked: tab.heard.append(f"failed: {asked.url}"))
    own = (f"{address}/", "data:", "blob:")
    tab.on("request", lambda asked: None if asked.url.startswith(own) else tab.heard.append(f"outside: {asked.url}"))
    return tab


def faults(page, **where):
    """What axe finds serious or critical, in light and in dark: a line for each rule, with the first place.

    In dark it looks at colours alone: the rest is the same page.
    """
    lines = []
    for theme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        options = {"resultTypes": ["violations"], **rules}
        found = axe.Axe().run(page, context=where or None, options=options).response["violations"]
        grave = [rule for rule in found if rule["impact"] in ("serious", "critical") and rule["id"] not in LISTED]
        lines += [f"{theme}: {r['id']}, {len(r['nodes'])} places: {r['nodes'][0]['html'][:200]}" for r in grave]
    return lines


@pytest.fixture(scope="module")
def visit(page):
    """What is seen of a page: each is visited once, in both themes and both widths."""

    @functools.cache
    def visit(name):
        page.heard.clear()
        page.set_viewport_size(DESK)
        page.goto(f"/{name}", wait_until="networkidle")
        seen = SimpleNamespace(heard=list(page.heard))
        page.set_viewport_size(PHONE)
        for _ in range(50):  # a figure that turns takes its new width a moment later
            seen.beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if seen.beyond <= 0:
                break
            page.wait_for_timeout(100)
        page.set_viewport_size(DESK)
        page.add_style_tag(content="* { transition: none !important }")  # else a theme's colours are caught half-way
        if name != WHOLE:
            page.evaluate("alike => document.querySelectorAll(alike).forEach(one => one.remove())", ALIKE)
        seen.faults = faults(page)
        return seen

    return visit


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_without_an_error_or_another_host(visit, name):
    assert visit(name).heard == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit, name):
    assert visit(name).faults == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visit, name):
    assert visit(name).beyond == 0


@pytest.fixture
def opened(browser, address):
    """A page as a reader sees it who was never here, and what its box asks."""
    contexts = []

    def opened(name, **settings):
        contexts.append(browser.new_context(base_url=address, **{"viewport": DESK} | settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"/{name}")
        told = page.locator("#guess")
        return page, json.loads(told.text_content()) if told.count() else {}

    yield opened
    for context in contexts:
        context.close()


def keep(page):
    """Press the button as a keyboard does, and hear what is said."""
    page.focus(".guess button")
    page.keyboard.press("Enter")
    return page.inner_text(".guess [role=status]")


def test_a_number_stands_beside_the_measured_one_after_a_reload(opened):
    page, asked = opened(NUMBER)
    page.get_by_label(asked["asks"]).fill("1.7")
    assert keep(page) == "1.7 was given; allowed: 0 to 1."
    page.get_by_label(asked["asks"]).fill("")
    assert keep(page) == "Nothing was given; allowed: 0 to 1."
    assert page.inner_text("#you-said") == ""
    page.get_by_label(asked["asks"]).fill("0.55")
    assert keep(page) == "Kept in this browser; it stands beside what was measured."
    said = f"{asked['asks']}: you said 0.55; measured {asked['measured']}"
    for _ in range(2):
        row = page.locator("tr", has=page.locator("#you-said"))
        assert page.inner_text("#you-said") == said
        assert asked["measured"] in row.locator("td >> nth=2").locator("p").inner_text()
        assert page.get_by_label(asked["asks"]).input_value() == "0.55"
        page.reload()
    page.get_by_text("Forget it").press("Enter")
    page.reload()
    assert page.inner_text("#you-said") == page.get_by_label(asked["asks"]).input_value() == ""


def test_a_choice_is_made_by_the_arrow_keys(opened):
    page, asked = opened(CHOICE)
    assert keep(page) == f"Nothing was given; allowed: {', '.join(asked['options'])}."
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    keep(page)
    page.reload()
    said, measured = asked["options"][1], asked["measured"]
    assert page.inner_text("#you-said") == f"{asked['asks']}: you said {said}; measured {measured}"
    assert page.get_by_role("radio", name=said).is_checked()


def test_a_sketch_is_drawn_by_mouse_and_by_keys(opened):
    page, asked = opened(SKETCH)
    pad = page.locator(".guess svg")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 0.1 * box["height"], steps=20)
    page.mouse.up()
    sliders = page.get_by_role("slider")
    drawn = [float(slider.input_value()) for slider in sliders.all()]
    assert len(drawn) == len(asked["xs"]) and drawn == sorted(drawn) and drawn[0] < 0.3 < 0.9 < drawn[-1]
    page.get_by_role("slider", name=f"{asked['x']} {asked['xs'][0]}").press("ArrowUp")
    drawn[0] = round(drawn[0] + 0.01, 2)
    keep(page)
    page.reload()
    assert [float(slider.input_value()) for slider in sliders.all()] == drawn
    apart = sum(abs(a - b) for a, b in zip(drawn, asked["measured"], strict=True)) / len(drawn)
    assert f"on average {apart:.2f} apart" in page.inner_text("#you-said")
    assert page.locator("#you-said svg").get_attribute("aria-label").startswith(f"You said {drawn[0]} at ")


@pytest.mark.parametrize("name", [NUMBER, CHOICE, SKETCH])
def test_axe_finds_nothing_serious_in_a_guess(opened, name):
    page, asked = opened(name)
    if asked["kind"] == "choice":
        page.get_by_role("radio").first.check()
    elif asked["kind"] == "number":
        page.get_by_label(asked["asks"]).fill("0.5")
    keep(page)
    assert page.inner_text("#you-said") != ""
    assert faults(page, include=[[".guess"], ["#you-said"]]) == []


def test_where_a_browser_keeps_nothing_a_guess_lasts_as_long_as_the_page(opened):
    page, asked = opened(NUMBER)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full') } }")
    page.get_by_label(asked["asks"]).fill("0.55")
    assert keep(page) == "Kept until you leave this page; it stands beside what was measured."
    assert "you said 0.55" in page.inner_text("#you-said")


def test_without_javascript_the_box_is_a_box(opened):
    page, _ = opened(NUMBER, java_script_enabled=False)
    assert page.locator(".admonition.guess > *").count() == 2  # its title and a paragraph
    assert "Keep your number for the end." in page.inner_text(".admonition.guess")
    assert page.locator("#you-said").count() == 0


def test_the_surface_answers_turns_and_changes_its_colour(opened):
    page, _ = opened(SURFACE, viewport={"width": 800, "height": 640})
    figure = page.locator(".js-plotly-plot")
    figure.scroll_into_view_if_needed()
    box, said = figure.bounding_box(), figure.locator(".hovertext")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in range(PATIENCE // 100):  # it looks at the pointer as often as it draws
        page.mouse.move(x + step % 5, y + step % 7)
        page.wait_for_timeout(100)
        if said.count():
            break
    assert "accuracy: " in said.text_content()
    eye = "JSON.stringify(document.querySelector('.js-plotly-plot')._fullLayout.scene._scene.getCamera().eye)"
    before = page.evaluate(eye)
    page.mouse.down()
    page.mouse.move(x + 120, y + 40, steps=3)
    page.mouse.up()
    page.wait_for_function(f"before => {eye} !== before", arg=before)
    figure.locator(".updatemenu-header").click()
    figure.locator(".updatemenu-dropdown-button").nth(1).click()
    figure.get_by_text("agreement with optimum 1").and_(page.locator("[class*=cb] text")).wait_for()


def test_the_menu_of_downloads_works_by_keyboard(opened):
    page, _ = opened(NUMBER)
    button = page.get_by_label("Download this page")
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert ".ipynb" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"


def test_the_theme_is_chosen_by_keyboard_and_stays(opened):
    page, _ = opened("intro.html")
    button, seen = page.get_by_label("Color mode"), []
    for _ in range(3):
        button.press("Enter")
        seen.append(page.evaluate("document.documentElement.dataset.mode"))
        page.reload()
        assert page.evaluate("document.documentElement.dataset.mode") == seen[-1]
    assert sorted(seen) == ["auto", "dark", "light"]


def test_the_search_opens_by_its_keys_and_finds(opened):
    page, _ = opened("intro.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("orthogonal")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=orthogonal*")
    page.locator("#search-results a", has_text="Independent optima").first.wait_for()


def test_the_contents_open_and_close_by_keyboard_on_a_phone(opened):
    page, _ = opened(NUMBER, viewport=PHONE)
    entry = page.locator(".toctree-l1 a", has_text="Three runs in one picture")
    entry.wait_for(state="hidden")
    page.locator(".primary-toggle:visible").press("Enter")
    entry.wait_for()
    page.keyboard.press("Escape")
    entry.wait_for(state="hidden")


def test_a_solution_unfolds_by_keyboard(opened):
    page, _ = opened(NUMBER)
    button = page.locator(".solution .toggle-button").first
    assert "toggle-hidden" in page.locator(".solution").first.get_attribute("class")
    button.press("Enter")
    assert "toggle-hidden" not in page.locator(".solution").first.get_attribute("class")
