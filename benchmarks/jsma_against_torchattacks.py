"""jsma-z against the JSMA of torchattacks: the same rule, from the same weights.

torchattacks runs in the environment of the torch backend (`make backends`), with Keras's own torch
modules; one image at a time, as it does. Ours runs here on TensorFlow. gamma 1/7 gives it 56
steps, which is 112 features. It counts features from 0.99 on as full, we those at 1: such features
are set to 1 in the images that both attack. Where no pair is admissible it goes on with the first
feature, and we stop.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.printing import main

PYTHON = ".venv-torch/bin/python"
PEER_PAIRS = 12
REPEATS = 5
BUDGET = 112
SAMPLES = 30
TARGET = 20


def benchmark() -> list[dict]:
    from benchmarks.common import attacked, median, pairs, seconds, trained_network

    if not Path(PYTHON).is_file():
        raise SystemExit(f"error: {PYTHON} is missing; `make backends` installs it")
    model, data = trained_network()
    x, sample, target = pairs(data, SAMPLES)
    x = np.where(x >= 0.99, np.float32(1), x)
    few = slice(None, None, len(sample) // PEER_PAIRS)

    def ours():
        return attacked("jsma-z", model, x, sample, target, budget=BUDGET)

    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "network.keras")
        np.savez(Path(folder) / "pairs.npz", x=x[sample[few]], target=target[few])
        result = ours()
        rates, peers, found = [], [], {}
        for _ in range(REPEATS):
            rates.append(len(sample) / seconds(ours))
            found = peer(folder)
            peers.append(len(target[few]) / found["seconds"])
        images = np.load(Path(folder) / "found.npz")["images"]
    mine = result.adversarial[few]
    return [
        {
            "attack": name,
            "pairs": count,
            "pairs/s": round(median(speed), 2),
            "ours is times as fast (median)": round(
                median([a / b for a, b in zip(rates, speed, strict=True)]), 1
            ),
            "target": goal,
            "success on the same pairs": round(float(success.mean()), 4),
            "same images": round(float((mine == shown).reshape(len(mine), -1).all(1).mean()), 4),
        }
        for name, count, speed, goal, success, shown in (
            ("Thermocline jsma-z", len(sample), rates, 1, result.success[few], mine),
            (
                "torchattacks JSMA",
                len(mine),
                peers,
                TARGET,
                model.predict(images, verbose=0).argmax(1) == target[few],
                images,
            ),
        )
    ]


def peer(folder: str) -> dict:
    command = [PYTHON, "-m", "benchmarks.jsma_against_torchattacks", "peer", folder]
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def attack(folder: Path) -> dict:
    """Run torchattacks in this process, on torch."""
    import keras
    import torch
    import torchattacks

    network = keras.saving.load_model(folder / "network.keras", compile=False)

    class ChannelsFirst(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, images):
            return self.network(images.permute(0, 2, 3, 1), training=False)

    given = np.load(folder / "pairs.npz")
    images = torch.from_numpy(given["x"].transpose(0, 3, 1, 2).copy())
    attack = torchattacks.JSMA(ChannelsFirst(), theta=1.0, gamma=BUDGET / images[0].numel())
    attack.set_mode_targeted_by_label(quiet=True)
    start = time.perf_counter()
    found = attack(images, torch.from_numpy(given["target"]))
    spent = time.perf_counter() - start
    np.savez(folder / "found.npz", images=found.detach().numpy().transpose(0, 2, 3, 1))
    return {"seconds": spent}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["peer", folder]:
            print(json.dumps(attack(Path(folder))))
        case _:
            main(benchmark, __doc__, "ours is times as fast (median)", "target")
