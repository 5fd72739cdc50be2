"""What an attack wants of the network: a class to reach (targeted) or a class to leave.

Success, and how near a failed point is to it, are judged here for every attack alike.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.errors import UserError


def reached(predicted: ArrayLike, target: ArrayLike, targeted: bool) -> np.ndarray:
    """Say which predictions `(b,)` fulfil the goal: the target is predicted, or left."""
    return np.equal(predicted, target) == targeted


def margin(logits: np.ndarray, target: np.ndarray, targeted: bool) -> np.ndarray:
    """Return how far each point is past the decision boundary; negative where it fails.

    Args:
        logits: `(b, classes)`.
        target: `(b,)` integers, the class to reach or to leave.

    Returns:
        `(b,)`: targeted z_t - max z_j over j != t, else its negative; 0 on the boundary itself,
        where `reached` decides.

    Source: Carlini & Wagner, arXiv 1608.04644, f6 without the clipping, with the opposite sign.
    """
    rows = np.arange(len(logits))
    others = logits.copy()
    others[rows, target] = -np.inf
    gap = logits[rows, target] - others.max(axis=1)
    return gap if targeted else -gap


def log_odds(logits: np.ndarray, target: np.ndarray, targeted: bool) -> np.ndarray:
    """Return z_t - logsumexp z_j over j != t `(b,)`, or its negative for a class to leave.

    It is log(p_t / (1 - p_t)), computed without underflow. Arguments as for `margin`.
    """
    rows = np.arange(len(logits))
    others = logits.copy()
    others[rows, target] = -np.inf
    odds = logits[rows, target] - np.logaddexp.reduce(others, axis=1)
    return odds if targeted else -odds


def require_finite(**values: np.ndarray | None) -> None:
    """Raise `UserError` where the network returned NaN or infinity; None is passed over."""
    for name, array in values.items():
        if array is not None and not np.isfinite(array).all():
            raise UserError(
                f"the network's {name.replace('_', ' ')} is not finite (NaN or infinite) on an "
                "attacked sample; train it again with a smaller learning rate or scale its inputs"
            )
