"""Adam on the variables of an attack's slots."""

import numpy as np

from core.attacks.engine.pairs import PointSlots


class Adam:
    """Adam over the slots of an attack, each slot with its own count of steps.

    Args:
        slots: the attack's state, which moves the moments along with the pairs.
        learning_rate: as in the paper, of every step where a step is given none of its own; the
            other constants are its defaults.

    Source: Kingma & Ba, arXiv 1412.6980, Algorithm 1.
    """

    BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, slots: PointSlots, learning_rate: float):
        self.learning_rate = learning_rate
        self.mean = slots.slot_array(np.float32, slots.n)
        self.square = slots.slot_array(np.float32, slots.n)
        self.taken = slots.slot_array(np.int64)

    def reset(self, rows: np.ndarray) -> None:
        """Forget the moments of these slots."""
        self.mean[rows], self.square[rows], self.taken[rows] = 0, 0, 0

    def step(self, w: np.ndarray, gradient: np.ndarray, rate: np.ndarray | None = None) -> None:
        """Move `w` `(k, n)`, the variables of the first k slots, in place.

        Args: rate: `(k, 1)`, a learning rate for each slot; None: that of all.
        """
        k = len(w)
        mean, square, taken = self.mean[:k], self.square[:k], self.taken[:k]
        taken += 1
        mean *= self.BETA_1
        mean += (1 - self.BETA_1) * gradient
        square *= self.BETA_2
        square += (1 - self.BETA_2) * np.square(gradient)
        # Both moments start at 0; dividing by this takes that out of them.
        mean_scale = (1 / (1 - self.BETA_1**taken)).astype(np.float32)[:, None]
        square_scale = (1 / (1 - self.BETA_2**taken)).astype(np.float32)[:, None]
        each = np.float32(self.learning_rate) if rate is None else rate.astype(np.float32)
        step = mean * (mean_scale * each)
        step /= np.sqrt(square * square_scale) + np.float32(self.EPSILON)
        w -= step
