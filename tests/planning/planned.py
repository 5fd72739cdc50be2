"""Plans of small experiments on data that nobody has, for tests."""

from core.model.cell import EnvironmentFacts
from core.model.data import DataFacts
from core.planning.plan import plan
from core.spec import spec

DATA = {
    "name": "mine",
    "title": "Mine",
    "source": "made up",
    "artifact": "a" * 64,
    "checksum": "c" * 64,
    "shape": [28, 28, 1],
    "n_features": 784,
    "mutable_features": 784,
    "classes": 10,
    "n_train": 100,
    "n_test": 50,
    "kind": "image",
    "low": 0.0,
    "high": 1.0,
    "extent": {"l0": 784.0, "l1": 784.0, "l2": 28.0, "linf": 1.0},
}
HERE = {
    "backend": "tensorflow",
    "backend_version": "2",
    "keras": "3",
    "device": "cpu",
    "threads": 2,
}
FULL = {
    "data": {"name": "mnist"},
    "defenses": [
        {"name": "none"},
        {"name": "distillation", "temperatures": [1, 20]},
        {"name": "temperature", "temperatures": [20]},
        {"name": "soft-labels"},
        {"name": "scaled-logits"},
    ],
    "attacks": [{"name": "jsma-f"}, {"name": "jsma-z"}],
    "samples": 10,
}


def facts(**changes):
    """What is known of the data."""
    return DataFacts.model_validate(DATA | changes)


def planned(change=None, data=None, environment=None, files=None):
    """The plan of `FULL` with changes to the spec, the data, the machine and the given files."""
    experiment = spec.parse(FULL | (change or {}))
    where = EnvironmentFacts.model_validate(HERE | (environment or {}))
    return plan(experiment, facts(**(data or {})), files or {}, where)


def key(found, defense, temperature=None):
    """The key of the only network of a defence, at a temperature where it has several."""
    return next(
        n.key for n in found.networks if (n.defense, n.temperature) == (defense, temperature)
    )
