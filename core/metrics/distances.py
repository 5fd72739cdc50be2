"""How far an adversarial example lies from its original."""

import numpy as np


def distances(original: np.ndarray, adversarial: np.ndarray) -> dict[str, np.ndarray]:
    """L0, L1, L2 and Linf of each pair.

    Args: both `(pairs, ...)`, the same shape; in attack cells fractions of each feature's range.
    Returns: `l0` (int, features changed; each colour channel is one), `l1`, `l2`, `linf`
    (float64, in the units of what is given), each `(pairs,)`.
    """
    delta = (adversarial.astype(np.float64) - original).reshape(len(original), -1)
    size = np.abs(delta)
    return {
        "l0": np.count_nonzero(size, axis=1),
        "l1": size.sum(1),
        "l2": np.sqrt((size**2).sum(1)),
        "linf": size.max(1, initial=0.0),
    }
