"""Networks as they are handed in are attacked like the same networks on fractions in logits."""

from dataclasses import replace
from functools import cache

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from core import attacks
from core.cells.train_cell import stored_network, train
from core.model.cell import GivenNetwork, ScaledLogits
from core.model.reading import Reading
from core.networks import finding_scales, trusted
from core.planting.network import cut
from core.store.artifacts import ArtifactStore
from tests.attacks.networks import logits, perceptron
from tests.cells.test_units import (
    EXACT,
    FEATURES,
    MEASURED,
    SEED,
    attacked,
    data,
    inputs,
    on_fractions,
)
from tests.store.cell_factory import cell


def given(model, dataset, folder, scale):
    """What a train cell makes of the network's file, on this scale, and stores.

    Which scale is found is asked elsewhere: the network of this test has no bias, so that larger
    values change no answer.
    """
    path = folder / "mine.keras"
    model.save(path)
    store = ArtifactStore(folder)
    found = finding_scales.found(model, dataset, 0, scale).used
    where = cell("", kind="train").payload
    payload = GivenNetwork(
        data=where.data,
        environment=where.environment,
        network=store.put_file(path, ".keras"),
        title="mine.keras",
        reading=Reading(at_low=found.at_low, at_high=found.at_high),
    )
    made = train(payload, dataset, None, store, lambda *_: None)
    assert made["metrics"]["accuracy"] == 1
    return stored_network(made["artifacts"], store).model


def taking(low, high):
    """The network of `on_fractions`, for values from `low` to `high`."""
    inner = perceptron(FEATURES, 3, scale=4.0, seed=SEED)
    taken = keras.Input((FEATURES,))
    span = high - low
    return keras.Model(taken, inner(layers.Rescaling(1 / span, offset=-low / span)(taken)))


def same_rows(name, dataset, model):
    rows, _, _ = attacked(name, dataset, model)
    expected = on_fractions(name)[0]
    pd.testing.assert_frame_equal(rows[EXACT], expected[EXACT])
    for measure in MEASURED:
        np.testing.assert_allclose(rows[measure], expected[measure], rtol=1e-3, atol=1e-4)


CHOSEN = [name for name in attacks.NAMES if name != "transfer"]
"""`transfer` goes by another network, which takes the data as they are."""


@pytest.mark.parametrize("name", CHOSEN)
def test_a_network_that_scales_bytes_itself_is_attacked_like_one_on_fractions(name, tmp_path):
    dataset = replace(data(0, 1), stored=(0.0, 255.0))
    same_rows(name, dataset, given(taking(0, 255), dataset, tmp_path, "stored"))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["jsma-logf", "pgd", "cw-l2", "genetic"])
def test_any_scaling_of_data_and_network_gives_the_same_rows(name, seed, tmp_path):
    rng = np.random.default_rng(seed)
    low = rng.uniform(-300, 300)
    dataset = data(low, low + 10 ** rng.uniform(-2, 3))
    scale, low, high = [("unit", 0.0, 1.0), ("signed", -1.0, 1.0)][seed % 2]
    same_rows(name, dataset, given(taking(low, high), dataset, tmp_path, scale))


@cache
def two_classes():
    """A network with one sigmoid unit, and the same weights with two logits."""
    rng = np.random.default_rng(2)
    hidden = [rng.normal(0, 1, (FEATURES, 10)), np.zeros(10)]
    column = rng.normal(0, 1, (10, 1))
    # As many inputs of one class as of the other.
    bias = -np.median(np.maximum(inputs() @ hidden[0], 0) @ column)

    def network(units, activation, weights):
        model = keras.Sequential(
            [
                keras.Input((FEATURES,)),
                layers.Dense(10, activation="relu"),
                layers.Dense(units, activation=activation),
            ]
        )
        model.set_weights([*hidden, *weights])
        return model

    one = network(1, "sigmoid", [column, np.array([bias])])
    two = network(2, None, [np.hstack([np.zeros((10, 1)), column]), np.array([0.0, bias])])
    return one, two


def of_two_classes():
    dataset = data(0, 1)
    labels = logits(two_classes()[1], dataset.x_test).argmax(-1)
    assert 5 < labels.sum() < 35
    return replace(dataset, y_train=labels, y_test=labels, class_names=("no", "yes"))


@pytest.mark.parametrize("name", CHOSEN)
def test_one_sigmoid_unit_gives_the_rows_of_two_logits(name, tmp_path):
    dataset = of_two_classes()
    one, two = two_classes()
    rows, _, adversarial = attacked(name, dataset, given(one, dataset, tmp_path, "stored"))
    expected, _, moved = attacked(name, dataset, two)
    # A product of two columns is rounded otherwise than one of one, which a line search may see.
    exact = [column for column in EXACT if (name, column) != ("lbfgs", "iterations")]
    pd.testing.assert_frame_equal(rows[exact], expected[exact])
    np.testing.assert_allclose(adversarial, moved, atol=1e-4 if name == "lbfgs" else 1e-5)
    # The logit of the other class stands still at 0: JSMA on logits wants both to move.
    assert rows["success"].any() or name in ("noise", "jsma-z")


def test_examples_can_be_planted_before_one_sigmoid_unit(tmp_path):
    dataset = of_two_classes()
    parts = cut(given(two_classes()[0], dataset, tmp_path, "stored"))
    assert parts.hidden.outputs[0].shape == (None, 10)
    hidden, both = parts.both.predict(dataset.x_test, verbose=0)
    assert (hidden >= 0).all()
    np.testing.assert_allclose(both, logits(two_classes()[1], dataset.x_test), atol=1e-5)


CODE = """
import keras

class Doubled(keras.layers.Layer):
    def call(self, x):
        return 2 * x
"""


def test_what_later_cells_open_brings_the_operators_code_along(tmp_path):
    """Of the file's own Lambda layers too, and through a network that is made of it."""
    store, dataset = ArtifactStore(tmp_path), data(0, 1)
    (tmp_path / "doubled.py").write_text(CODE)
    layers_file = store.put_file(tmp_path / "doubled.py", ".py")
    doubled = trusted.definitions(tmp_path / "doubled.py", "doubled.py")["Doubled"]()
    inner = perceptron(FEATURES, 3, scale=4.0, seed=SEED)
    taken = keras.Input((FEATURES,))
    model = keras.Model(taken, inner(layers.Lambda(lambda x: x / 2)(doubled(taken))))
    model.save(tmp_path / "mine.keras")
    where = cell("", kind="train").payload
    network = store.put_file(tmp_path / "mine.keras", ".keras")
    payload = GivenNetwork(
        data=where.data,
        environment=where.environment,
        network=network,
        title="mine.keras",
        reading=Reading(trusted=layers_file, lambdas=True),
    )
    roles = train(payload, dataset, None, store, lambda *_: None)["artifacts"]
    assert {roles["trusted_layers"], roles["trusted_lambdas"]} == {layers_file, network}
    opened = stored_network(roles, store)
    scaled = ScaledLogits(data=where.data, environment=where.environment, factor=2.0)
    larger = train(scaled, dataset, opened, store, lambda *_: None)["artifacts"]
    both = [stored_network(one, store).model for one in (roles, larger)]
    expected = logits(inner, dataset.x_test)
    for factor, found in zip((1, 2), both, strict=True):
        np.testing.assert_allclose(logits(found, dataset.x_test), factor * expected, rtol=1e-5)
    without = {"network": roles["network"]}
    with pytest.raises((TypeError, ValueError)):
        stored_network(without, store)
