"""What a network gives out: logits or probabilities, and the same twice? Facts, no judgement."""

from __future__ import annotations

import numpy as np


def output_facts(first: np.ndarray, second: np.ndarray) -> dict:
    """Facts about two forward passes on the same inputs, for `core.judgement.diagnostics`.

    Args: first, second: `(n, classes)` raw outputs, taken one after the other.

    Returns: JSON values: `inputs` (n), `lowest`, `highest` (of all outputs), `largest_sum_error`
    (largest |sum over classes - 1|), `pass_difference` (largest difference between the passes,
    as a fraction of the largest output in size).
    Raises ValueError when the shapes differ, there is no input, or an output is not finite.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.shape != second.shape or first.ndim != 2 or not len(first):
        raise ValueError(
            "expected two arrays (n, classes) with n of 1 or more, got"
            f" {first.shape} and {second.shape}"
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("the network gives outputs that are not finite")
    size = float(np.abs(first).max())
    difference = float(np.abs(first - second).max())
    return {
        "inputs": len(first),
        "lowest": float(first.min()),
        "highest": float(first.max()),
        "largest_sum_error": float(np.abs(first.sum(1) - 1).max()),
        "pass_difference": difference / size if size else difference,
    }
