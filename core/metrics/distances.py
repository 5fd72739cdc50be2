"""How far an adversarial example lies from its original."""

import numpy as np


def distances(
    original: np.ndarray, adversarial: np.ndarray, cost: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """L0, L1, L2 and Linf of each pair.

    Args:
        original, adversarial: `(pairs, ...)`, the same shape; in attack cells in the unit in which
            distances are measured.
        cost: `(n,)`, what each changed feature counts in L0; None: 1.

    Returns: `l0` (features changed, each colour channel one, int; or the sum of their costs),
    `l1`, `l2`, `linf` (float64, in the units of what is given), each `(pairs,)`.
    """
    delta = (adversarial.astype(np.float64) - original).reshape(len(original), -1)
    size = np.abs(delta)
    return {
        "l0": np.count_nonzero(size, axis=1) if cost is None else (size > 0) @ cost,
        "l1": size.sum(1),
        "l2": np.sqrt((size**2).sum(1)),
        "linf": size.max(1, initial=0.0),
    }
