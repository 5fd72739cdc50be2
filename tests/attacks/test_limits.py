"""No attack ever changes an immutable feature, leaves a bound, or exceeds its budget."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attacks import cw_l0, cw_l2, noise, run
from core.attacks.engine import ascent
from core.attacks.jsma import jsma
from tests.attacks.networks import logits, perceptron

N = 8
MODEL = perceptron(features=N, seed=12)
STEPPED = {"steps": 4, "step_size": 0.07}
SEARCHED = {"steps": 25, "searches": 3, "learning_rate": 0.3, "initial_c": 1.0}
SETTINGS = {
    "fgsm": {},
    "bim": STEPPED,
    "pgd": {**STEPPED, "restarts": 2},
    "noise": {"draws": 4},
    "cw-l2": SEARCHED,
    "cw-l0": SEARCHED,
    "jsma-logf": {"budget": 4, "theta": 1.0},
    "jsma-z": {"budget": 4, "theta": -0.3},
}
BALLS = ("fgsm", "bim", "pgd", "noise")
CASES = [(name, norm) for name in SETTINGS for norm in (("linf", "l2") if name in BALLS else ("",))]


@pytest.fixture(scope="module", autouse=True)
def _compiled_once():
    """One network and hundreds of examples: its gradients need not be compiled for each."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (ascent, cw_l0, cw_l2, jsma):
            patch.setattr(module, "gradient_function", functools.cache(module.gradient_function))
        patch.setattr(noise, "logits_function", functools.cache(noise.logits_function))
        yield


@pytest.mark.parametrize(("name", "norm"), CASES)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_limits_hold_exactly_over_random_masks_and_bounds(name, norm, seed, targeted):
    rng = np.random.default_rng(seed)
    low = rng.uniform(-2, 0.4, N).astype(np.float32)
    high = (low + rng.choice([0, 1e-3, 0.3, 1, 50], N)).astype(np.float32)
    x = rng.uniform(low, high, (5, N)).astype(np.float32).clip(low, high)
    # Samples often lie on their bounds.
    x = np.where(rng.random(x.shape) < 0.3, rng.choice([0, 1], x.shape) * (high - low) + low, x)
    x = x.astype(np.float32).clip(low, high)
    mutable = rng.random(N) < rng.choice([0.0, 0.5, 1.0])
    targeted |= name.startswith("jsma")
    eps = float(rng.choice([0.0, 0.1, 2.0]))
    params = {**SETTINGS[name], **({"norm": norm, "eps": eps} if norm else {})}
    sample, target = np.arange(5), rng.integers(0, 3, 5)

    result = run(
        name, MODEL, x, sample, target, bounds=(low, high), mutable=mutable, params=params,
        targeted=targeted, seed=seed, batch_size=3,
    )  # fmt: skip

    found = result.adversarial
    np.testing.assert_array_equal(found[:, ~mutable], x[:, ~mutable])
    assert (found >= low).all()
    assert (found <= high).all()
    delta = found.astype(np.float64) - x
    if norm == "linf":
        assert np.abs(delta).max() <= eps
    if norm == "l2":
        # float32 rounds each coordinate by up to 2^-24 of its size.
        rounding = 2**-23 * np.sqrt(N) * max(1.0, np.abs(x).max())
        assert np.linalg.norm(delta, axis=1).max() <= eps + rounding
    if name.startswith("jsma"):
        assert np.count_nonzero(delta, axis=1).max() <= 4
    predicted = logits(MODEL, found).argmax(axis=1)
    np.testing.assert_array_equal(result.predicted, predicted)
    np.testing.assert_array_equal(result.success, (predicted == target) == targeted)
