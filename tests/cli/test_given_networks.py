"""Networks as people have them, from the command line: code of one's own, whole numbers."""

import json

import keras
import numpy as np
import pandas as pd
import pytest

from core.execution import launch
from tests.cli.commands import core, told_in_one_line

LAYERS = """
import keras

@keras.saving.register_keras_serializable("mine")
class Halved(keras.layers.Layer):
    def call(self, x):
        return x / 2
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A workspace of its own."""
    home = tmp_path_factory.mktemp("home")
    yield home
    launch.stop_worker(home, timeout=10)


def trained(model, x, y):
    loss = "binary_crossentropy" if model.output_shape[-1] == 1 else None
    model.compile(keras.optimizers.Adam(0.02), loss or "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=30, verbose=0)
    return model


def three_classes(rng, n=240):
    y = np.arange(n) % 3
    x = rng.integers(0, 8, (n, 9)) + 8 * np.repeat(np.eye(3, dtype=int), 3, 1)[y]
    return x.astype(np.float32), y


def parts(x, y, **more):
    return {"x_train": x[:150], "y_train": y[:150], "x_test": x[150:], "y_test": y[150:], **more}


def test_a_network_of_whole_numbers_is_attacked_by_what_needs_no_gradient(home, tmp_path):
    x, y = three_classes(np.random.default_rng(0))
    np.savez(tmp_path / "whole.npz", **parts(x, y, low=0.0, high=15.0, step=1.0))
    layers = [keras.layers.Embedding(16, 4), keras.layers.Flatten()]
    last = keras.layers.Dense(3, activation="softmax")
    model = keras.Sequential([keras.Input((9,), dtype="int32"), *layers, last])
    path = tmp_path / "whole.keras"
    trained(model, x.astype(int), y).save(path)
    given = ("evaluate", path, "--data", tmp_path / "whole.npz", "--samples", 6)
    refused = core(home, *given, "--attack", "pgd", "--attack", "noise", check=False)
    told_in_one_line(refused, 2, "leave it out; there remain noise")
    out = tmp_path / "out"
    done = core(home, *given, "--out", out)
    assert "taking decision, genetic, noise" in " ".join(done.stderr.split())
    rows = pd.read_parquet(out / "results.parquet")
    assert set(rows["attack"]) == {"decision", "genetic", "noise"}
    assert rows[rows["attack"] == "decision"]["success"].all()
    for kept in (out / "adversarial").glob("*.npz"):
        with np.load(kept) as arrays:
            moved = arrays["adversarial"]
        np.testing.assert_array_equal(moved, np.round(moved))
        mine = rows[rows["attack"] == kept.name[13:-11]]
        answers = model.predict(moved.astype(int), verbose=0).argmax(-1)
        np.testing.assert_array_equal(answers, mine["predicted"])


def test_a_layer_of_ones_own_runs_where_its_file_is_trusted(home, tmp_path):
    rng = np.random.default_rng(1)
    y = np.arange(200) % 2
    x = np.clip(rng.normal(0.3, 0.1, (200, 6)) + 0.4 * y[:, None], 0, 1).astype(np.float32)
    np.savez(tmp_path / "two.npz", **parts(x, y))
    (tmp_path / "my_layers.py").write_text(LAYERS)
    module = {}
    exec(LAYERS, module)
    last = [keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential([keras.Input((6,)), module["Halved"](), *last])
    path = tmp_path / "own.keras"
    trained(model, x, y).save(path)
    given = ("evaluate", path, "--data", tmp_path / "two.npz", "--attack", "fgsm", "--samples", 9)
    told_in_one_line(core(home, *given, check=False), 1, "--trust FILE.py")
    out = tmp_path / "out"
    core(home, *given, "--trust", tmp_path / "my_layers.py", "--out", out)
    results = json.loads((out / "results.json").read_text())
    assert len(results["provenance"]["notes"]) == 2
    accuracy = ((model.predict(x[150:], verbose=0)[:, 0] > 0.5) == y[150:]).mean()
    assert results["summary"][0]["accuracy"] == pytest.approx(accuracy)
    notes = " ".join(results["provenance"]["notes"])
    assert "my_layers.py (sha256 " in notes
    assert "became two logits" in notes
