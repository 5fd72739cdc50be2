"""The same network with its scaling is attacked in the same way, whatever the scale of the data."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import attacks
from core.cells.attack_cell import attack
from core.cells.examination import examine
from core.data.dataset import Dataset
from core.metrics.robustness import measure_of, per_sample
from core.model.data import DataFacts
from core.store.artifacts import ArtifactStore
from core.store.tables import stored_table
from tests.attacks.networks import logits, perceptron
from tests.store.cell_factory import cell

FEATURES, CLASSES, SAMPLES = 8, 3, 4
SEED = 10
"""Of a network whose answers differ, with margins that small changes cross."""
SMALL = {
    "bim": {"steps": 5},
    "pgd": {"steps": 5},
    "transfer": {"steps": 5},
    "noise": {"draws": 5},
    "genetic": {"queries": 60},
    "decision": {"queries": 120},
    "lbfgs": {"steps": 10, "searches": 2},
    "cw-l2": {"steps": 20, "searches": 2},
    "cw-l0": {"steps": 10, "searches": 2},
}
"""Fewer steps than a run would take: what is asked is whether they are the same."""
EXACT = [
    "sample",
    "label",
    "target",
    "predicted_clean",
    "predicted",
    "success",
    "status",
    "iterations",
    "l0",
]
MEASURED = ["l1", "l2", "linf"]


def inputs():
    # Multiples of 1/256 are exact in every scale by a power of two.
    return np.random.default_rng(0).integers(1, 256, (40, FEATURES)).astype(np.float32) / 256


def network(low, high, seed=SEED):
    """One random network of fractions, behind what brings these data's units to fractions."""
    inner = perceptron(FEATURES, CLASSES, scale=4.0, seed=seed)
    span = np.asarray(high, np.float32) - low
    scaled = keras.layers.Rescaling(1 / span, offset=-low / span)
    taken = keras.Input((FEATURES,))
    return keras.Model(taken, inner(scaled(taken)))


def data(low, high, mutable=None, step=0.0):
    """The same inputs on another scale, with the labels that the network gives them."""
    low, high = (np.broadcast_to(np.asarray(b, np.float32), FEATURES).copy() for b in (low, high))
    labels = logits(perceptron(FEATURES, CLASSES, scale=4.0, seed=SEED), inputs()).argmax(-1)
    x = (low + inputs() * (high.astype(np.float64) - low)).astype(np.float32)
    return Dataset(
        name="scaled",
        title="Scaled",
        source="drawn",
        x_train=x,
        y_train=labels,
        x_test=x,
        y_test=labels,
        low=low,
        high=high,
        class_names=("a", "b", "c"),
        mutable=np.ones(FEATURES, bool) if mutable is None else mutable,
        step=np.full(FEATURES, step, np.float32),
    )


def settings_of(name):
    return attacks.settings(name, SMALL.get(name))


def attacked(name, dataset, model=None):
    """Rows and kept examples of one attack, with its defaults for these data."""
    chosen = settings_of(name)
    facts = DataFacts.model_validate(dataset.info())
    payload = cell(
        "",
        kind="attack",
        attack=name,
        params=chosen.params_for(facts),
        budget=chosen.budget_for(facts),
        distance=chosen.distance,
        samples=SAMPLES,
    ).payload
    model = model or network(dataset.low, dataset.high)
    source = network(dataset.low, dataset.high, seed=4) if name == "transfer" else None
    with tempfile.TemporaryDirectory() as folder:
        store = ArtifactStore(Path(folder))
        made = attack(payload, dataset, model, source, store, lambda *_: None)["artifacts"]
        with np.load(store.path(made["adversarial"])) as kept:
            return stored_table(made["rows"], store), kept["original"], kept["adversarial"]


@cache
def on_fractions(name):
    """What the attack does where every feature runs from 0 to 1."""
    return attacked(name, data(0, 1))


def powers_of_two():
    """A range from 0 a feature, by which every product is exact."""
    exponents = st.lists(st.integers(0, 15), min_size=FEATURES, max_size=FEATURES)
    return exponents.map(lambda found: np.exp2(np.array(found) - 6.0))


@pytest.mark.parametrize("name", attacks.NAMES)
@settings(max_examples=2, deadline=None, database=None, derandomize=True)
@given(high=powers_of_two())
def test_rows_do_not_depend_on_the_scale_to_the_last_bit_where_it_is_exact(name, high):
    rows, _, _ = attacked(name, data(0, high))
    pd.testing.assert_frame_equal(rows, on_fractions(name)[0], check_exact=True)


@pytest.mark.parametrize("name", attacks.NAMES)
@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 255)])
def test_rows_are_the_same_on_other_scales_pair_by_pair(name, low, high):
    same_rows(name, data(low, high))


@pytest.mark.parametrize("name", attacks.NAMES)
def test_rows_are_the_same_where_each_feature_has_a_range_of_its_own(name):
    low = np.array([-300, -1, 0, 5, -0.25, -7, 100, 0], np.float32)
    span = np.array([200, 2, 255, 3, 0.5, 1, 30, 1], np.float32)
    same_rows(name, data(low, low + span))


