"""Sigma-zero against its published steps written out, and what is taken back at the end."""

import keras
import numpy as np
import pytest

from core import attacks
from core.attacks.engine.question import Limits, Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.engine.taking_back import taken_back
from tests.attacks.asking import asked
from tests.attacks.networks import linear, logits, perceptron

N = 12
RNG = np.random.default_rng(5)
X = RNG.random((6, N)).astype(np.float32)


def written_out(model, x, label, steps, targeted, mutable):
    """Algorithm 1 of arXiv 2402.01879 for one sample, in plain float64 steps.

    Returns the changed features' count and the point of the best of all points that were judged.
    """
    weights = [np.asarray(w, np.float64) for w in model.get_weights()]

    def scores(point):
        (w,), (b,) = weights[:1], weights[1:]
        return point @ w + b

    def judged(point):
        z = scores(point)
        rival = np.argmax(np.where(np.arange(len(z)) == label, -np.inf, z))
        slope = weights[0][:, label] - weights[0][:, rival]
        reached = (z.argmax() == label) == targeted
        return reached, slope if not targeted else -slope

    change, mean, square, threshold = np.zeros(N), np.zeros(N), np.zeros(N), 0.3
    best = (N + 1, None)
    for taken in range(steps + 1):
        reached, slope = judged(x + change)
        count = np.count_nonzero(change)
        if reached and count < best[0]:
            best = (count, x + change)
        if taken == steps:
            return best
        rate = 0.1 + 0.9 * (1 + np.cos(np.pi * taken / steps)) / 2
        gradient = (0 if reached else slope) + 2 * change * 1e-3 / (change**2 + 1e-3) ** 2 / N
        gradient = gradient * mutable
        gradient = gradient / max(np.abs(gradient).max(), 1e-300)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        bias = 1 - 0.9 ** (taken + 1), 1 - 0.999 ** (taken + 1)
        change = change - rate * (mean / bias[0]) / (np.sqrt(square / bias[1]) + 1e-8)
        change = np.clip(x + change, 0, 1) - x
        threshold = np.clip(threshold + (0.01 if reached else -0.01) * rate, 0, 1)
        change[np.abs(change) < threshold] = 0


@pytest.mark.parametrize("targeted", [False, True])
@pytest.mark.parametrize("steps", [1, 7, 40])
def test_its_steps_are_the_published_ones(targeted, steps):
    model = linear(RNG.normal(0, 1, (N, 3)), (0.0, 0.1, -0.2))
    clean = logits(model, X).argmax(axis=1)
    label = (clean + 1) % 3 if targeted else clean
    mutable = np.arange(N) != 4
    found = asked(
        "sigma-zero", model, X, np.arange(len(X)), label, targeted=targeted, steps=steps,
        take_back=False, mutable=mutable,
    )  # fmt: skip
    for row, x in enumerate(X):
        count, point = written_out(model, x.astype(float), label[row], steps, targeted, mutable)
        assert found.success[row] == (point is not None)
        if point is not None:
            assert np.count_nonzero(found.adversarial[row] != x) == count
            np.testing.assert_allclose(found.adversarial[row], point, atol=1e-4)
    assert (found.iterations == steps).all()


def test_on_a_linear_network_one_feature_is_enough_where_one_is():
    weights = np.zeros((N, 2))
    weights[:, 1] = 0.1
    weights[7, 1] = 5.0
    model = linear(weights, (2.0, 0.0))
    x = np.full((1, N), 0.2, np.float32)
    found = asked("sigma-zero", model, x, [0], [0], targeted=False, steps=60)
    assert np.flatnonzero(found.adversarial[0] != x[0]).tolist() == [7]


def test_more_steps_never_need_more_features_on_average():
    model = perceptron(features=N, seed=12)
    clean = logits(model, X).argmax(axis=1)
    sizes = [
        np.count_nonzero(
            asked("sigma-zero", model, X, np.arange(6), clean, targeted=False, steps=steps)
            .adversarial != X, axis=1,
        ).mean()
        for steps in (10, 300)
    ]  # fmt: skip
    assert sizes[1] <= sizes[0]


def ended(points, predicted, status):
    pairs = len(points)
    return AttackResult(
        adversarial=np.asarray(points, np.float32),
        predicted=np.asarray(predicted),
        success=np.asarray(status) == "success",
        status=np.asarray(status),
        iterations=np.full(pairs, 5),
        predicted_clean=np.zeros(pairs, int),
    )


def question(model, x, target, targeted=False):
    return Question(model, x, np.arange(len(x)), np.asarray(target), targeted, Limits())


def test_what_was_not_needed_is_taken_back_from_the_smallest_change_on():
    # Class 1 leads where x0 + 2 x1 + 4 x2 > 3.5.
    model = linear([[0, 1], [0, 2], [0, 4]], (3.5, 0.0))
    x = np.zeros((3, 3), np.float32)
    points = [[0.5, 0.6, 1.0], [1.0, 0.9, 0.5], [0.2, 0.0, 0.1]]
    found = ended(points, [1, 1, 0], ["success", "success", "cap"])
    back = taken_back(question(model, x, [0, 0, 0]), Options(), found)
    # Of the first neither of the small ones is needed; of the second (sum 4.8) feature 2 is, for
    # 2.8 is too little, then feature 1 is, and feature 0 is not needed: 3.8 is enough.
    np.testing.assert_array_equal(back.adversarial[0], np.float32([0, 0, 1]))
    np.testing.assert_array_equal(back.adversarial[1], np.float32([0, 0.9, 0.5]))
    np.testing.assert_array_equal(back.adversarial[2], found.adversarial[2])
    assert back.iterations.tolist() == [8, 8, 5]
    assert back.predicted.tolist() == [1, 1, 0]
    assert back.success.tolist() == [True, True, False]


def test_taking_back_never_loses_a_success_and_never_adds_a_feature():
    model = perceptron(features=N, seed=3)
    x = RNG.random((20, N)).astype(np.float32)
    clean = logits(model, x).argmax(axis=1)
    before, after = (
        asked(
            "sigma-zero", model, x, np.arange(20), clean, targeted=False, steps=8,
            take_back=take_back,
        )
        for take_back in (False, True)
    )  # fmt: skip
    many, few = (np.count_nonzero(each.adversarial != x, axis=1) for each in (before, after))
    assert (after.success == before.success).all()
    assert (few <= many).all()
    assert few.sum() < many.sum(), "the test needs something to take back"


def test_a_network_times_a_hundred_is_attacked_as_well():
    inputs = keras.Input((N,))
    plain = perceptron(features=N, seed=12)
    large = keras.Model(inputs, keras.layers.Rescaling(100.0)(plain(inputs)))
    clean = logits(plain, X).argmax(axis=1)
    ends = [
        asked("sigma-zero", model, X, np.arange(6), clean, targeted=False, steps=60)
        for model in (plain, large)
    ]
    assert ends[1].success.tolist() == ends[0].success.tolist()


def test_it_is_adaptive_and_looks_for_the_closest():
    asked_for = attacks.settings("sigma-zero")
    assert asked_for.adaptive
    assert asked_for.distance == "l0"
    assert not asked_for.aims
    assert attacks.facts("sigma-zero").looks_for_closest
