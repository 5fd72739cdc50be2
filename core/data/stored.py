"""The canonical stored form of a data set: cells read exactly what was validated."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np

from core.data import rules
from core.data.dataset import ARRAYS, Dataset

LIMITS = ("low", "high", "mutable", "step")


def to_bytes(dataset: Dataset) -> bytes:
    """The canonical stored form (`.npz`, no pickles); equal data sets, equal bytes."""
    meta = {
        "name": dataset.name,
        "title": dataset.title,
        "source": dataset.source,
        "note": dataset.note,
        "class_names": dataset.class_names,
        "feature_names": dataset.feature_names,
        "stored": dataset.stored,
        "conversions": dataset.conversions,
        **({} if dataset.unit == "range" else {"unit": dataset.unit}),
    }
    arrays = {key: getattr(dataset, key) for key in (*ARRAYS, *LIMITS)}
    arrays |= {key: value for key in rules.RULES if (value := getattr(dataset, key)) is not None}
    for key in ("x_train", "x_test"):
        arrays[key] = _as_bytes(arrays[key])
    buffer = io.BytesIO()
    np.savez(buffer, **arrays, meta=np.frombuffer(json.dumps(meta).encode(), np.uint8))
    return buffer.getvalue()


def from_bytes(path: Path) -> Dataset:
    """Read what `to_bytes` wrote, now or in an earlier version."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    meta = json.loads(arrays.pop("meta").tobytes())
    for key in ("class_names", "feature_names", "stored"):
        meta[key] = tuple(meta[key]) if meta.get(key) else None
    meta["conversions"] = tuple(meta.get("conversions", ()))
    for key in ("x_train", "x_test"):
        if arrays[key].dtype == np.uint8:
            arrays[key] = _scaled(arrays[key])
    return Dataset(**arrays, **meta)


def _scaled(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float32) / 255


def _as_bytes(x: np.ndarray) -> np.ndarray:
    """A quarter of the size where every value is a multiple of 1/255; else unchanged."""
    if not x.size or x.min() < 0 or x.max() > 1:
        return x
    rounded = np.round(x * 255).astype(np.uint8)
    return rounded if np.array_equal(_scaled(rounded), x) else x
