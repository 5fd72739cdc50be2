"""Attacks that work find what was planted; those that a defence blinds find nothing."""

import keras
import numpy as np
import pytest

from core import attacks
from core.cells.plant_cell import plant
from core.data.dataset import Dataset
from core.model.cell import PlantPayload
from core.model.data import DataFacts
from core.networks.new_network import scaled_logits
from tests.attacks.networks import DATA, perceptron
from tests.store.cell_factory import SOMEWHERE

FEATURES = 60


def dataset(low=0.0, high=1.0, mutable=None):
    rng = np.random.default_rng(0)
    x = (low + (high - low) * rng.uniform(0.1, 0.9, (60, FEATURES))).astype(np.float32)
    y = np.arange(60) % 3
    return Dataset(
        name="mine",
        title="Mine",
        source="",
        x_train=x[:20],
        y_train=y[:20],
        x_test=x[20:],
        y_test=y[20:],
        low=np.full(FEATURES, low, np.float32),
        high=np.full(FEATURES, high, np.float32),
        mutable=np.ones(FEATURES, bool) if mutable is None else mutable,
        step=np.zeros(FEATURES, np.float32),
        class_names=("a", "b", "c"),
    )


def network():
    return perceptron(features=FEATURES)


def looked(name, model, data=None, samples=20, **params):
    """What an attack found."""
    data = dataset() if data is None else data
    attack = attacks.settings(name, params)
    facts = DataFacts.model_validate(data.info())
    ball = attack.ball_for(facts)
    payload = PlantPayload.model_validate(
        {
            **SOMEWHERE,
            "network": f"{id(model)}",
            "attack": name,
            "params": attack.params_for(facts),
            "distance": ball.distance,
            "radius": ball.radius,
            "step": ball.step,
            "samples": samples,
        }
    )
    return plant(payload, data, model, lambda *_: None)["metrics"]


FOUND_BY = [
    ("jsma-f", {}),
    ("jsma-f64", {}),
    ("jsma-logf", {}),
    ("jsma-z", {}),
    ("pgd", {"steps": 30}),
    ("pgd", {"steps": 30, "norm": "l2"}),
    ("pgd", {"steps": 30, "targeted": True}),
]


@pytest.mark.parametrize(("name", "params"), FOUND_BY)
def test_an_attack_that_works_finds_nearly_all(name, params):
    found = looked(name, network(), **params)
    assert found["of"] >= 15
    assert found["found"] >= 0.9 * found["of"]
    assert found["by_chance"] <= 0.05
    assert found["reason"] is None


@pytest.mark.parametrize(
    ("name", "params", "most", "least"),
    [
        ("jsma-f", {}, 0.1, 0.0),
        ("pgd", {"steps": 30, "loss": "probability"}, 0.1, 0.0),
        ("jsma-logf", {}, 1.0, 0.9),
        ("pgd", {"steps": 30, "loss": "margin"}, 1.0, 0.9),
    ],
)
def test_large_logits_blind_whoever_follows_probabilities(name, params, most, least):
    found = looked(name, scaled_logits(network(), 1_000.0), **params)
    assert least <= found["found"] / found["of"] <= most


def test_noise_hardly_finds_any():
    found = looked("noise", network(), draws=20)
    assert found["found"] < 0.5 * found["of"]


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 255.0)])
def test_the_scale_of_the_data_changes_nothing(low, high):
    """The same network behind the same inputs, stored in another scale."""
    model = network()
    inputs = keras.Input((FEATURES,))
    scaled = keras.layers.Rescaling(1 / (high - low), offset=-low / (high - low))(inputs)
    there = keras.Model(inputs, model(scaled))
    here = looked("jsma-logf", model)
    away = looked("jsma-logf", there, dataset(low, high))
    assert (away["found"], away["of"]) == (here["found"], here["of"])


def test_nothing_is_planted_where_nothing_may_change():
    mutable = np.zeros(FEATURES, bool)
    mutable[:2] = True
    found = looked("jsma-logf", network(), dataset(mutable=mutable), budget=2)
    assert found["of"] <= 20


def test_a_network_whose_last_layer_cannot_be_told_gets_the_reason():
    inputs = keras.Input((FEATURES,))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="tanh")(inputs))
    found = looked("jsma-logf", model)
    assert (found["found"], found["of"], found["by_chance"]) == (0, 0, None)
    assert "last hidden layer" in found["reason"]


def test_the_same_is_found_twice_and_by_more_samples_too():
    model = network()
    few, many = looked("jsma-logf", model, samples=10), looked("jsma-logf", model, samples=20)
    assert looked("jsma-logf", model, samples=10) == few
    assert few["of"] <= many["of"]


def test_transfer_looks_for_nothing():
    assert attacks.settings("transfer").ball_for(DATA) is None
