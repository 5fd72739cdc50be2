"""Every page of the app under axe-core: no violation of WCAG level A or AA, light or dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import screenshots
from tests.browser.server import CHROMIUM, App

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no system Chromium: install the package `chromium`"
)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# Where a rule was kept is not listed in full: describing every such place takes half of the time.
OPTIONS = {"runOnly": LEVELS, "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("workspace")
    addresses = screenshots.fill(home)
    app = App(home)
    app.start()
    yield app, addresses
    app.kill()


@pytest.mark.parametrize("ground", screenshots.GROUNDS)
def test_no_page_violates_level_a_or_aa(app, browser, ground):
    app, addresses = app
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=ground)
    found = {}
    for name, address in addresses.items():
        page.goto(f"{app.url}/{address}")
        screenshots.settled(page, wait_ms=0)
        for one in Axe().run(page, options=OPTIONS).response["violations"]:
            nodes = [node["html"][:200] for node in one["nodes"]]
            found.setdefault(f"{one['id']}: {one['help']}", []).append((name, nodes[:2]))
    page.close()
    assert not found
