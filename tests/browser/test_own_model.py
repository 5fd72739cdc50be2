"""Is my own model robust? One sigmoid unit and a CSV file, from the first page to the report."""

import re
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from core.store.ledger import Ledger
from tests.browser.actions import field, heading, shown
from tests.browser.server import CHROMIUM

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no system Chromium: install the package `chromium`"
)

SIGMOID = """
import sys
import keras
import numpy as np
import pandas as pd

table = pd.read_csv(sys.argv[1])
# As the product lays a table out: numbers as fractions of their range are the network's own
# business, categories become one-hot columns in the order of their texts.
x = table.drop(columns="target")
x = pd.concat([x[["age", "income"]], pd.get_dummies(x["colour"])], axis=1).to_numpy("float32")
y = (table["target"] == "good").to_numpy("float32")
scale = keras.layers.Normalization()
scale.adapt(x)
layers = keras.layers
network = keras.Sequential([
    keras.Input((5,)), scale, layers.Dense(8, "relu"), layers.Dense(1, "sigmoid"),
])
network.compile(keras.optimizers.Adam(0.05), "binary_crossentropy")
network.fit(x, y, epochs=40, verbose=0)  # classes in the order of their names: bad, good
network.save(sys.argv[2])
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    rng = np.random.default_rng(0)
    age, income = rng.integers(18, 80, 300), rng.normal(40, 9, 300).round(2)
    colour = rng.choice(["blue", "green", "red"], 300)
    good = (age - 50) / 18 + (income - 40) / 9 + (colour == "red") > 0
    target = np.where(good, "good", "bad")
    table, network = folder / "people.csv", folder / "judge.keras"
    columns = {"age": age, "income": income, "colour": colour, "target": target}
    pd.DataFrame(columns).to_csv(table, index=False)
    command = [sys.executable, "-c", SIGMOID, str(table), str(network)]
    subprocess.run(command, check=True, capture_output=True)
    return table, network


def test_a_sigmoid_network_and_a_table_get_an_answer_of_their_own(app, page, files):
    table, network = files
    page.goto(app.url)
    page.get_by_role("link", name="Test my own model").click()
    heading(page, "Is my own model robust?")
    expect(shown(page, "Name of the run")).to_have_value("my own model")
    expect(page.get_by_role("button", name="Launch")).to_be_disabled()
    field(page, "upload-data_file-0").set_input_files(table)
    expect(page.get_by_text("Uses people.csv").first).to_be_visible()
    field(page, "upload-given_file-0").set_input_files(network)
    expect(page.get_by_text("Uses judge.keras").first).to_be_visible()
    # What was read in another form stands there before anything is launched.
    expect(
        page.get_by_text(re.compile("the classes are those of the column")).first
    ).to_be_visible()
    expect(
        page.get_by_text(re.compile("its one sigmoid unit became two logits")).first
    ).to_be_visible()
    launch = page.get_by_role("button", name="Launch")
    expect(launch).to_be_enabled()
    launch.click()
    page.wait_for_url(re.compile(r"run=r-"))
    run = re.search(r"run=(r-\w+)", page.url).group(1)
    ledger = Ledger(app.home)
    last = time.monotonic() + 240
    while ledger.run(run).active:
        assert time.monotonic() < last, "the run did not end"
        time.sleep(0.5)
    assert ledger.run(run).state == "done"
    page.goto(f"{app.url}/run?run={run}")
    expect(page.get_by_text(re.compile("^An attacker needs")).first).to_be_visible()
    expect(page.get_by_text(re.compile("distill|undefended", re.IGNORECASE))).to_have_count(0)
