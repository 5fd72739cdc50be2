"""JSMA on probabilities against ART's `SaliencyMapMethod`, on the same TensorFlow network.

ART gets its best case: its gradient call compiled, calls grouped by target, and the best of several
batch sizes. gamma 0.1425 makes it stop at 112 of 784 features. Needs requirements-bench.in.
"""

import numpy as np
import tensorflow as tf
from art.attacks.evasion import SaliencyMapMethod
from art.estimators.classification import TensorFlowV2Classifier

from benchmarks.common import BUDGET, REPEATS, main, median, pairs, seconds, trained_network
from core.attacks.jsma import jsma

GAMMA = 0.1425
BATCH_SIZES = (64, 100, 128, 256)


def benchmark() -> list[dict]:
    model, data = trained_network()
    x, sample, target = pairs(data)
    classifier = CompiledClassifier(model, x.shape[1:])

    def art(batch_size):
        attack = SaliencyMapMethod(
            classifier, theta=1.0, gamma=GAMMA, batch_size=batch_size, verbose=False
        )
        images = np.empty((len(sample), *x.shape[1:]), np.float32)
        for t in np.unique(target):
            rows = target == t
            images[rows] = attack.generate(x[sample[rows]], y=target[rows])
        return images

    def ours():
        return jsma(model, x, sample, target, variant="jsma-f", budget=BUDGET, theta=1.0)

    # The first call of each compiles.
    result, images = ours(), art(BATCH_SIZES[0])
    tuned = {size: seconds(lambda size=size: art(size)) for size in BATCH_SIZES}
    best = min(tuned, key=tuned.get)
    print("ART, s by batch size:", {size: round(time, 1) for size, time in tuned.items()}, "\n")

    ours_s, art_s = [], []
    for _ in range(REPEATS):
        ours_s.append(seconds(ours))
        art_s.append(seconds(lambda: art(best)))

    reached = model.predict(images, verbose=0).argmax(axis=1) == target
    same = (images == result.adversarial).reshape(len(sample), -1).all(axis=1)
    changed = (images != x[sample]).reshape(len(sample), -1).sum(axis=1)
    ratio = median([a / o for a, o in zip(art_s, ours_s, strict=True)])
    rows = [
        ("Thermocline jsma-f", ours_s, result.success, 2 * result.iterations),
        (f"ART, batch {best}", art_s, reached, changed),
    ]
    return [
        {
            "attack": name,
            "pairs": len(sample),
            "s (median)": round(median(times), 2),
            "s of each run": " ".join(f"{t:.1f}" for t in times),
            "pairs/s": round(len(sample) / median(times), 1),
            "success": round(float(success.mean()), 4),
            "most features changed": int(features.max()),
            "ratio to ART": round(ratio if times is ours_s else 1.0, 2),
            "same images": round(float(same.mean()), 4),
            "same images, successful": round(float(same[result.success].mean()), 4),
        }
        for name, times, success, features in rows
    ]


class CompiledClassifier(TensorFlowV2Classifier):
    """ART's classifier of probabilities with `class_gradient` compiled.

    ART's own runs the network eagerly, once for each distinct target in the batch.
    """

    def __init__(self, model, shape):
        def probabilities(x, training=False):
            return tf.nn.softmax(model(x, training=training))

        super().__init__(probabilities, nb_classes=10, input_shape=shape, clip_values=(0.0, 1.0))

        @tf.function(
            input_signature=[
                tf.TensorSpec((None, *shape), tf.float32),
                tf.TensorSpec((None,), tf.int32),
            ]
        )
        def compiled(x, label):
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                wanted = tf.gather(probabilities(x), label, axis=1, batch_dims=1)
            return tape.gradient(wanted, x)

        self._compiled = compiled

    def class_gradient(self, x, label=None, training_mode=False, **kwargs):
        return self._compiled(x, np.asarray(label, np.int32)).numpy()[:, None]


if __name__ == "__main__":
    main(benchmark, __doc__)
