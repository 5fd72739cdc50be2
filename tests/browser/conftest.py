"""What tests of the app start once a file: its server on an empty workspace, and a browser."""

import pytest
from playwright.sync_api import sync_playwright

from core.execution.launch import stop_worker
from tests.browser.actions import SECONDS
from tests.browser.server import CHROMIUM, App


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = App(tmp_path_factory.mktemp("workspace"))
    app.start()
    yield app
    app.kill()
    stop_worker(app.home)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(SECONDS)
    yield context.new_page()
    context.close()