def same_rows(name, dataset):
    rows, original, adversarial = attacked(name, dataset)
    expected, _, fractions = on_fractions(name)
    pd.testing.assert_frame_equal(rows[EXACT], expected[EXACT])
    for measure in MEASURED:
        np.testing.assert_allclose(rows[measure], expected[measure], rtol=1e-3, atol=1e-4)
    # Kept examples are in the data's own units, inside their bounds, unmoved where unmoved.
    assert (adversarial >= dataset.low).all()
    assert (adversarial <= dataset.high).all()
    span = dataset.high.astype(np.float64) - dataset.low
    np.testing.assert_allclose((adversarial - dataset.low) / span, fractions, atol=1e-3)
    moved = (adversarial != original.repeat(len(adversarial) // len(original), 0)).sum(1)
    np.testing.assert_array_equal(moved, rows["l0"])


@pytest.mark.parametrize("name", ["jsma-logf", "pgd"])
def test_a_plain_network_on_0_to_255_does_not_read_as_robust(name):
    rows, _, _ = attacked(name, data(0, 255))
    assert (rows["status"] == "success").any()


UNSEEN = 3
"""Immutable features that are added, on scales of their own, the last one constant; the network
weighs them with 0."""


def widened(dataset, model):
    """The same inputs with more columns that nobody may change and the network does not see."""
    rng = np.random.default_rng(5)
    more = rng.uniform(-900, 900, (len(dataset.x_test), UNSEEN)).astype(np.float32)
    low, high = np.full(UNSEEN, -900, np.float32), np.full(UNSEEN, 900, np.float32)
    more[:, -1] = low[-1] = high[-1] = 7
    x = np.hstack([dataset.x_test, more])
    wide = perceptron(FEATURES + UNSEEN, CLASSES, scale=4.0)
    hidden, *others = model.get_weights()
    wide.set_weights([np.vstack([hidden, np.zeros((UNSEEN, 10))]), *others])
    changed = replace(
        dataset,
        x_train=x,
        x_test=x,
        low=np.append(dataset.low, low),
        high=np.append(dataset.high, high),
        mutable=np.append(dataset.mutable, np.zeros(UNSEEN, bool)),
        step=np.zeros(FEATURES + UNSEEN, np.float32),
    )
    return changed, wide


@pytest.mark.parametrize("name", ["jsma-logf", "jsma-z", "fgsm", "bim", "cw-l2"])
def test_immutable_features_change_no_budget_no_distance_and_no_robustness(name):
    dataset, model = data(0, 1), perceptron(FEATURES, CLASSES, scale=4.0)
    wide, other = widened(dataset, model)
    few, many = (attacked(name, d, m)[0] for d, m in ((dataset, model), (wide, other)))
    pd.testing.assert_frame_equal(many[EXACT], few[EXACT])
    for measure in MEASURED:
        np.testing.assert_allclose(many[measure], few[measure], rtol=1e-5, atol=1e-6)
    first, second = (rho(name, d, rows) for d, rows in ((dataset, few), (wide, many)))
    assert first == pytest.approx(second, rel=1e-5)


def rho(name, dataset, rows):
    """Equation 11 as a share of what exists, under one attack with its default budget."""
    chosen, facts = settings_of(name), DataFacts.model_validate(dataset.info())
    measure = measure_of(chosen.distance, chosen.budget_for(facts), facts.extent)
    return per_sample(rows.assign(seed=0), measure)["rho"].tolist()


@pytest.mark.parametrize("name", ["jsma-logf", "pgd", "cw-l2"])
def test_whole_numbers_stay_whole_numbers_within_the_fraction(name):
    dataset = data(0, 256, step=1.0)
    rows, original, adversarial = attacked(name, dataset)
    np.testing.assert_array_equal(adversarial, np.round(adversarial))
    assert (adversarial != original.repeat(len(adversarial) // len(original), 0)).any()
    if name == "pgd":
        assert rows["linf"].max() <= 0.1
        assert rows["linf"].max() >= 25 / 256
    assert rows["success"].any()


def test_the_nearest_whole_numbers_are_kept_where_they_succeed_within_the_budget(monkeypatch):
    """A budget of whole steps: what lies on its border may be rounded onto it."""
    monkeypatch.setitem(SMALL, "pgd", {**SMALL.get("pgd", {}), "eps": 0.125})
    _, original, free = attacked("pgd", data(0, 256))
    _, _, whole = attacked("pgd", data(0, 256, step=1.0))
    nearest = np.round(free)
    within = np.abs(nearest - original).max(axis=1) <= 32
    before, after = (network(0, 256).predict(x, verbose=0).argmax(-1) for x in (original, nearest))
    kept = within & (before != after)
    towards = original + np.trunc(free - original)
    assert (nearest[kept] != towards[kept]).any()
    np.testing.assert_array_equal(whole[kept], nearest[kept])


def test_slopes_of_a_network_do_not_depend_on_the_scale():
    mutable = np.arange(FEATURES) > 1
    high = np.exp2(np.arange(FEATURES) - 2.0)
    found = [
        examine(network(d.low, d.high), d).amplitudes
        for d in (data(0, 1, mutable), data(0, high, mutable), data(-1, 1, mutable))
    ]
    assert found[0].median_power == pytest.approx(found[1].median_power, rel=1e-6)
    assert found[0].median_power == pytest.approx(found[2].median_power, rel=1e-4)
    every = examine(network(0, 1), data(0, 1)).amplitudes
    one = examine(network(0, 1), data(0, 1, np.arange(FEATURES) == 0)).amplitudes
    assert every.median_power > one.median_power
