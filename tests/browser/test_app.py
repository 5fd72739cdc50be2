"""The app in a real browser: one click to a first report, and nothing is lost on the way."""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect, sync_playwright

from core.execution.launch import stop_worker
from core.store.ledger import Ledger

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no system Chromium: install the package `chromium`"
)
SECONDS = 60_000
expect.set_options(timeout=SECONDS)


class App:
    """The app's server on a port of its own."""

    def __init__(self, home):
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        self.process = subprocess.Popen(
            [*command, "--server.port", str(self.port)],
            cwd=ROOT,
            env={**os.environ, "THERMOCLINE_HOME": str(self.home), "CUDA_VISIBLE_DEVICES": "-1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def modules(self):
        """Files that the server's process has mapped."""
        return Path(f"/proc/{self.process.pid}/maps").read_text()

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False


def until(condition, seconds=150.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


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


@pytest.fixture(scope="module")
def ledger(app):
    ledger = Ledger(app.home)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def first_run(app, browser):
    """The run that the one button of an empty workspace starts; it may still be running."""
    page = browser.new_page()
    page.goto(app.url)
    page.get_by_role("button", name="Run the first experiment").click(timeout=SECONDS)
    page.wait_for_url(re.compile(r"run=r-"))
    run = re.search(r"run=(r-\w+)", page.url).group(1)
    page.close()
    return run


@pytest.fixture(scope="module")
def finished(first_run, ledger):
    until(lambda: not ledger.run(first_run).active)
    assert ledger.run(first_run).state == "done"
    return first_run


def heading(page, name):
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=SECONDS)


def test_reload_stop_and_resume_lose_nothing(app, page, first_run, ledger):
    page.goto(f"{app.url}/run?run={first_run}")
    heading(page, "Running,")
    page.reload()
    heading(page, "Running,")
    expect(page.get_by_text(re.compile("of 3 networks trained, .* of 6 attacks"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Resume").click(timeout=SECONDS)
    until(lambda: ledger.run(first_run).active)


def test_a_killed_server_leaves_the_run_alone(app, page, first_run, ledger):
    assert ledger.run(first_run).active
    app.kill()
    until(lambda: not ledger.run(first_run).active)
    assert ledger.run(first_run).state == "done"
    app.start()
    page.goto(app.url)
    page.get_by_role("link", name="digits").click(timeout=SECONDS)
    heading(page, "Distillation at T")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_the_servers_process_holds_no_keras(app, finished):
    assert "tensorflow" not in app.modules()
    assert "libcuda" not in app.modules()


def test_a_link_opens_the_same_section_elsewhere(app, page, finished):
    page.goto(f"{app.url}/run?run={finished}&section=Samples")
    heading(page, "Attacked samples")
    expect(page.get_by_alt_text("Difference").first).to_be_visible()


@pytest.mark.parametrize("ending", ["html", "json", "zip", "csv", "yaml"])
def test_downloads_hold_the_run(app, page, finished, ending, tmp_path):
    page.goto(f"{app.url}/run?run={finished}")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f".{ending})").click()
    assert download.value.suggested_filename == f"{finished}.{ending}"
    saved = tmp_path / "saved"
    download.value.save_as(saved)
    content = saved.read_bytes()
    if ending == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert json.loads(archive.read("results.json"))["run"] == finished
    elif ending == "json":
        assert json.loads(content)["run"] == finished
    elif ending == "csv":
        assert len(content.splitlines()) == 1 + 6 * 50 * 9
    else:
        assert b"digits" in content


def test_a_clone_under_another_name_is_known_already_and_compares(app, page, finished, ledger):
    page.goto(f"{app.url}/launch?from={finished}")
    name = page.get_by_label("Name of the run")
    expect(name).to_have_value("digits")
    name.fill("the same again")
    name.press("Enter")
    expect(page.get_by_text("are known already")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    heading(page, "Distillation at T")
    clone = ledger.run("latest")
    assert (clone.name, clone.state) == ("the same again", "done")
    page.goto(f"{app.url}/compare?runs={finished},{clone.id}")
    heading(page, "Compare runs")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.get_by_text("What differs in the set-up")).to_be_visible()


def upload(page, app, path):
    page.goto(f"{app.url}/launch")
    page.get_by_label("Data", exact=True).click()
    page.get_by_role("option", name="my own file (.npz)").click()
    page.locator("input[type=file]").first.set_input_files(path)


def test_a_bad_upload_is_explained_and_blocks_the_launch(app, page, tmp_path):
    path = tmp_path / "bad.npz"
    np.savez(path, x_train=np.array([{"pickled": 1}], dtype=object))
    upload(page, app, path)
    expect(page.get_by_text("Something has to be mended first")).to_be_visible()
    expect(page.get_by_text("pickle").first).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_disabled()


def test_a_good_upload_is_described_before_the_launch(app, page, tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "mine.npz"
    labels = np.arange(300) % 3
    images = rng.random((300, 8, 8, 1)).astype("f4")
    np.savez(
        path,
        x_train=images[:120],
        y_train=labels[:120],
        x_test=images[120:],
        y_test=labels[120:],
    )
    upload(page, app, path)
    expect(page.get_by_text("120 for training, 180 for testing, 3 classes")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()


SOFTMAX = """
import keras, sys
net = keras.Sequential(
    [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
)
net.save(sys.argv[1])
"""


def test_a_trained_network_with_softmax_is_taken_and_a_bad_one_refused(app, page, tmp_path):
    trained, bad = tmp_path / "trained.keras", tmp_path / "bad.keras"
    subprocess.run([sys.executable, "-c", SOFTMAX, str(trained)], check=True, capture_output=True)
    bad.write_bytes(b"not an archive")
    page.goto(f"{app.url}/launch")
    page.get_by_label("Start from").click()
    page.get_by_role("option", name=re.compile("^digits")).click()
    page.get_by_role("combobox", name="Networks to compare").click()
    page.get_by_role("option", name="given").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("upload the .keras file").first).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(bad)
    expect(page.get_by_text(re.compile("bad.keras: ")).first).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_disabled()
    page.locator("input[type=file]").first.set_input_files(trained)
    expect(page.get_by_text("its final softmax was taken off").first).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()
