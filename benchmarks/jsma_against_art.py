"""JSMA on probabilities against ART's `SaliencyMapMethod`, on the same TensorFlow network.

ART twice, both with calls grouped by target and the best of several batch sizes: as it ships, on a
network compiled by tf.function; and with its gradient call replaced by one fused, compiled pass,
which is no longer ART's code. And once as a user calls it, all pairs in one call on the Keras
network, for which ART takes a gradient for each class in the batch: on 10 pairs, one at a time as
its default is. gamma 0.1425
makes it stop at 112 of 784 features. Needs requirements-bench.txt.
"""

import time

import keras
import numpy as np
import tensorflow as tf
from art.attacks.evasion import SaliencyMapMethod
from art.estimators.classification import TensorFlowV2Classifier

from benchmarks.common import BUDGET, REPEATS, attacked, median, pairs, seconds, trained_network
from benchmarks.printing import main

GAMMA = 0.1425
BATCH_SIZES = (16, 32)  # a target has 27 pairs, so larger ones change nothing
SAMPLES = 30
USER_PAIRS = 10


def benchmark() -> list[dict]:
    model, data = trained_network()
    x, sample, target = pairs(data, SAMPLES)

    def art(classifier, batch_size):
        attack = SaliencyMapMethod(
            classifier, theta=1.0, gamma=GAMMA, batch_size=batch_size, verbose=False
        )
        images = np.empty((len(sample), *x.shape[1:]), np.float32)
        for t in np.unique(target):
            rows = target == t
            images[rows] = attack.generate(x[sample[rows]], y=target[rows])
        return images

    def ours():
        return attacked("jsma-f", model, x, sample, target, budget=BUDGET)

    contestants = {"Thermocline jsma-f": lambda: ours().adversarial}
    for name, kind in (
        ("ART, network compiled", TensorFlowV2Classifier),
        ("ART, gradient call replaced", CompiledClassifier),
    ):
        classifier = classifier_of(model, x.shape[1:], kind)
        classifier.class_gradient(x[:2], label=np.zeros(2, int))  # compiles
        tuned = {size: seconds(lambda s=size, c=classifier: art(c, s)) for size in BATCH_SIZES}
        best = min(tuned, key=tuned.get)
        print(name, "s by batch size:", {size: round(t, 1) for size, t in tuned.items()}, "\n")
        contestants[f"{name}, batch {best}"] = lambda c=classifier, s=best: art(c, s)

    few = slice(None, None, len(sample) // USER_PAIRS)

    def as_a_user():
        classifier = TensorFlowV2Classifier(
            keras.Sequential([model, keras.layers.Softmax()]),
            nb_classes=10,
            input_shape=x.shape[1:],
            clip_values=(0.0, 1.0),
        )
        attack = SaliencyMapMethod(classifier, theta=1.0, gamma=GAMMA, verbose=False)
        return attack.generate(x[sample[few]], y=target[few])

    contestants["ART as a user calls it"] = as_a_user
    images, times = {}, {name: [] for name in contestants}
    for _ in range(REPEATS):
        for name, run in contestants.items():
            start = time.perf_counter()
            images[name] = run()
            times[name].append(time.perf_counter() - start)
    reference = next(iter(contestants))
    found, called = images.pop("ART as a user calls it"), times.pop("ART as a user calls it")
    rate = len(sample[few]) / median(called)
    ours_rate = len(sample) / median(times[reference])
    user = {
        "attack": "ART as a user calls it",
        "pairs": len(sample[few]),
        "s (median)": round(median(called), 2),
        "s of each run": " ".join(f"{t:.1f}" for t in called),
        "pairs/s": round(rate, 1),
        "times as long as ours": round(ours_rate / rate, 2),
        "success": round(
            float((model.predict(found, verbose=0).argmax(1) == target[few]).mean()), 4
        ),
        "most features changed": int(flat(found != x[sample[few]]).sum(1).max()),
        "same images": round(float(flat(found == images[reference][few]).all(1).mean()), 4),
    }
    return [
        {
            "attack": name,
            "pairs": len(sample),
            "s (median)": round(median(times[name]), 2),
            "s of each run": " ".join(f"{t:.1f}" for t in times[name]),
            "pairs/s": round(len(sample) / median(times[name]), 1),
            "times as long as ours": round(
                median([a / o for a, o in zip(times[name], times[reference], strict=True)]), 2
            ),
            "success": round(
                float((model.predict(found, verbose=0).argmax(1) == target).mean()), 4
            ),
            "most features changed": int(flat(found != x[sample]).sum(1).max()),
            "same images": round(float(flat(found == images[reference]).all(1).mean()), 4),
        }
        for name, found in images.items()
    ] + [user]


def flat(array):
    return array.reshape(len(array), -1)


def classifier_of(model, shape, kind):
    """ART's classifier of the network's probabilities, the network compiled."""
    compiled = tf.function(
        lambda x, training=False: tf.nn.softmax(model(x, training=training)), autograph=False
    )
    return kind(compiled, nb_classes=10, input_shape=shape, clip_values=(0.0, 1.0))


class CompiledClassifier(TensorFlowV2Classifier):
    """ART's classifier with `class_gradient` replaced by one fused, compiled pass.

    ART's own runs the network once for each distinct target in the batch.
    """

    def __init__(self, probabilities, **options):
        super().__init__(probabilities, **options)

        @tf.function(
            input_signature=[
                tf.TensorSpec((None, *options["input_shape"]), tf.float32),
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
    main(benchmark, __doc__, "pairs/s")
