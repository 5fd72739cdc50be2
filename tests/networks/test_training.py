"""Training at a temperature, soft labels, and what is deployed."""

import itertools

import keras
import numpy as np
import pytest

from core.data.arrays import Origin, from_arrays
from core.model.cell import NewNetwork
from core.model.training import (
    ArchitectureSettings,
    Labels,
    OptimizerSettings,
    Schedule,
    Teacher,
)
from core.networks import architectures, new_network, training
from tests.store.cell_factory import SOMEWHERE

SHAPE, CLASSES = (6,), 3


def softmax(scores):
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def cross_entropy(scores, targets):
    return float(-(targets * np.log(softmax(scores.astype(np.float64)))).sum(-1).mean())


@pytest.fixture(scope="module")
def blobs():
    generator = np.random.default_rng(0)
    y = np.arange(240) % CLASSES
    x = np.clip(generator.normal(0.3, 0.1, (240, 6)) + 0.4 * np.eye(CLASSES, 6)[y], 0, 1)
    arrays = {
        "x_train": x[:180].astype(np.float32),
        "y_train": y[:180],
        "x_test": x[180:].astype(np.float32),
        "y_test": y[180:],
    }
    return from_arrays(arrays, Origin("blobs", "blobs", "made here"))


def train(blobs, teacher=None, progress=lambda *_, **__: None, **changes):
    options = {
        "architecture": ArchitectureSettings(name="mlp"),
        "targets": Labels(),
        "optimizer": OptimizerSettings(optimizer="adam", learning_rate=0.003, batch_size=32),
        "epochs": 15,
    }
    plan = NewNetwork(**(SOMEWHERE | options | changes))
    return new_network.train(plan, blobs, teacher=teacher, progress=progress)


@pytest.fixture(scope="module")
def teacher(blobs):
    return train(blobs, temperature=20.0)


def test_soft_labels_are_the_teachers_softmax_at_the_temperature(blobs, teacher):
    model, _ = teacher
    scores = training.logits(model, blobs.x_train)
    expected = softmax(scores / 20)
    np.testing.assert_allclose(
        training.soft_labels(model, blobs.x_train, 20.0), expected, atol=1e-6
    )
    assert np.abs(expected - softmax(scores)).max() > 0.1


def test_the_student_learns_from_soft_labels_at_the_temperature(blobs, teacher, monkeypatch):
    seen = {}

    def fit(model, x, targets, schedule, **_):
        seen.update(targets=targets, temperature=schedule.temperature)
        return training.History()

    monkeypatch.setattr(training, "fit", fit)
    model, _ = teacher
    train(blobs, targets=Teacher(), temperature=20.0, teacher=model)
    np.testing.assert_allclose(
        seen["targets"], softmax(training.logits(model, blobs.x_train) / 20), atol=1e-6
    )
    assert seen["temperature"] == 20.0


def test_the_loss_is_one_softmax_of_logits_over_temperature(blobs):
    """With one batch an epoch, the first loss is that of the initial weights."""
    optimizer = OptimizerSettings(optimizer="sgd", learning_rate=1e-9, momentum=0.0, batch_size=180)
    for temperature in (1.0, 5.0):
        keras.utils.set_random_seed(3)
        initial = architectures.build("mlp", SHAPE, CLASSES)
        scores = 10 * training.logits(initial, blobs.x_train)
        last = initial.layers[-1]
        last.set_weights([10 * weights for weights in last.get_weights()])
        targets = training.hard_targets(blobs.y_train, CLASSES)
        history = training.fit(
            initial,
            blobs.x_train,
            targets,
            Schedule(temperature=temperature, optimizer=optimizer, epochs=1),
            test=(blobs.x_test, blobs.y_test),
        )
        expected = cross_entropy(scores / temperature, targets)
        assert history.loss[0] == pytest.approx(expected, rel=1e-4)


def test_a_network_trained_at_a_temperature_is_deployed_at_one(blobs, teacher):
    """Its output is z, not z / T: only z / T fits the targets that it was trained on."""
    model, history = teacher
    scores = training.logits(model, blobs.x_train)
    targets = training.hard_targets(blobs.y_train, CLASSES)
    assert cross_entropy(scores / 20, targets) == pytest.approx(history.loss[-1], rel=0.3)
    assert cross_entropy(scores / 400, targets) > 3 * history.loss[-1]


def test_one_seed_gives_one_network(blobs, teacher):
    again, _ = train(blobs, temperature=20.0)
    for first, second in zip(teacher[0].get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)
    other, _ = train(blobs, temperature=20.0, seed=1)
    assert any(
        (a != b).any() for a, b in zip(other.get_weights(), again.get_weights(), strict=True)
    )


def test_spread_targets_are_distributions():
    rows = training.spread_targets(np.array([2, 0]), 3, 0.9, 0.05)
    np.testing.assert_allclose(rows, [[0.05, 0.05, 0.9], [0.9, 0.05, 0.05]])


def test_the_warm_start_comes_first_and_is_counted(blobs):
    calls = []
    _, history = train(
        blobs,
        temperature=20.0,
        epochs=3,
        warm_start=2,
        progress=lambda done, total, *_, **__: calls.append((done, total)),
    )
    assert len(history.loss) == len(history.test_accuracy) == 5
    assert calls[-1] == (5, 5)
    assert all(a[0] <= b[0] for a, b in itertools.pairwise(calls))


def test_scaled_logits_answer_the_same(blobs, teacher):
    scaled = new_network.scaled_logits(teacher[0], 100.0)
    np.testing.assert_allclose(
        training.logits(scaled, blobs.x_test),
        100 * training.logits(teacher[0], blobs.x_test),
        rtol=1e-5,
    )


@pytest.mark.parametrize(
    ("name", "shape", "parameters"),
    [("paper-mnist", (28, 28, 1), 312_202), ("paper-cifar10", (32, 32, 3), 1_147_978)],
)
def test_the_papers_networks_have_its_sizes(name, shape, parameters):
    """The counts follow from CW17's tables with 'valid' padding: 4 x 4 x 64 and 5 x 5 x 128."""
    model = architectures.build(name, shape, 10)
    assert architectures.parameters(model) == parameters
    assert any(isinstance(layer, keras.layers.Dropout) for layer in model.layers)
