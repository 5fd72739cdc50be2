"""The gradients are those of the function they are named after."""

import keras
import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp, softmax

from core.networks.gradients import OBJECTIVES, gradient_function, logits_function
from core.networks.gradients.precision import as_float64

CLASSES = 4
# Keras has float64 on TensorFlow only; elsewhere the same checks run in float32.
FLOAT64 = keras.backend.backend() == "tensorflow"


def network(scale=1.0, shape=(3, 2), seed=1):
    """A small network of logits with a smooth activation, so that differences converge."""
    rng = np.random.default_rng(seed)
    model = keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Flatten(),
            keras.layers.Dense(7, activation="tanh"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(CLASSES),
            keras.layers.Rescaling(scale),
        ]
    )
    weights = [(6, 7), (7,), (7, CLASSES), (CLASSES,)]
    model.set_weights([rng.normal(0, 0.5, size) for size in weights])
    return model


def logits_by_hand(model, x):
    hidden, output = model.layers[1], model.layers[3]
    w1, b1, w2, b2 = (w.astype(np.float64) for w in hidden.get_weights() + output.get_weights())
    z = np.tanh(x.reshape(len(x), -1).astype(np.float64) @ w1 + b1) @ w2 + b2
    return z * model.layers[4].scale


def outputs_by_hand(model, x, targets, objective, temperature=1.0):
    """The two scalars of each sample that alpha and beta differentiate."""
    z = logits_by_hand(model, x) / temperature
    rows = np.arange(len(x))
    if objective in ("margin", "log-odds"):
        others = z.copy()
        others[rows, targets] = -np.inf
        rival = others.max(axis=1) if objective == "margin" else logsumexp(others, axis=1)
        return z[rows, targets] - rival, np.zeros(len(x))
    f = {"probability": softmax, "log-probability": log_softmax, "logit": lambda z, axis: z}
    outputs = f[objective](z, axis=1)
    wanted = outputs[rows, targets]
    return wanted, outputs.sum(axis=1) - wanted


def differences(model, x, targets, objective, temperature=1.0, step=1e-5):
    flat = x.reshape(len(x), -1).astype(np.float64)
    alpha, beta = np.empty_like(flat), np.empty_like(flat)
    for i in range(flat.shape[1]):
        up, down = flat.copy(), flat.copy()
        up[:, i] += step
        down[:, i] -= step
        above = outputs_by_hand(model, up, targets, objective, temperature)
        below = outputs_by_hand(model, down, targets, objective, temperature)
        alpha[:, i] = (above[0] - below[0]) / (2 * step)
        beta[:, i] = (above[1] - below[1]) / (2 * step)
    return alpha, beta


@pytest.fixture
def samples():
    rng = np.random.default_rng(0)
    return rng.random((6, 3, 2)), np.array([0, 1, 2, 3, 0, 1])


@pytest.mark.parametrize("temperature", [1.0, 3.0])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradient_agrees_with_finite_differences(objective, temperature, samples):
    x, targets = samples
    model = network()
    network_ = as_float64(model) if FLOAT64 else model
    logits, alpha, beta = gradient_function(network_, objective, temperature)(x, targets)
    expected_alpha, expected_beta = differences(model, x, targets, objective, temperature)
    assert logits.dtype == alpha.dtype == (np.float64 if FLOAT64 else np.float32)
    loose = {"rtol": 1e-6, "atol": 1e-9} if FLOAT64 else {"rtol": 1e-4, "atol": 1e-6}
    np.testing.assert_allclose(
        logits, logits_by_hand(model, x), **({"rtol": 1e-12} if FLOAT64 else loose)
    )
    np.testing.assert_allclose(alpha, expected_alpha, **loose)
    if objective == "logit":
        np.testing.assert_allclose(beta, expected_beta, **loose)
    else:
        assert beta is None


def test_beta_is_minus_alpha_for_probabilities(samples):
    x, targets = samples
    alpha, beta = differences(network(), x, targets, "probability")
    np.testing.assert_allclose(beta, -alpha, atol=1e-9)


def test_log_probability_gradient_is_the_probability_gradient_over_the_probability(samples):
    x, targets = samples
    model = network()
    logits, alpha, _ = gradient_function(model, "probability")(x, targets)
    _, alpha_log, _ = gradient_function(model, "log-probability")(x, targets)
    p = softmax(logits, axis=1)[np.arange(len(x)), targets]
    np.testing.assert_allclose(alpha_log * p[:, None], alpha, rtol=1e-4, atol=1e-7)
    assert np.abs(alpha_log - alpha).max() > 0.01, "one must not be an alias of the other"


