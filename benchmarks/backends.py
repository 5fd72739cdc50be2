"""The same weights, the same pairs, three backends: do the attacks end the same way?

TensorFlow trains two networks, one at T = 20, and writes them with the attacked pairs; then each
backend attacks them in a process and an environment of its own (`make backends` makes .venv-jax
and .venv-torch). Compared pair by pair: status and success. JAX and torch run side by side, so
nothing is timed; float64 is slow on JAX and gets half of the samples. `jsma-f` underflows where
a backend's denormals end, so it is compared only where the start gap, z_max - z_target of the
clean sample, lies outside 85 to 106 nats, and the others are reported apart.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.printing import main

ATTACKS = ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")
BACKENDS = {
    "tensorflow": sys.executable,
    "jax": ".venv-jax/bin/python",
    "torch": ".venv-torch/bin/python",
}
UNDERFLOW = (85.0, 106.0)
SAMPLES = 24
FLOAT64_SAMPLES = 12
AGREEMENT = 0.995
BUDGET = 112


def benchmark() -> list[dict]:
    for python in BACKENDS.values():
        if not Path(python).is_file():
            raise SystemExit(f"error: {python} is missing; `make backends` installs it")
    with tempfile.TemporaryDirectory() as folder:
        ended(started("tensorflow", "write", folder))
        both = [started(backend, "attack", folder) for backend in ("jax", "torch")]
        for process in both:
            process.wait()
        for process in both:
            ended(process)
        told = {backend: dict(np.load(Path(folder) / f"{backend}.npz")) for backend in BACKENDS}
        gaps = dict(np.load(Path(folder) / "pairs.npz"))
    return [
        compared(network, attack, backend, told, gaps[f"gap {network}"])
        for network in ("undefended", "T = 20")
        for attack in ATTACKS
        for backend in ("jax", "torch")
    ]


def started(backend: str, part: str, folder: str) -> subprocess.Popen:
    command = [BACKENDS[backend], "-m", "benchmarks.backends", part, folder]
    return subprocess.Popen(command, env={**os.environ, "KERAS_BACKEND": backend})


def ended(process: subprocess.Popen) -> None:
    if process.wait():
        raise SystemExit(f"error: {process.args} failed; why stands above")


def compared(network: str, attack: str, backend: str, told: dict, gap: np.ndarray) -> dict:
    """One row: how many pairs end alike on a backend and on TensorFlow."""
    name = f"{network} {attack}"
    mine, reference = (told[one][f"{name} status"] for one in (backend, "tensorflow"))
    success = [told[one][f"{name} success"] for one in (backend, "tensorflow")]
    alike = (mine == reference) & (success[0] == success[1])
    gap = gap[: len(mine)]
    counted = np.ones(len(gap), bool)
    if attack == "jsma-f":
        counted = (gap < UNDERFLOW[0]) | (gap > UNDERFLOW[1])
    share = float(alike[counted].mean())
    left = f"{(~alike & ~counted).sum()} of {(~counted).sum()}" if (~counted).any() else "–"
    return {
        "network": network,
        "attack": attack,
        "backend": backend,
        "pairs": int(counted.sum()),
        "agree with TensorFlow, %": round(100 * share, 2),
        "at least, %": 100 * AGREEMENT,
        "met": "yes" if share >= AGREEMENT else "no",
        "differ within 85 to 106 nats": left,
        "success": f"{success[0].mean():.1%}",
        "TensorFlow": f"{success[1].mean():.1%}",
    }


def write(folder: Path) -> None:
    """Train the networks on TensorFlow, write them and the pairs, and attack them."""
    import keras

    from benchmarks.common import pairs
    from core.data import datasets
    from core.model.training import OptimizerSettings, Schedule
    from core.networks import architectures, training

    data = datasets.load("mnist5k")
    x, sample, target = pairs(data, SAMPLES)
    optimizer = OptimizerSettings(optimizer="adam", learning_rate=1e-3, batch_size=128)
    stored = {"x": x, "sample": sample, "target": target}
    for name, temperature in (("undefended", 1.0), ("T = 20", 20.0)):
        keras.utils.set_random_seed(0)
        model = architectures.build("paper-mnist", data.x_train.shape[1:], 10)
        training.fit(
            model,
            data.x_train,
            training.hard_targets(data.y_train, 10),
            Schedule(temperature=temperature, optimizer=optimizer, epochs=8),
            test=(data.x_test, data.y_test),
        )
        model.save(folder / f"{name}.keras")
        logits = training.logits(model, x)[sample]
        stored[f"gap {name}"] = logits.max(1) - logits[np.arange(len(sample)), target]
    np.savez(folder / "pairs.npz", **stored)
    attack(folder)


def attack(folder: Path) -> None:
    """Attack the written networks on the backend of this process."""
    import keras

    from core import attacks
    from core.attacks.engine.question import Options, Question

    given, found = np.load(folder / "pairs.npz"), {}
    for network in ("undefended", "T = 20"):
        model = keras.saving.load_model(folder / f"{network}.keras", compile=False)
        for name in ATTACKS:
            few = given["sample"] < (FLOAT64_SAMPLES if name == "jsma-f64" else SAMPLES)
            question = Question(model, given["x"], given["sample"][few], given["target"][few])
            # Few sizes: JAX compiles for a second or two at each.
            result = attacks.run(name, {"budget": BUDGET}, question, Options(batch_size=32))
            found[f"{network} {name} status"] = result.status
            found[f"{network} {name} success"] = result.success
    np.savez(folder / f"{keras.backend.backend()}.npz", **found)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            write(Path(folder))
        case ["attack", folder]:
            attack(Path(folder))
        case _:
            main(benchmark, __doc__, "agree with TensorFlow, %", "at least, %")
