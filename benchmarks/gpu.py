"""`make bench-gpu`: one temperature of Figure 10 at the paper's full size, in pieces that resume.

`python -m benchmarks.gpu [mnist.npz] [--minutes 4] [--data cifar10]` works until the time is up and
goes on where it stopped when called again; with all pieces done it prints the table. Keras runs on
whatever KERAS_BACKEND says; TensorFlow is not needed. Pieces: the device's rates, teacher and
student at T = 20 (50 epochs each), and for `jsma-f` and `jsma-logf` the first call (cold: with
compilation) and then 1,000 samples x 9 targets a piece (warm) up to 10,000. `--epochs`, `--train`
and `--test` take less of each, for a rehearsal or a shorter lease; the table names what was taken.

The convolution rate is that of one large convolution alone, measured in the piece that measures
the gradients; the share of it that gradients reach is of the same minute. All in the arithmetic of
a run: deterministic kernels, whole float32.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from benchmarks.printing import bars, table
from benchmarks.training_rate import forward_operations
from core import attacks, environment
from core.attacks.engine.question import Question
from core.cells.settling import settle
from core.data import datasets
from core.data.arrays import Origin, from_arrays
from core.data.dataset import Dataset, class_balanced_order
from core.model.training import OptimizerSettings, Schedule
from core.networks import architectures, training
from core.networks.gradients import default_batch_size, on_device, steps_per_visit

TEMPERATURE = 20.0
PART = 1_000
ATTACKS = ("jsma-f", "jsma-logf")
BUDGET = 112
GOALS = {"temperature, s": 300, "share of the convolution rate": 0.30}
SETTINGS = {
    name: OptimizerSettings(
        optimizer="sgd", learning_rate=rate, momentum=0.9, batch_size=128, halve_every=halve
    )
    for name, rate, halve in (("mnist", 0.1, None), ("cifar10", 0.01, 10))
}


@dataclass(frozen=True)
class Taken:
    """How much of the whole is taken: epochs, training and test inputs."""

    epochs: int
    train: int
    test: int
    whole: bool


def pieces(data: Dataset, name: str, epochs: int, folder: Path) -> dict[str, Callable[[], dict]]:
    """Name of each piece and what measures it, in order."""
    parts = range(0, len(data.y_test), PART)
    return {
        "device": lambda: device(data, name),
        "teacher": lambda: train(data, name, epochs, folder, "teacher"),
        "student": lambda: train(data, name, epochs, folder, "student"),
        **{
            f"{attack} {first}": lambda a=attack, f=first: attacked(data, folder, a, f)
            for attack in ATTACKS
            for first in parts
        },
    }


def device(data: Dataset, name: str) -> dict:
    """Rate of a large convolution, and of attack gradients of the paper's network, untrained."""
    model = architectures.build(f"paper-{name}", data.shape, data.classes)
    gradient, weights, compiled = on_device(model, "log-probability")
    gradient = compiled(gradient)
    batch = default_batch_size()
    rows = np.arange(batch) % len(data.x_test)
    x = keras.ops.convert_to_tensor(data.x_test[rows])
    target = keras.ops.convert_to_tensor(((data.y_test[rows] + 1) % data.classes).astype(np.int32))
    cold, warm = queued(lambda: gradient(weights, x, target)[1][:1])
    # A forward pass and the inputs' gradients, which cost as much; no weights' gradients.
    done = 2 * sum(forward_operations(model)) * batch / warm
    peak = convolution_rate()
    return {
        "cold": cold,
        "warm": warm,
        "batch": batch,
        "gradients a second": batch / warm,
        "FLOP/s": done,
        "convolution FLOP/s": peak,
        "share": done / peak,
    }


def convolution_rate() -> float:
    """Operations a second of a 3 x 3 convolution of 256 channels."""
    layer = keras.layers.Conv2D(256, 3, padding="same")
    x = keras.ops.convert_to_tensor(np.random.default_rng(0).random((64, 32, 32, 256), np.float32))
    layer.build(x.shape)
    return 2 * 64 * 32 * 32 * 9 * 256 * 256 / queued(lambda: layer(x)[:1, :1, :1, :1])[1]


