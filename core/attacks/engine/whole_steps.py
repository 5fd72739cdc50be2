"""Adversarial examples whose features can only take spaced values: whole numbers, for instance.

Attacks move through continuous values; this puts their results back on the grid.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Succeeds = Callable[[np.ndarray, np.ndarray], np.ndarray]
Within = Callable[[np.ndarray, np.ndarray], np.ndarray]
Mended = Callable[[np.ndarray, np.ndarray], np.ndarray]


def on_steps(
    original: np.ndarray,
    adversarial: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    step: np.ndarray,
    succeeds: Succeeds,
    within: Within,
    mended: Mended | None = None,
) -> np.ndarray:
    """Move every changed stepped feature to a value that it can take.

    To the nearest value, else away from the original, else towards it: the first of the three
    that still succeeds within the budget is taken, and the last where none does.

    Args:
        original, adversarial: `(pairs, n)` float32; originals lie on the grid.
        low, high, step: `(n,)`; a step of 0 leaves the feature as it is.
        succeeds: `(points (k, n), pairs (k,)) -> (k,)` bool, asked of candidates only.
        within: the same, whether a candidate keeps within the attack's budget.
        mended: `(points, pairs) -> points` on the grid, nearer to their originals: what features
            that are tied to each other need.

    Returns: `(pairs, n)` float32 on the grid, within `low` and `high`.
    """
    changed = (adversarial != original) & (step > 0)
    result = adversarial.copy()
    open_pairs = np.flatnonzero(changed.any(axis=1))
    for rounding in (np.round, _away, np.trunc):
        if not len(open_pairs):
            break
        candidate = _rounded(
            original[open_pairs], adversarial[open_pairs], low, high, step, rounding
        )
        if mended is not None:
            candidate = mended(candidate, open_pairs)
        result[open_pairs] = candidate
        good = within(candidate, open_pairs)
        good[good] = succeeds(candidate[good], open_pairs[good])
        open_pairs = open_pairs[~good]
    return result


def _away(steps: np.ndarray) -> np.ndarray:
    return np.copysign(np.ceil(np.abs(steps)), steps)


def _rounded(original, adversarial, low, high, step, rounding) -> np.ndarray:
    spacing = np.where(step > 0, step, 1).astype(np.float64)
    start = original.astype(np.float64)
    # A whole number of steps from the original, kept inside the bounds.
    fewest = np.ceil((low - start) / spacing - 1e-6)
    most = np.floor((high - start) / spacing + 1e-6)
    steps = np.clip(rounding((adversarial - start) / spacing), fewest, most)
    moved = np.clip(start + steps * spacing, low, high).astype(np.float32)
    kept = np.where(steps == 0, original, moved)
    return np.where((step > 0) & (adversarial != original), kept, adversarial)
