"""What every attack returns, and the words for how it ended. No attack lives here."""

from dataclasses import dataclass

import numpy as np

from core.attacks.engine.goal import reached

SUCCESS = "success"
ALREADY = "already"
CAP = "cap"
NO_ADMISSIBLE_PAIR = "no_admissible_pair"
ZERO_GRADIENT = "zero_gradient"
STOPPED = "stopped"

STATUSES = {
    SUCCESS: "the goal is reached: the network predicts the target, or no longer the label",
    ALREADY: "the clean prediction fulfils the goal; nothing was changed",
    CAP: "the budget is spent",
    NO_ADMISSIBLE_PAIR: "no pair of features left raises the target and lowers the others",
    ZERO_GRADIENT: "all entries of the gradient are exactly 0 where the pair stopped",
    STOPPED: "another target of the sample is reached in no more steps; no failure of this one",
}


@dataclass(frozen=True)
class AttackResult:
    """How an attack ended, one entry for each attacked (sample, target) pair.

    Attributes:
        adversarial: `(pairs, *shape)` float32, the best point found: the closest success of an
            attack that minimises a distance, the first success of one within a budget, and of a
            failed pair the point where the network was nearest to the goal (JSMA: the last).
        predicted: `(pairs,)` int64, the prediction there.
        success: `(pairs,)` bool, the prediction is the target or, untargeted, is not the label;
            includes `already`.
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


class Record:
    """The results of an attack as its pairs finish, in any order.

    Args:
        target: `(pairs,)` integers, the class to reach or to leave.
        targeted: which of both.
        shape: of one sample.
    """

    def __init__(self, target: np.ndarray, targeted: bool, shape: tuple[int, ...]):
        pairs = len(target)
        self.target, self.targeted = target, targeted
        self.shape = shape
        self.adversarial = np.empty((pairs, int(np.prod(shape))), np.float32)
        self.predicted = np.empty(pairs, np.int64)
        self.predicted_clean = np.empty(pairs, np.int64)
        self.iterations = np.empty(pairs, np.int64)
        self.status = np.empty(pairs, f"<U{max(map(len, STATUSES))}")

    def finish(
        self,
        pair: np.ndarray,
        adversarial: np.ndarray,
        predicted: np.ndarray,
        status: np.ndarray,
        iterations: np.ndarray,
    ) -> None:
        """Keep how pairs `(k,)` ended, at points `(k, n)`."""
        self.adversarial[pair] = adversarial
        self.predicted[pair] = predicted
        self.status[pair] = status
        self.iterations[pair] = iterations

    def result(self) -> AttackResult:
        """Return what was kept, once every pair has finished."""
        return AttackResult(
            adversarial=self.adversarial.reshape(-1, *self.shape),
            predicted=self.predicted,
            success=reached(self.predicted, self.target, self.targeted),
            status=self.status,
            iterations=self.iterations,
            predicted_clean=self.predicted_clean,
        )
