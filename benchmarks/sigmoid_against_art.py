"""`core evaluate` on a network with one sigmoid unit against ART on the same weights.

A table (breast cancer, 30 features), a network trained and saved outside the project. The command
line makes two logits of its unit; ART gets the two probabilities 1 - p and p, which is how its
users bring such a network. JSMA, FGSM and BIM with the same settings; share of test inputs that end
in the other class. Needs requirements-bench.in.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from art.attacks.evasion import BasicIterativeMethod, FastGradientMethod, SaliencyMapMethod
from art.estimators.classification import TensorFlowV2Classifier
from keras import layers
from sklearn.datasets import load_breast_cancer

from benchmarks.printing import main

SAMPLES, BUDGET, EPS, STEPS = 150, 4, 0.05, 20
# ART goes on for one more pair where its gamma is just reached: half a feature less.
STEP = EPS / 8
ATTACKS = {
    "jsma-f": f"jsma-f:budget={BUDGET}",
    "fgsm": f"fgsm:eps={EPS}",
    "bim": f"bim:eps={EPS},steps={STEPS},step_size={STEP}",
}


def benchmark() -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        model = stranger(home)
        environment = {**os.environ, "THERMOCLINE_HOME": str(home / "workspace")}
        command = ["core", "evaluate", home / "mine.keras", "--data", home / "mine.npz"]
        command += ["--samples", SAMPLES, "--out", home / "out"]
        for text in ATTACKS.values():
            command += ["--attack", text]
        command = [sys.executable, "-m", *map(str, command)]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        rows = pd.read_parquet(home / "out" / "results.parquet")
        with np.load(home / "mine.npz") as arrays:
            x, y = arrays["x_test"], arrays["y_test"]
    attacked = rows["sample"].unique()
    x, y = x[attacked], y[attacked]
    found = []
    for name, ends in art(model, x, y).items():
        moved = (model.predict(ends, verbose=0)[:, 0] > 0.5).astype(int) != y
        mine = rows[rows["attack"] == name].set_index("sample").loc[attacked]
        ours = (mine["predicted"] != mine["label"]).to_numpy()
        found.append(
            {
                "attack": name,
                "inputs": len(y),
                "core evaluate": f"{ours.mean():.4f}",
                "ART": f"{moved.mean():.4f}",
                "same answer": f"{(ours == moved).mean():.4f}",
            }
        )
    return found


def art(model: keras.Model, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Final inputs of ART's attacks, by our names."""
    p = model.outputs[0]
    both = keras.Model(model.inputs, layers.Concatenate()([1 - p, p]))
    classifier = TensorFlowV2Classifier(
        both,
        nb_classes=2,
        input_shape=(30,),
        clip_values=(0.0, 1.0),
        loss_object=keras.losses.SparseCategoricalCrossentropy(),
    )
    jsma = SaliencyMapMethod(classifier, theta=1.0, gamma=(BUDGET - 0.5) / 30, verbose=False)
    fgsm = FastGradientMethod(classifier, eps=EPS)
    bim = BasicIterativeMethod(classifier, eps=EPS, eps_step=STEP, max_iter=STEPS, verbose=False)
    return {
        "jsma-f": jsma.generate(x, y=1 - y),
        "fgsm": fgsm.generate(x, y=y),
        "bim": bim.generate(x, y=y),
    }


def stranger(home: Path) -> keras.Model:
    """Train and save a binary classifier that knows nothing of the project."""
    keras.utils.set_random_seed(2)
    bunch = load_breast_cancer()
    x, y = bunch.data, bunch.target
    x = ((x - x.min(0)) / np.ptp(x, axis=0)).astype(np.float32)
    np.savez(home / "mine.npz", x_train=x[:400], y_train=y[:400], x_test=x[400:], y_test=y[400:])
    model = keras.Sequential(
        [
            keras.Input((30,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    model.fit(x[:400], y[:400], epochs=40, batch_size=32, verbose=0)
    model.save(home / "mine.keras")
    return model


if __name__ == "__main__":
    main(benchmark, __doc__)