def test_probability_gradient_underflows_to_zero_and_log_probability_gradient_does_not(samples):
    x, _ = samples
    model = network(scale=1000.0)
    targets = logits_by_hand(model, x).argmin(axis=1)
    logits, alpha, _ = gradient_function(model, "probability")(x, targets)
    gap = logits.max(axis=1) - logits.min(axis=1)
    assert gap.min() > 110, "the network must have the gaps that this test is about"
    assert not alpha.any()
    _, alpha, _ = gradient_function(model, "log-probability")(x, targets)
    assert (alpha != 0).all()


@pytest.mark.parametrize(
    ("objective", "vanishes"),
    [("probability", True), ("log-probability", True), ("margin", False), ("log-odds", False)],
)
def test_of_a_certain_class_only_margin_and_log_odds_keep_a_gradient(objective, vanishes, samples):
    """Where the true class leads by 110 nats, an untargeted attack needs one of these two."""
    x, _ = samples
    model = network(scale=3000.0)
    z = logits_by_hand(model, x)
    certain = np.diff(np.sort(z, axis=1)[:, -2:], axis=1)[:, 0] > 110
    assert certain.sum() > 3
    _, alpha, _ = gradient_function(model, objective)(x[certain], z[certain].argmax(axis=1))
    assert (alpha == 0).all() if vanishes else (alpha != 0).all()


def test_a_temperature_brings_back_what_the_probability_lost(samples):
    x, _ = samples
    model = network(scale=1000.0)
    targets = logits_by_hand(model, x).argmin(axis=1)
    assert not gradient_function(model, "probability")(x, targets)[1].any()
    logits, alpha, _ = gradient_function(model, "probability", temperature=100.0)(x, targets)
    assert alpha.any(axis=1).all()
    np.testing.assert_allclose(logits, logits_by_hand(model, x), rtol=1e-4)


def test_margin_and_log_odds_are_one_objective_of_two_classes():
    rng = np.random.default_rng(3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    x, targets = rng.random((5, 4)), np.array([0, 1, 0, 1, 1])
    results = [gradient_function(model, name)(x, targets)[1] for name in ("margin", "log-odds")]
    np.testing.assert_allclose(*results, rtol=1e-6)


def test_logits_without_gradients_are_the_same_logits(samples):
    x, targets = samples
    model = network()
    logits = logits_function(model)(x)
    np.testing.assert_allclose(logits, gradient_function(model, "margin")(x, targets)[0], rtol=1e-6)


@pytest.mark.skipif(not FLOAT64, reason="Keras has float64 on TensorFlow only")
def test_float64_keeps_a_gradient_that_float32_loses(samples):
    x, _ = samples
    model = network(scale=200.0)
    targets = logits_by_hand(model, x).argmin(axis=1)
    gap = np.ptp(logits_by_hand(model, x), axis=1)
    lost = (gap > 110) & (gap < 700)
    assert lost.any()
    _, single, _ = gradient_function(model, "probability")(x[lost], targets[lost])
    _, double, _ = gradient_function(as_float64(model), "probability")(x[lost], targets[lost])
    assert not single.any()
    assert double.any(axis=1).all()


def test_gradient_is_flat_in_row_major_order_and_independent_of_the_batch(samples):
    x, targets = samples
    gradient = gradient_function(network(), "log-probability")
    _, together, _ = gradient(x, targets)
    assert together.shape == (6, 6)
    for i in range(len(x)):
        _, alone, _ = gradient(x[i : i + 1], targets[i : i + 1])
        np.testing.assert_allclose(alone[0], together[i], rtol=1e-5, atol=1e-7)


def test_dropout_is_off(samples):
    x, targets = samples
    gradient = gradient_function(network(), "logit")
    first, second = gradient(x, targets), gradient(x, targets)
    np.testing.assert_array_equal(first[1], second[1])


def test_an_unknown_objective_or_a_temperature_of_zero_is_named():
    with pytest.raises(ValueError, match="objective must be one of"):
        gradient_function(network(), "hinge")
    with pytest.raises(ValueError, match="temperature"):
        gradient_function(network(), "margin", temperature=0.0)
