"""What JSMA costs beyond its gradients.

Overhead = wall time of the attack / (useful gradient evaluations x time of one evaluation of the
same compiled gradient alone in full batches). Both are timed in turn in one process. A pair's
useful evaluations are its iterations and the one that ends it.
"""

import numpy as np

from benchmarks.common import BUDGET, REPEATS, attacked, median, pairs, seconds, trained_network
from benchmarks.printing import main
from core import attacks
from core.networks.gradients import default_batch_size, gradient_function

SAMPLES = 100
# About as long as the attack itself: shorter ones scattered by a tenth.
ROUNDS = 15
TARGETS = {"jsma-f": 1.15, "jsma-logf": 1.15, "jsma-z": 1.25}


def benchmark() -> list[dict]:
    model, data = trained_network()
    x, sample, target = pairs(data, SAMPLES)
    return [measure(name, model, x, sample, target) for name in TARGETS]


def measure(name, model, x, sample, target) -> dict:
    batch = default_batch_size()
    gradient = gradient_function(model, attacks.kind(name).objective)
    batches = [
        (x[sample[i : i + batch]], target[i : i + batch])
        for i in range(0, len(sample) - batch + 1, batch)
    ]

    def isolated():
        for images, targets in batches * ROUNDS:
            gradient(images, targets)

    def attack():
        nonlocal result
        result = attacked(name, model, x, sample, target, batch_size=batch, budget=BUDGET)

    result = None
    gradient(*batches[0])
    overheads, rates, evaluations = [], [], []
    for _ in range(REPEATS):
        evaluation = seconds(isolated) / (ROUNDS * len(batches) * batch)
        wall = seconds(attack)
        useful = int((result.iterations + 1).sum())
        overheads.append(wall / (useful * evaluation))
        rates.append(len(sample) / wall)
        evaluations.append(evaluation)
    return {
        "attack": name,
        "batch": batch,
        "useful evaluations": useful,
        "ms an evaluation": round(1e3 * median(evaluations), 4),
        "pairs/s": round(median(rates), 1),
        "overhead (median)": round(median(overheads), 3),
        "overheads": " ".join(f"{o:.3f}" for o in overheads),
        "target": TARGETS[name],
        "success": round(float(np.mean(result.success)), 4),
    }


if __name__ == "__main__":
    main(benchmark, __doc__, "overhead (median)", "target")
