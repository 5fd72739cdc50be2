"""Files given to the app in a real browser: a spec, data, networks; taken, or refused with why."""

import re
import subprocess
import sys

import numpy as np
import pytest
from playwright.sync_api import expect

from core.spec import spec_files
from core.spec.spec import parse
from tests.browser.actions import choose, field, shown
from tests.browser.server import CHROMIUM

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no system Chromium: install the package `chromium`"
)


def test_a_spec_is_uploaded_as_yaml(app, page, tmp_path):
    path = tmp_path / "mine.yaml"
    raw = spec_files.preset("digits") | {"name": "from a file"}
    path.write_text(parse(raw, "digits").as_yaml())
    page.goto(f"{app.url}/launch")
    page.get_by_text("YAML", exact=True).first.click()
    field(page, "yaml-upload").set_input_files(path)
    expect(shown(page, "Spec")).to_have_value(re.compile("name: from a file"))
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()


def upload(page, app, path):
    page.goto(f"{app.url}/launch")
    page.get_by_label("Data", exact=True).click()
    page.get_by_role("option", name="my own file").click()
    field(page, "upload-data_file-0").set_input_files(path)


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
    # Only then are the fields those of the preset; a list opened before closes again.
    expect(shown(page, "Name of the run")).to_have_value("digits")
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()
    choose(page, "Networks to compare", "given")
    page.keyboard.press("Escape")
    expect(page.get_by_text("upload the .keras or .h5 file").first).to_be_visible()
    given = field(page, "upload-given_file-0")
    given.set_input_files(bad)
    expect(page.get_by_text(re.compile("bad.keras: ")).first).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_disabled()
    given.set_input_files(trained)
    expect(page.get_by_text("its final softmax was taken off").first).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()
