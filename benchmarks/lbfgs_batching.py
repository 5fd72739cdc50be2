"""What gathering the gradient requests of many minimisers is worth: 64 pairs at once or one by one.

The same pairs on the same network, batch size 64 and 1 in turn in one process, on the paper's
network and on a small one. Beside it the bound: what the bare gradient alone gains from a batch of
64. No minimiser can gain more, and SciPy's own part, the same for both, takes from it. And once,
what it costs to call the attack for each pair by itself, as one does who has no batch: every call
compiles its gradient anew.
"""

import numpy as np

from benchmarks.common import REPEATS, attacked, median, pairs, seconds, trained_network
from benchmarks.printing import main
from core.networks.gradients import gradient_function

PAIRS = 64
TARGET = 8.0
SETTINGS = {"steps": 30, "searches": 4, "initial_c": 1.0}
NETWORKS = (("paper-mnist", "mnist5k", 8), ("mlp", "digits", 20))


def benchmark() -> list[dict]:
    return [compare(*network) for network in NETWORKS]


def compare(architecture: str, name: str, epochs: int) -> dict:
    """Time both ways of attacking the same pairs on one network."""
    model, data = trained_network(epochs, architecture, name)
    x, sample, target = (part[:PAIRS] for part in pairs(data))
    results = {}

    def attack(batch_size):
        results[batch_size] = attacked(
            "lbfgs", model, x, sample, target, batch_size=batch_size, **SETTINGS
        )

    for batch_size in (PAIRS, 1):
        attack(batch_size)
    together, alone = [], []
    for _ in range(REPEATS):
        together.append(seconds(lambda: attack(PAIRS)))
        alone.append(seconds(lambda: attack(1)))
    called = seconds(
        lambda: [
            attacked("lbfgs", model, x, sample[[i]], target[[i]], **SETTINGS) for i in range(PAIRS)
        ]
    )
    ratios = [one / many for one, many in zip(alone, together, strict=True)]
    distances = [
        np.linalg.norm((results[size].adversarial - x[sample]).reshape(PAIRS, -1), axis=1)
        for size in (PAIRS, 1)
    ]
    same = results[PAIRS].success == results[1].success
    return {
        "network": f"{architecture} on {name}",
        "pairs": PAIRS,
        "s at once": " ".join(f"{value:.2f}" for value in together),
        "s one by one": " ".join(f"{value:.2f}" for value in alone),
        "times as fast (median)": round(median(ratios), 2),
        "s in 64 calls, once": f"{called:.1f}",
        "times as fast as 64 calls": round(called / median(together), 1),
        "the bare gradient's": round(bound(model, x[sample], target), 2),
        "goal": TARGET,
        "same success": f"{same.mean():.1%}",
        "largest difference in distance": f"{np.abs(distances[0] - distances[1]).max():.2g}",
        "success": f"{results[PAIRS].success.mean():.1%}",
    }


def bound(model, images, target) -> float:
    """How many times as fast a gradient in a batch of all pairs is as one at a time (median)."""
    gradient = gradient_function(model, "log-odds")
    calls = 20
    ratios = []
    for _ in range(REPEATS + 1):
        alone = seconds(
            lambda: [gradient(images[i : i + 1], target[i : i + 1]) for i in range(calls)]
        )
        together = seconds(lambda: [gradient(images, target) for _ in range(calls)])
        ratios.append(len(images) * alone / together)
    # The first round compiles.
    return median(ratios[1:])


if __name__ == "__main__":
    main(benchmark, __doc__)
