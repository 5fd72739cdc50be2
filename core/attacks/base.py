"""What every attack returns, and the words for how it ended. No attack lives here."""

from dataclasses import dataclass

import numpy as np

SUCCESS = "success"
ALREADY = "already"
CAP = "cap"
NO_ADMISSIBLE_PAIR = "no_admissible_pair"
ZERO_GRADIENT = "zero_gradient"

STATUSES = {
    SUCCESS: "the network predicts the target",
    ALREADY: "the clean prediction is the target; nothing was changed",
    CAP: "the budget is spent",
    NO_ADMISSIBLE_PAIR: "no pair of features left raises the target and lowers the others",
    ZERO_GRADIENT: "all entries of the gradient are exactly 0 where the pair stopped",
}


@dataclass(frozen=True)
class AttackResult:
    """How an attack ended, one entry for each attacked (sample, target) pair.

    Attributes:
        adversarial: `(pairs, *shape)` float32, the last point reached, successful or not.
        predicted: `(pairs,)` int64, the prediction there.
        success: `(pairs,)` bool, the prediction is the target; includes `already`.
        status: `(pairs,)` str, one of `STATUSES`; `zero_gradient` with `iterations == 0` means
            that the gradient is zero at the unperturbed sample.
        iterations: `(pairs,)` int64, steps taken.
        predicted_clean: `(pairs,)` int64, the prediction for the unperturbed sample.
    """

    adversarial: np.ndarray
    predicted: np.ndarray
    success: np.ndarray
    status: np.ndarray
    iterations: np.ndarray
    predicted_clean: np.ndarray
