"""What tests of the app look for on a page, and how long they wait for it."""

import time

from playwright.sync_api import TimeoutError as TooLong
from playwright.sync_api import expect

SECONDS = 60_000
expect.set_options(timeout=SECONDS)


def heading(page, name):
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=SECONDS)


def shown(page, label):
    """The field that is seen: until a script ends, Streamlit hides fields that went, not more."""
    return page.get_by_label(label, exact=True).filter(visible=True)


def field(page, key):
    """The upload with this key."""
    return page.locator(f"[class*=st-key-{key}] input[type=file]")


def choose(page, box, option):
    """Open a list and take an option of it; where the page was drawn anew meanwhile, once more.

    That closes the list, whatever was in it, so that waiting longer would not help.
    """
    last = time.monotonic() + SECONDS / 1000
    while True:
        page.get_by_role("combobox", name=box).click()
        try:
            return page.get_by_role("option", name=option).click(timeout=5_000)
        except TooLong:
            if time.monotonic() > last:
                raise
            page.keyboard.press("Escape")
