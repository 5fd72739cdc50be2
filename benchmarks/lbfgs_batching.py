"""What gathering the gradient requests of many minimisers is worth: 64 pairs at once or one by one.

The same pairs on the same network, batch size 64 and 1 in turn in one process.
"""

import numpy as np

from benchmarks.common import REPEATS, main, median, pairs, seconds, trained_network
from core.attacks.lbfgs import lbfgs

PAIRS = 64
TARGET = 8.0
SETTINGS = {"steps": 30, "searches": 4, "initial_c": 1.0}


def benchmark() -> list[dict]:
    model, data = trained_network()
    x, sample, target = (part[:PAIRS] for part in pairs(data))
    results = {}

    def attack(batch_size):
        results[batch_size] = lbfgs(
            model, x, sample, target, targeted=True, batch_size=batch_size, **SETTINGS
        )

    for batch_size in (PAIRS, 1):
        attack(batch_size)
    together, alone = [], []
    for _ in range(REPEATS):
        together.append(seconds(lambda: attack(PAIRS)))
        alone.append(seconds(lambda: attack(1)))
    ratios = [one / many for one, many in zip(alone, together, strict=True)]
    distances = [
        np.linalg.norm((results[size].adversarial - x[sample]).reshape(PAIRS, -1), axis=1)
        for size in (PAIRS, 1)
    ]
    same = results[PAIRS].success == results[1].success
    return [
        {
            "pairs": PAIRS,
            "s at once": " ".join(f"{value:.2f}" for value in together),
            "s one by one": " ".join(f"{value:.2f}" for value in alone),
            "times as fast (median)": round(median(ratios), 2),
            "target": TARGET,
            "same success": f"{same.mean():.1%}",
            "largest difference in distance": f"{np.abs(distances[0] - distances[1]).max():.2g}",
            "success": f"{results[PAIRS].success.mean():.1%}",
        }
    ]


if __name__ == "__main__":
    main(benchmark, __doc__)
