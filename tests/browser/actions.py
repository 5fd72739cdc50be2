"""What tests of the app look for on a page, and how long they wait for it."""

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
