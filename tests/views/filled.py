"""A ledger filled by hand, as if a worker had computed it: no Keras, no worker."""

import io

import numpy as np
import pandas as pd

from core import environment
from core.model.cell import EnvironmentFacts
from core.model.data import DataFacts
from core.model.planned import RunPlan
from core.planning.plan import plan
from core.spec import spec_files
from core.spec.spec import Experiment

DATA = DataFacts.model_validate(
    {
        "name": "digits",
        "title": "Digits, 8 x 8",
        "source": "scikit-learn",
        "note": None,
        "checksum": "c" * 64,
        "artifact": "a" * 64,
        "sha256": "a" * 64,
        "n_train": 100,
        "n_test": 20,
        "shape": [8, 8, 1],
        "n_features": 64,
        "classes": 10,
        "class_names": [str(i) for i in range(10)],
        "feature_names": None,
        "mutable_features": 64,
        "stepped_features": 0,
        "extent": {"l0": 64.0, "l1": 64.0, "l2": 8.0, "linf": 1.0},
        "kind": "image",
        "low": 0.0,
        "high": 1.0,
    }
)
HERE = EnvironmentFacts(
    backend="tensorflow", backend_version="2", keras="3", device="cpu", threads=2
)
SAMPLES = 10


def experiment(name="digits", **changes):
    raw = spec_files.preset("digits") | {"name": name, "samples": SAMPLES, "planted": 0} | changes
    return Experiment.model_validate(raw)


def submit(ledger, wanted=None):
    """Queue an experiment on `DATA`; returns the run id."""
    wanted = wanted or experiment()
    planned = plan(wanted, DATA, {}, HERE)
    provenance = RunPlan(
        data=DATA,
        files={},
        architecture=planned.architecture,
        networks=list(planned.networks),
        attacks=list(planned.attacks),
        departures=["The paper used MNIST and CIFAR-10; this run uses Digits, 8 x 8."],
        notes=list(planned.notes),
        environment=HERE,
        versions=environment.versions(),
    )
    return ledger.submit(wanted.name, wanted.as_json(), provenance.as_json(), planned.cells)


def work(ledger, cells=None, fail=None, status=None):
    """Compute queued cells as a worker would, `cells` of them; those whose label holds `fail` fail.

    Args: status: of every attacked pair, as in results.parquet; None: most reach their goal.
    Returns: the claim of the cell that is left running when `cells` is given.
    """
    done = 0
    while claim := ledger.claim("worker", 60):
        if cells is not None and done == cells:
            ledger.progress(claim, {"done": 3, "total": 20, "message": "training", "loss": 0.5})
            return claim
        if fail and fail in claim.label:
            ledger.fail(claim, "ValueError: the loss is not a number", final=True)
        else:
            ledger.finish(claim, _output(ledger, claim, status), 2.0)
        done += 1
    return None


def _found(payload, hot):
    """What `jsma-f` finds of planted examples where gradients vanish: nothing; all else all."""
    of = payload.samples
    return {
        "found": 0 if payload.attack == "jsma-f" and hot else of,
        "of": of,
        "by_chance": 0.01,
        "reason": None,
        "distance": payload.distance,
        "radius": payload.radius,
    }


def _output(ledger, claim, status):
    put = ledger.artifacts.put_bytes
    if claim.kind == "train":
        history = pd.DataFrame(
            {"epoch": [1, 2], "loss": [1, 0.5], "accuracy": [0.5, 0.9], "test_accuracy": [0.5, 0.9]}
        )
        metrics = {
            "accuracy": 0.95,
            "accuracy_low": 0.9,
            "accuracy_high": 0.98,
            "mean_confidence": 0.99,
            "chance": 0.1,
            "trained": True,
            "parameters": 9000,
            "train_accuracy": 0.99,
            "epochs": 2,
            "notes": [],
        }
        network = put(claim.label.encode(), ".keras")
        return {
            "artifacts": {"network": network, "history": put(_parquet(history), ".parquet")},
            "metrics": metrics,
        }
    samples = claim.payload.samples
    if claim.kind == "plant":
        return {"artifacts": {}, "metrics": _found(claim.payload, "T = 20" in claim.label)}
    blind = claim.payload.attack == "jsma-f" and "T = 20" in claim.label
    rng = np.random.default_rng(0)
    if claim.payload.params.get("targeted", True):
        label = np.repeat(np.arange(samples), 9)
        target = np.concatenate([[t for t in range(10) if t != y] for y in range(samples)])
        reached = target
    else:
        label = np.arange(samples)
        target = np.full(samples, -1)
        reached = (label + 1) % 10
    success = np.zeros(len(label), bool) if blind else rng.random(len(label)) < 0.9
    statuses = np.where(success, "success", "zero_gradient" if blind else "cap")
    if status is not None:
        statuses = np.full(len(label), status)
        success = np.full(len(label), status in ("success", "already"))
    l0 = np.where(success, rng.integers(1, 5, len(label)), 8)
    if status in ("already", "zero_gradient"):  # nothing was changed
        l0 = np.zeros(len(label), int)
    rows = pd.DataFrame(
        {
            "sample": label,
            "label": label,
            "target": target,
            "predicted_clean": reached if status == "already" else label,
            "predicted": np.where(success, reached, label),
            "success": success,
            "status": statuses,
            "l0": l0,
            "l1": l0.astype(float),
            "l2": l0.astype(float),
            "linf": claim.payload.budget if claim.payload.distance == "linf" else 1.0,
            "iterations": l0,
        }
    )
    original = rng.random((samples, 8, 8, 1)).astype("f4")
    buffer = io.BytesIO()
    adversarial = 1 - original[label]
    np.savez(buffer, sample=label, target=target, original=original, adversarial=adversarial)
    metrics = {"pairs": len(rows), "kept_pairs": len(rows), "denormals_flushed": True}
    return {
        "artifacts": {
            "rows": put(_parquet(rows), ".parquet"),
            "adversarial": put(buffer.getvalue(), ".npz"),
        },
        "metrics": metrics,
    }


def _parquet(frame):
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
