"""Towards which wrong classes a sample is attacked: all of them, or some where they are many."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

ALL = "all"
PATTERN = r"all|(nearest|random)-[1-9]\d{0,2}"
"""What a spec may say: all, or the nearest or so many drawn ones, 1 to 999 of them."""

FEW_CLASSES = 20
"""Up to so many classes each wrong one is a target where nobody said anything."""
OF_MANY = "nearest-9"
"""Of more classes: as many targets as ten classes give, those that the network ranks next."""


@dataclass(frozen=True)
class TargetChoice:
    """Some of the wrong classes.

    Attributes:
        ranked: the classes with the highest scores of the unperturbed sample, on the network that
            is attacked, so that each network has targets of its own; otherwise drawn, by the
            number of the sample alone, the same for every network.
        count: targets of each sample.
    """

    ranked: bool
    count: int


def chosen(text: str | None, classes: int) -> TargetChoice | None:
    """What `all`, `nearest-9` or `random-9` means on data with so many classes.

    Args: text: as `PATTERN`; None: `all` up to 20 classes, `nearest-9` above.
    Returns: None where every wrong class is a target. Raises `ValueError` for another text.
    """
    said = text if text is not None else ALL if classes <= FEW_CLASSES else OF_MANY
    if not re.fullmatch(PATTERN, said):
        raise ValueError("targets is all, nearest-K or random-K, with K a number of classes")
    if said == ALL:
        return None
    how, _, count = said.partition("-")
    return None if int(count) >= classes - 1 else TargetChoice(how == "nearest", int(count))


def stated(text: str | None, classes: int) -> str | None:
    """The choice as rows of results hold it.

    Returns: None where nothing has to be said: all wrong classes of few.
    """
    choice = chosen(text, classes)
    if choice is None:
        return None if classes <= FEW_CLASSES else ALL
    return f"{'nearest' if choice.ranked else 'random'}-{choice.count}"


def per_sample(text: str | None, classes: int) -> int:
    """How many targets each sample has."""
    choice = chosen(text, classes)
    return classes - 1 if choice is None else choice.count


def drawn(numbers: np.ndarray, labels: np.ndarray, classes: int, count: int) -> np.ndarray:
    """Wrong classes drawn without replacement, rising, `(m, count)`.

    Args: numbers: `(m,)` of the test inputs, on which alone a draw depends. labels: `(m,)`.
    """
    found = np.empty((len(labels), count), np.int64)
    for row, (number, label) in enumerate(zip(numbers, labels, strict=True)):
        rng = np.random.default_rng([int(number), classes, count])
        others = np.delete(np.arange(classes), label)
        found[row] = np.sort(rng.choice(others, count, replace=False))
    return found


def ranked(logits: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The wrong classes with the highest logits, rising by number, `(m, count)`.

    Of equal logits the lower class. Args: logits: `(m, classes)`. labels: `(m,)`.
    """
    others = logits.astype(np.float64)
    others[np.arange(len(labels)), labels] = -np.inf
    first = np.argsort(-others, axis=1, kind="stable")[:, :count]
    return np.sort(first, axis=1)
