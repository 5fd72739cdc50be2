"""The review page in a real browser: two people at once, a signature, publication, hostile text."""

import pytest
from playwright.sync_api import expect

from core.reviews import chain
from core.store.ledger import Ledger
from tests.browser.actions import SECONDS
from tests.browser.screenshots import settled
from tests.browser.server import CHROMIUM
from tests.views import filled

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no system Chromium: install the package `chromium`"
)
HOSTILE = "<img src=x onerror=alert(1)> **b** :red[x] \u202eabc"


def opened(browser, app, run):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(SECONDS)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"{app.url}/review?run={run}")
    expect(page.get_by_role("button", name="Comment", exact=True)).to_be_visible(timeout=SECONDS)
    return page


def comment(page, name, text):
    form = page.get_by_test_id("stForm").filter(has_text="Comment on a section")
    form.get_by_label("Your name").fill(name)
    form.get_by_label("Comment", exact=True).fill(text)
    form.get_by_role("button", name="Comment", exact=True).click()


def test_two_people_review_one_run_and_publish_it(app, browser):
    ledger = Ledger(app.home)
    run = filled.submit(ledger)
    filled.work(ledger)
    ada, bob = opened(browser, app, run), opened(browser, app, run)
    comment(ada, "Ada", HOSTILE)
    comment(bob, "Bob", "Why?")
    for page, text in ((ada, HOSTILE), (bob, "Why?")):
        said = page.get_by_test_id("stText").get_by_text(text, exact=True)
        expect(said).to_be_visible(timeout=SECONDS)
    settled(bob, wait_ms=500)
    form = bob.get_by_test_id("stForm").filter(has_text="Sign off")
    form.get_by_text("security", exact=True).click()
    form.get_by_text("approved", exact=True).click()
    form.get_by_role("button", name="Sign").click()
    expect(bob.get_by_text("Approved by Bob (security)")).to_be_visible(timeout=SECONDS)
    settled(bob, wait_ms=500)
    bob.get_by_role("button", name="Publish this run").click()
    bob.get_by_role("dialog").get_by_role("button", name="Publish for good").click()
    expect(bob.get_by_text("was published by Bob")).to_be_visible(timeout=SECONDS)
    expect(bob.get_by_role("dialog")).not_to_be_visible(timeout=SECONDS)
    reviews = ledger.reviews(run)
    assert [r["kind"] for r in reviews["records"]] == ["comment", "comment", "sign-off", "publish"]
    assert chain.fault(run, reviews) == ""
    ledger.close()