def queued(call: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of a first call, and of each of many that the host waits for together.

    A device works through a queue: waiting after every call would time the host. The second is
    the best of three rounds of up to 50 calls, fewer where they would take over a second.
    """

    def once(calls: int) -> float:
        start = time.perf_counter()
        for _ in range(calls):
            last = call()
        keras.ops.convert_to_numpy(last)
        return (time.perf_counter() - start) / calls

    cold, second = once(1), once(1)
    calls = max(1, min(50, int(1 / second)))
    return cold, min(once(calls) for _ in range(3))


def train(data: Dataset, name: str, epochs: int, folder: Path, role: str) -> dict:
    """Teacher on labels or student on the teacher's soft labels at T, after one epoch at 1."""
    keras.utils.set_random_seed(0)
    labels = training.hard_targets(data.y_train, data.classes)
    model = architectures.build(f"paper-{name}", data.shape, data.classes)
    start = time.perf_counter()
    targets = labels
    if role == "student":
        teacher = keras.saving.load_model(folder / "teacher.keras", compile=False)
        targets = training.soft_labels(teacher, data.x_train, TEMPERATURE)
    training.fit(
        model,
        data.x_train,
        targets,
        Schedule(temperature=TEMPERATURE, optimizer=SETTINGS[name], epochs=epochs, warm_start=1),
        test=(data.x_test, data.y_test),
        hard=labels,
    )
    spent = time.perf_counter() - start
    model.save(folder / f"{role}.keras")
    accuracy = float((training.logits(model, data.x_test).argmax(-1) == data.y_test).mean())
    rate = (epochs + 1) * len(data.x_train) / spent
    return {"seconds": spent, "accuracy": accuracy, "images a second": rate}


def attacked(data: Dataset, folder: Path, attack: str, first: int) -> dict:
    """1,000 samples x all wrong targets; the first piece also says what a first call costs."""
    model = keras.saving.load_model(folder / "student.keras", compile=False)
    order = class_balanced_order(data.y_test)[first : first + PART]
    x, labels = data.x_test[order], data.y_test[order]
    every = [(i, t) for i in range(len(x)) for t in range(data.classes) if t != labels[i]]
    sample, target = np.array(every).T

    def run(count: int):
        question = Question(model, x, sample[:count], target[:count])
        return attacks.run(attack, {"budget": BUDGET}, question)

    start = time.perf_counter()
    run(default_batch_size())
    cold = time.perf_counter() - start
    start = time.perf_counter()
    result = run(len(sample))
    spent = time.perf_counter() - start
    return {
        "seconds": spent,
        "cold": cold,
        "pairs": len(sample),
        "success": int(result.success.sum()),
        "steps": int(result.iterations.sum()),
    }


def report(done: dict[str, dict], name: str, where: str, taken: Taken) -> list[dict]:
    """The table's rows, from all pieces."""
    rates = done["device"]
    rows = [
        {
            "what": f"attack gradients, batch {rates['batch']}, {where}",
            "s": round(rates["warm"], 5),
            "cold s": round(rates["cold"], 2),
            "rate": f"{rates['gradients a second']:,.0f} a second, {rates['FLOP/s']:.3g} FLOP/s",
            "result": f"{rates['share']:.1%} of the convolution rate"
            f" ({rates['convolution FLOP/s']:.3g} FLOP/s); goal 30 %",
        }
    ]
    total = 0.0
    for role in ("teacher", "student"):
        told = done[role]
        total += told["seconds"]
        rows.append(
            {
                "what": f"{role}, {taken.epochs} epochs of {taken.train:,} at T = {TEMPERATURE:g}",
                "s": round(told["seconds"], 1),
                "cold s": "",
                "rate": f"{told['images a second']:,.0f} images a second",
                "result": f"accuracy {told['accuracy']:.2%}",
            }
        )
    for attack in ATTACKS:
        parts = [told for piece, told in done.items() if piece.startswith(f"{attack} ")]
        spent, pairs = (sum(part[key] for part in parts) for key in ("seconds", "pairs"))
        total += spent
        rows.append(
            {
                "what": f"{attack}, {pairs:,} pairs",
                "s": round(spent, 1),
                "cold s": round(parts[0]["cold"], 1),
                "rate": f"{pairs / spent:,.0f} pairs a second",
                "result": f"success {sum(part['success'] for part in parts) / pairs:.2%}",
            }
        )
    if taken.whole:
        rows.append(
            {
                "what": f"one temperature of {name}",
                "s": round(total, 1),
                "cold s": "",
                "rate": f"{total / 60:.1f} minutes" + ("; goal 5" if name == "mnist" else ""),
                "result": f"ten networks of Figure 10's {name}, extrapolated:"
                f" {10 * total / 60:.0f} min",
            }
        )
    return rows


def from_file(arguments: argparse.Namespace) -> Dataset:
    """The data of an .npz in Keras's own layout."""
    arrays = dict(np.load(arguments.file, allow_pickle=False))
    return from_arrays(arrays, Origin(arguments.data, arguments.data, arguments.file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", help="an .npz of the data; else Keras downloads it")
    parser.add_argument("--data", choices=tuple(SETTINGS), default="mnist")
    parser.add_argument("--minutes", type=float, default=4.0, help="after which no piece begins")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--train", type=int, help="training inputs taken, instead of all")
    parser.add_argument("--test", type=int, help="test inputs taken, instead of all")
    parser.add_argument("--folder", type=Path, default=Path("workspace/benchmarks/gpu"))
    arguments = parser.parse_args()
    settle()
    until = time.monotonic() + 60 * arguments.minutes
    whole = datasets.load(arguments.data) if arguments.file is None else from_file(arguments)
    loaded = replace(
        whole,
        x_train=whole.x_train[: arguments.train],
        y_train=whole.y_train[: arguments.train],
        x_test=whole.x_test[: arguments.test],
        y_test=whole.y_test[: arguments.test],
    )
    train, test = len(loaded.y_train), len(loaded.y_test)
    full = (arguments.epochs, train, test) == (50, len(whole.y_train), len(whole.y_test))
    taken = Taken(arguments.epochs, train, test, full)
    size = "" if full else f"-{taken.epochs}-{train}-{test}"
    folder = arguments.folder / f"{arguments.data}-{keras.backend.backend()}{size}"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "pieces.json"
    done = json.loads(kept.read_text()) if kept.is_file() else {}
    where = f"{environment.device_kind()}, Keras on {keras.backend.backend()}"
    print(f"{where}; {steps_per_visit()} steps between two visits of the host", flush=True)
    longest = 0.0
    todo = pieces(loaded, arguments.data, taken.epochs, folder)
    for name, measure in todo.items():
        if name in done:
            continue
        if time.monotonic() + longest > until:
            print(f"{len(done)} of {len(todo)} pieces done; run it again to go on")
            return
        start = time.monotonic()
        done[name] = measure()
        kept.write_text(json.dumps(done, indent=1))
        longest = max(longest, time.monotonic() - start)
        print(f"{name}: {time.monotonic() - start:.1f} s", flush=True)
    rows = report(done, arguments.data, where, taken)
    print(table(rows))
    (folder / "gpu.md").write_text(table(rows) + "\n")
    (folder / "gpu.svg").write_text(bars(rows, "s", f"{arguments.data}, {where}"))


if __name__ == "__main__":
    main()
