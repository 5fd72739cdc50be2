"""Eq. 11 alone against the whole attack: the same rho, for how much less work?

Alternating in one process on the undefended network, 900 pairs, 112 features. rho is the mean
over samples of the least number of features over their targets, as a share of all. Beside the
ratio stands what all targets of a sample in step, ended by its first success, would gain at most:
the ratio of gradient evaluations.
"""

import numpy as np

from benchmarks.common import BUDGET, REPEATS, attacked, median, pairs, seconds, trained_network
from benchmarks.printing import main

SAMPLES = 100
TARGET = 2.5


def benchmark() -> list[dict]:
    model, data = trained_network()
    x, sample, target = pairs(data, SAMPLES)
    attacked("jsma-f", model, x, sample[:128], target[:128], budget=BUDGET)
    return [measure(name, model, x, sample, target) for name in ("jsma-f", "jsma-logf", "jsma-z")]


def measure(name, model, x, sample, target) -> dict:
    found = {}

    def attack(stop):
        found[stop] = attacked(name, model, x, sample, target, budget=BUDGET, stop=stop)

    modes = ("each-pair", "first-target")
    times = {stop: [] for stop in modes}
    for _ in range(REPEATS):
        for stop in modes:
            times[stop].append(seconds(lambda s=stop: attack(s)))
    gains = [a / b for a, b in zip(*times.values(), strict=True)]
    rhos = [rho(found[stop], x, sample) for stop in modes]
    return {
        "attack": name,
        "s, every pair": round(median(times[modes[0]]), 2),
        "s, rho alone": round(median(times[modes[1]]), 2),
        "times as fast (median)": round(median(gains), 2),
        "each run": " ".join(f"{gain:.2f}" for gain in gains),
        "target": TARGET,
        "in step, at most": round(in_step(found[modes[0]], sample), 2),
        "steps": " to ".join(str(int(found[stop].iterations.sum())) for stop in modes),
        "rho": f"{rhos[0]:.6%}",
        "rho alone": f"{rhos[1]:.6%}",
        "same": "yes" if rhos[0] == rhos[1] else "no",
    }


def in_step(result, sample) -> float:
    """How many times fewer gradients all targets of a sample in step take, from their own ends."""
    steps = np.where(result.success, result.iterations, BUDGET)
    least = np.array([steps[sample == each].min() for each in np.unique(sample)])[sample]
    return (result.iterations + 1).sum() / (np.minimum(result.iterations, least) + 1).sum()


def rho(result, x, sample) -> float:
    changed = (result.adversarial != x[sample]).reshape(len(sample), -1).sum(axis=1)
    reach = np.where(result.success, changed, BUDGET)
    least = np.array([reach[sample == each].min() for each in np.unique(sample)])
    return float(least.mean() / x[0].size)


if __name__ == "__main__":
    main(benchmark, __doc__, "times as fast (median)", "target")
