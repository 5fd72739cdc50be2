"""How tests ask an attack, what attacks ask the network, and where attacks may go."""

import numpy as np
from hypothesis import strategies as st

from core import attacks
from core.attacks.engine import queries
from core.attacks.engine.question import Limits, Options, Question

FIELDS = ("adversarial", "predicted", "success", "status", "iterations", "predicted_clean")
OPTIONS = ("seed", "batch_size", "progress", "steps_per_visit")


def asked(name, model, x, sample, target, **given):
    """Run an attack.

    Args: given: `targeted`, `bounds`, `mutable` and `source` of the question; options of every
    attack by their names; all else are settings of this one.
    """
    options = Options(**{key: given.pop(key) for key in OPTIONS if key in given})
    limits = Limits(*given.pop("bounds", (0, 1)), given.pop("mutable", None))
    question = Question(
        model, np.asarray(x, np.float32), np.asarray(sample), np.asarray(target, int),
        given.pop("targeted", True), limits, given.pop("source", None),
    )  # fmt: skip
    return attacks.run(name, given, question, options)


def record(monkeypatch):
    """Return a list that fills with every point asked about, in order, fill of batches included."""
    asked, compiled = [], queries.logits_function

    def counting(model):
        evaluate = compiled(model)

        def logits(x):
            asked.extend(x.reshape(len(x), -1).copy())
            return evaluate(x)

        return logits

    monkeypatch.setattr(queries, "logits_function", counting)
    return asked


@st.composite
def limits(draw, samples, features):
    """Samples within random bounds, some of them on the bounds, and a random mask."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    low = rng.normal(0, 1, features).astype(np.float32)
    high = low + rng.exponential(0.7, features).astype(np.float32)
    high = np.where(rng.random(features) < 0.2, low, high)
    x = np.clip(low + rng.random((samples, features)) * (high - low), low, high)
    edge = rng.random(x.shape)
    x = np.where(edge < 0.1, low, np.where(edge > 0.9, high, x)).astype(np.float32)
    return x, (low, high), rng.random(features) < draw(st.sampled_from([0.0, 0.3, 0.7, 1.0]))


def assert_within(result, x, sample, bounds, mutable):
    """No bound is left and no immutable feature changed, exactly."""
    assert result.adversarial.dtype == np.float32
    assert (result.adversarial >= bounds[0]).all()
    assert (result.adversarial <= bounds[1]).all()
    np.testing.assert_array_equal(result.adversarial[:, ~mutable], x[sample][:, ~mutable])
