"""Peak memory of jsma-z on colour images: 3,072 features, batches of 256.

An n x n table of scores would take 9 GiB a batch in float32. The network is the paper's CIFAR-10
CNN, untrained: memory does not depend on what it learnt. Before it, the pair search alone gets the
worst gradients known: all 3,072 features on one falling line, which no bound can prove.
"""

import resource

import keras
import numpy as np

from benchmarks.common import BUDGET, attacked
from benchmarks.printing import main
from core.attacks.jsma.pair_search import best_pairs
from core.networks import architectures

BATCH = 256
LIMIT_GIB = 3.0


def benchmark() -> list[dict]:
    keras.utils.set_random_seed(0)
    model = architectures.build("paper-cifar10", (32, 32, 3), 10)
    x = np.random.default_rng(0).random((64, 32, 32, 3), dtype=np.float32)
    sample, target = np.divmod(np.arange(len(x) * 9), 9)
    before = peak_gib()
    worst = np.random.default_rng(1).random((BATCH, x[0].size))
    best_pairs(worst, worst - 1, np.ones(worst.shape, bool))
    after_front = peak_gib()
    few = BUDGET // 14
    result = attacked("jsma-z", model, x, sample, target, batch_size=BATCH, budget=few)
    return [
        {
            "attack": "jsma-z",
            "features": x[0].size,
            "batch": BATCH,
            "pairs": len(sample),
            "steps": int(result.iterations.sum()),
            "GiB before": round(before, 2),
            "GiB after the worst front": round(after_front, 2),
            "peak GiB": round(peak_gib(), 2),
            "limit GiB": LIMIT_GIB,
        }
    ]


def peak_gib() -> float:
    """Return the largest resident size of this process so far (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main(benchmark, __doc__, "peak GiB", "limit GiB")
