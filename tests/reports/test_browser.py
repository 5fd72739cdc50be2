"""The page in a real browser, from disk and without network: it draws, fits, and is accessible."""

import re
from pathlib import Path

import pytest

from core import seal
from core.reviews import chain, entries
from reports.compare import comparison
from reports.document import document
from reports.files import source
from tests.reports import synthetic
from tests.reports.cases import CASES
from tests.reports.changing import changed

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
COMPARED = ("compared", "compared_hostile")
READY = "() => [...document.querySelectorAll('.drawing')].every(d => d.dataset.drawn === 'yes')"


def reviewed():
    """Every part of a report, with a comment, its answer, and sign-offs old and new."""
    made = CASES["everything"]()
    sealed = seal.sealed(made.as_json())
    now = (sealed["content_sha256"], sealed["renderer"])
    said = [
        entries.comment("Ada", "verdicts", "Why is the control listed?"),
        entries.reply("Grace", 1, "Nobody proposes it."),
        entries.sign_off("Ada", "security", "rejected", "Earlier content.", "0" * 64, "other"),
        entries.sign_off("Grace", "ML reviewer", "approved", "", *now),
    ]
    records: list[dict] = []
    for one in said:
        records.append(chain.chained(one, made.run, records, 1.7e9))
    return changed(made, reviews=chain.exported(made.run, records))


def compared(case):
    """A page that compares a case with a later run of it."""
    first = CASES[case]()
    second = changed(first, run="r-later", name="later", verdicts=first.verdicts[1:])
    return comparison.render([first, second], [[]])


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    pages = {case: document.render(CASES[case]()) for case in OPENED}
    pages["reviewed"] = document.render(reviewed())
    pages |= {"compared": compared("everything"), "compared_hostile": compared("hostile")}
    for case, text in pages.items():
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


@pytest.mark.parametrize("case", [*OPENED, *COMPARED])
def test_every_figure_is_drawn_and_a_phone_never_scrolls_sideways(opened, case):
    page = opened(case, width=390)
    drawn = "[...document.querySelectorAll('.drawing')].every(d => d.querySelector('.main-svg'))"
    assert page.evaluate(drawn)
    assert page.locator(".drawing").count() >= (2 if case in COMPARED else 3)
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


@pytest.mark.parametrize(
    ("case", "scheme", "width"),
    [("everything", "light", 1280), ("reviewed", "dark", 390), ("compared", "light", 1280)],
)
def test_no_violation_of_wcag_a_or_aa(opened, case, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened(case, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    # Where a rule was kept is not listed in full: describing every such place takes long.
    found = axe.Axe().run(page, options={"runOnly": levels, "resultTypes": ["violations"]})
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
    saved = source.read(tmp_path / "results.json")
    assert saved.as_json() == synthetic.paper_like().as_json()
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


def test_a_term_shows_its_meaning_by_keyboard_and_is_described_by_the_glossary(opened):
    page = opened("everything", width=390)
    term = page.locator(".term").first
    shown = "term => getComputedStyle(term, '::after').content"
    assert term.evaluate(shown) == "none"
    page.keyboard.press("Tab")
    term.focus()
    assert term.get_attribute("data-meaning") in term.evaluate(shown)
    described = page.locator(f"#{term.get_attribute('aria-describedby')}")
    assert described.inner_text() in term.get_attribute("data-meaning")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("case", ["paper_like", "compared"])
def test_print_is_paged_with_run_and_hash_at_the_foot(opened, case):
    page = opened(case)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 3
    content = page.locator("meta[name=content-sha256]").get_attribute("content")
    rules = page.evaluate(
        "() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])"
        ".filter(rule => rule.cssText.startsWith('@page')).map(rule => rule.cssText).join()"
    )
    assert "counter(page)" in rules
    assert content[:16] in rules
    page.emulate_media(media="print")
    heads = page.locator("thead").evaluate_all(
        "heads => heads.map(head => getComputedStyle(head).display)"
    )
    assert set(heads) == {"table-header-group"}
    assert not page.locator("nav").is_visible()
