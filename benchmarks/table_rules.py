"""Does any attack leave what a table allows? 100,000 random tables, each with rules of its own.

    python -m benchmarks.table_rules [--tables 100000] [--attack fgsm]

Each table draws which features may change, in which direction, which are one-hot groups, which
keep a sum, and what they cost. Random points are put where the table allows, and a fast attack
runs on it (its own code, on the gradient of a linear network in numpy, which needs no compiler);
a checker that knows the rules alone counts what breaks one. Exits with 1 if anything does.
"""

from __future__ import annotations

import argparse
import sys
import time

import keras
import numpy as np

from core import attacks
from core.attacks.engine import ascent
from core.attacks.engine.domain import domain, room
from core.attacks.engine.question import Options, Question
from core.attacks.engine.repair import repaired
from core.cells.where import own_limits
from core.data.dataset import Dataset
from tests.attacks.allowed import broken, table

FEATURES, SAMPLES = 14, 3
EPS = (0.1, 1.0)
"""Radii in turn: in the small one no category fits."""


def projected(data: Dataset, seed: int) -> list[str]:
    """What random points break once they are put where they may be."""
    rng = np.random.default_rng([seed, 1])
    where, found = domain(data.x_test, own_limits(data)), []
    span = data.high - data.low
    for clean in data.x_test[:SAMPLES]:
        points = data.low + rng.uniform(-0.5, 1.5, (4, FEATURES)) * span
        for point in room(where, clean).put(points.astype(np.float32)):
            found += broken(data, clean, point)
    return found


def attacked(data: Dataset, seed: int, name: str, weights: np.ndarray) -> tuple[int, list[str]]:
    """How many examples differ from their samples, and what they break."""
    question = Question(
        keras.Sequential(),
        data.x_test[:SAMPLES],
        np.arange(SAMPLES),
        (data.x_test[:SAMPLES] @ weights).argmax(axis=1),
        False,
        own_limits(data),
    )
    eps = EPS[seed % len(EPS)] * float((data.high - data.low).min())
    asked = attacks.settings(name, {"eps": eps} if eps <= 1e6 else {})
    found = repaired(asked.run(question, Options(seed=seed)), question, "linf", eps)
    ends = found.adversarial
    moved = int((ends != question.x).any(axis=1).sum())
    said = [one for x, end in zip(question.x, ends, strict=True) for one in broken(data, x, end)]
    return moved, said


def linear(weights: np.ndarray):
    """Logits and the gradient of the margin, as `core.networks.gradients` gives them."""

    def passes(x: np.ndarray, target: np.ndarray):
        rows, logits = np.arange(len(x)), x.reshape(len(x), -1) @ weights
        others = logits.copy()
        others[rows, target] = -np.inf
        return logits, (weights[:, target] - weights[:, others.argmax(axis=1)]).T, None

    return passes


def main() -> int:
    """Run all tables and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=100_000)
    parser.add_argument("--attack", default="fgsm")
    chosen = parser.parse_args()
    weights = np.random.default_rng(0).normal(0, 0.1, (FEATURES, 3)).astype(np.float32)
    vars(ascent)["gradient_function"] = lambda *_: linear(weights)
    began, moved, wrong = time.perf_counter(), 0, []
    for seed in range(chosen.tables):
        data = table(seed, samples=SAMPLES, stepped=False)
        wrong += [f"table {seed}, projection: {one}" for one in projected(data, seed)]
        changed, said = attacked(data, seed, chosen.attack, weights)
        moved += changed
        wrong += [f"table {seed}, {chosen.attack}: {one}" for one in said]
        if (seed + 1) % 10_000 == 0:
            print(f"{seed + 1:,} tables, {len(wrong)} violations", flush=True)
    seconds = time.perf_counter() - began
    print(
        f"{chosen.tables:,} tables: {chosen.tables * SAMPLES * 4:,} points projected,"
        f" {chosen.tables * SAMPLES:,} pairs attacked with {chosen.attack}, of which {moved:,} were"
        f" moved; {len(wrong)} violations; {seconds:.0f} s"
    )
    print("\n".join(wrong[:10]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
