"""Test inputs that also stand in the training data: accuracy on them says nothing of new inputs."""

from __future__ import annotations

import hashlib

import numpy as np


def in_training(x_train: np.ndarray, x_test: np.ndarray) -> int | None:
    """How many test inputs equal a training input in every feature.

    Args: float `(n, ...)` in the canonical form, so that equal inputs have equal bytes.
    Returns: None where there are no training inputs.
    """
    if not len(x_train):
        return None
    known = set(_digests(x_train))
    return sum(digest in known for digest in _digests(x_test))


def _digests(x: np.ndarray) -> list[bytes]:
    # One hash a row and not one sort of all rows; + 0.0 makes -0.0 the 0.0 that it equals.
    rows = np.ascontiguousarray(x).reshape(len(x), -1)
    return [hashlib.blake2b(row + 0.0, digest_size=16).digest() for row in rows]
