"""One step of JSMA on the host, for pairs wherever they are kept: judge, pick, change."""

from dataclasses import dataclass

import numpy as np

from core.attacks.engine import result
from core.attacks.engine.domain import Domain
from core.attacks.engine.goal import require_finite
from core.attacks.engine.question import Question
from core.attacks.jsma.pair_search import best_pairs
from core.networks.gradients import gradient_function

GOES_ON = ""


@dataclass(frozen=True)
class JsmaPlan:
    """What the steps of all pairs follow.

    Attributes:
        objective: whose gradient ranks the features; see `core.networks.gradients`.
        theta: change of a picked feature, clipped to the bounds; negative decreases.
        most: steps that a pair may take, two features each.
        budget: largest L0, which weighs features by their cost where they differ.
    """

    objective: str
    theta: float
    most: int
    budget: float


@dataclass(frozen=True)
class Step:
    """What an evaluation says about each of `(b,)` pairs.

    Attributes:
        predicted: the prediction at the evaluated point.
        gap: largest logit less the target's, 0 where the target is predicted.
        status: how the pair ends here, or `GOES_ON`.
        picked: `(b, 2)` integers, the features to change where it goes on.
    """

    predicted: np.ndarray
    gap: np.ndarray
    status: np.ndarray
    picked: np.ndarray


class JsmaSteps:
    """Steps of pairs that attack one network.

    Args:
        question: which network. limits: where the features may go. plan: what the steps follow.
    """

    def __init__(self, question: Question, limits: Domain, plan: JsmaPlan):
        self._gradient = gradient_function(question.model, plan.objective)
        self._shape, self._limits = question.shape, limits
        self._theta, self._most = np.float32(plan.theta), plan.most
        self._stride = limits.stride

    def open_features(self, x: np.ndarray) -> np.ndarray:
        """Say which features of unperturbed points `(b, n)` may be picked."""
        at_end = x >= self._limits.high if self._theta > 0 else x <= self._limits.low
        return self._limits.open_to(float(self._theta)) & ~at_end

    def evaluate(
        self, x: np.ndarray, aim: np.ndarray, domain: np.ndarray, taken: np.ndarray
    ) -> Step:
        """Ask the network about the first pairs of a batch.

        Args:
            x: `(size, n)` points; those behind the first b fill the batch and are not looked at.
            aim: `(size,)` targets.
            domain: `(b, n)` bool, the features that may be picked.
            taken: `(b,)`, steps taken so far.

        Raises:
            UserError: if logits or gradients are not finite.
        """
        logits, alpha, beta = self._gradient(x.reshape(len(x), *self._shape), aim)
        active = len(taken)
        logits, alpha, aim = logits[:active], alpha[:active], aim[:active]
        beta = None if beta is None else beta[:active]
        require_finite(logits=logits, gradient=alpha, gradient_of_the_other_classes=beta)

        predicted = logits.argmax(axis=1)
        hit = predicted == aim
        zero = ~alpha.any(axis=1)
        if beta is not None:
            zero &= ~beta.any(axis=1)
        if self._stride is not None:
            alpha = alpha * self._stride
            beta = None if beta is None else beta * self._stride
        picked, admissible = self._pick(alpha, beta, domain)
        reasons = (
            (hit & (taken == 0), result.ALREADY),
            (hit, result.SUCCESS),
            (taken == self._most, result.CAP),
            (zero, result.ZERO_GRADIENT),
            (~admissible, result.NO_ADMISSIBLE_PAIR),
        )
        status = np.select([r[0] for r in reasons], [r[1] for r in reasons], GOES_ON)
        rows = np.arange(active)
        return Step(predicted, logits[rows, predicted] - logits[rows, aim], status, picked)

    def change(self, x: np.ndarray, domain: np.ndarray, rows: np.ndarray, picked: np.ndarray):
        """Change two features of some rows of x and domain, both `(any, n)`, in place.

        Args: rows: `(k,)` integers. picked: `(k, 2)` features.
        """
        for feature in picked.T:
            theta = self._theta if self._stride is None else self._theta * self._stride[feature]
            moved = x[rows, feature] + theta
            x[rows, feature] = np.clip(moved, self._limits.low[feature], self._limits.high[feature])
            domain[rows, feature] = False

    def _pick(self, alpha, beta, domain):
        """Return both features of the best pair of each row, and whether the pair is admissible."""
        if self._theta < 0:
            alpha, beta = -alpha, None if beta is None else -beta
        if beta is not None:
            pairs, scores = best_pairs(alpha, beta, domain)
            return pairs, scores > -np.inf
        # beta = -alpha: the best pair is the two largest alpha.
        alpha = np.where(domain, alpha, -np.inf)
        rows = np.arange(len(alpha))
        p = alpha.argmax(axis=1)
        largest = alpha[rows, p]
        alpha[rows, p] = -np.inf
        q = alpha.argmax(axis=1)
        return np.stack([p, q], axis=1), largest + alpha[rows, q] > 0
