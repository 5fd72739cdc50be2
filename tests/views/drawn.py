"""Draw a page of the app without a browser, and read it."""

from functools import cache
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from tests.views import filled

ROOT = Path(__file__).parents[2]
KINDS = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "code")
# Streamlit looks through every installed package for each drawing that is tested; a server once.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
# Other tests of this process may have loaded Keras, which the app's server never does. Streamlit
# would then empty it and collect all garbage after every drawing, which takes longer than both.
script_runner._clean_problem_modules = lambda: None


def draw(page="runs", /, **query):
    """The page after its first run; no exception on it."""
    tested = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        tested.query_params[key] = value
    if page != "runs":
        tested.switch_page(f"reports/views/{page}.py")
    tested.run()
    assert not tested.exception, tested.exception
    return tested


def text(tested):
    """All that a reader reads."""
    found = [element for kind in KINDS for element in getattr(tested, kind)]
    return "\n".join(str(element.value) for element in found).replace("\\", "")


def labels(tested):
    return [button.label for button in tested.button]


def at(tested, name):
    """The key of a field of the launch page, as it is now."""
    return f"{name}-{tested.session_state['modes' if name == 'mode' else 'fields']}"


def small(page):
    """The launch page with few samples to attack."""
    page.number_input(key=at(page, "samples")).set_value(filled.SAMPLES)
    return page.run()
