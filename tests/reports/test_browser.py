"""The page in a real browser, from disk and without network: it draws, fits, and is accessible."""

from pathlib import Path

import pytest

from reports import document, source
from tests.reports import synthetic
from tests.reports.cases import CASES

CHROMIUM = Path("/usr/bin/chromium")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPENED = ("paper_like", "hostile", "table_data", "everything", "hostile_everything")
READY = "() => [...document.querySelectorAll('.drawing')].every(d => d.dataset.drawn === 'yes')"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for case in OPENED:
        text = document.render(CASES[case]())
        (folder / f"{case}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, files):
    """Opens a case; at the end no console message, error, dialog or request may have come."""
    said, contexts = [], []

    def open_page(case, width=1280, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        address = (files / f"{case}.html").as_uri()
        local = ("data:", "blob:", address)
        page.on("request", lambda r: r.url.startswith(local) or said.append(r.url))
        page.goto(address)
        page.wait_for_function(READY)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("case", OPENED)
def test_every_figure_is_drawn_and_a_phone_never_scrolls_sideways(opened, case):
    page = opened(case, width=390)
    drawn = "[...document.querySelectorAll('.drawing')].every(d => d.querySelector('.main-svg'))"
    assert page.evaluate(drawn)
    assert page.locator(".drawing").count() >= 3
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_figures_follow_the_width_and_the_ground(opened):
    page = opened("paper_like")
    before = page.evaluate("document.getElementById('figure-robustness').layout.font.color")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => document.getElementById('figure-robustness').layout.font.color !== before",
        arg=before,
    )
    wide = page.evaluate("document.getElementById('figure-robustness').layout.margin.r")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(
        "wide => document.getElementById('figure-robustness').layout.margin.r < wide", arg=wide
    )
    page.wait_for_timeout(500)
    # A place lower than its figure would let what follows print over it.
    heights = (
        "[...document.querySelectorAll('.drawing')]"
        ".map(d => [d.clientHeight, d.querySelector('.main-svg').clientHeight])"
    )
    assert all(place >= drawn > 100 for place, drawn in page.evaluate(heights))


def test_an_injected_script_does_not_run(browser, files, tmp_path):
    text = (files / "paper_like.html").read_text("utf-8")
    alien = "<script>window.alien = 1</script><img src=x onerror='window.alien = 2'></body>"
    (tmp_path / "injected.html").write_text(text.replace("</body>", alien), encoding="utf-8")
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "injected.html").as_uri())
    page.wait_for_function(READY)
    assert page.evaluate("window.alien") is None
    assert sum("Content Security Policy" in message for message in said) >= 2
    page.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_violation_of_wcag_a_or_aa(opened, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened("everything", width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = axe.Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )
    assert found.response["violations"] == []


def test_the_first_tab_skips_to_the_findings(opened):
    page = opened("paper_like")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"


def test_the_data_are_saved_from_the_page(opened, tmp_path):
    page = opened("paper_like")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save results.json").click()
    waiting.value.save_as(tmp_path / "results.json")
    assert source.read(tmp_path / "results.json") == synthetic.paper_like()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    waiting.value.save_as(tmp_path / "summary.csv")
    assert (tmp_path / "summary.csv").read_text("utf-8").startswith("dataset,defense,")


def test_printing_opens_every_table(opened):
    page = opened("paper_like", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
