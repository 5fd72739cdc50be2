"""The state of L-BFGS attacks: a minimiser for each pair, and its search over the trade-off.

Every pair has a minimiser of its own, SciPy's L-BFGS-B, which says where it wants a value and a
gradient; one fused pass of the network answers all pairs of the batch.
"""

import numpy as np
from scipy.special import expit

from core.attacks.engine import pairs, result
from core.attacks.engine.goal import log_odds, require_finite
from core.attacks.engine.lbfgsb import Minimizer
from core.attacks.engine.question import Options, Question
from core.networks.gradients import gradient_function

# By how much the trade-off constant moves while only successes, or only failures, are known.
FACTOR = 10.0
# A minimisation ends when a step lowers the objective by a smaller share (of 1 nat at least). Near
# float32's rounding line searches follow noise: at 1e-7 they took up to twice the evaluations for
# distances that agreed within 0.01 %.
TOLERANCE = 1e-5


class LbfgsSlots(pairs.BestSlots):
    """Slots whose points are what the pairs' minimisers ask about.

    Args: steps, searches, initial_c: as `core.attacks.lbfgs.Lbfgs` has them.
    """

    def __init__(
        self, question: Question, options: Options, steps: int, searches: int, initial_c: float
    ):
        super().__init__(question, options)
        self.gradient = gradient_function(question.model, "log-odds")
        self.settings = (steps, searches, initial_c)
        self.lower, self.upper = (self.slot_array(np.float32, self.n) for _ in range(2))
        self.c = self.slot_array(np.float64)
        self.search = self.slot_array(object)

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples, each with a search of its own."""
        super().load(slots, pairs)
        self.lower[slots], self.upper[slots] = self.limits.box(self.x[slots])
        for slot in slots:
            search = _Search(self.x[slot], self.lower[slot], self.upper[slot], *self.settings)
            self.search[slot], self.c[slot] = search, search.c

    def step(self, active: int, size: int) -> np.ndarray:
        """Tell every search its value and gradient, and go where it asks next."""
        logits, alpha, _ = self.gradient(self.images(size), self.aim[:size])
        logits, alpha = logits[:active], alpha[:active]
        predicted, reached, _ = self.judge(logits)
        require_finite(gradient=alpha)
        odds = log_odds(logits.astype(np.float64), self.aim[:active], self.targeted)
        delta = (self.x[:active] - self.clean[self.sample[self.pair[:active]]]).astype(np.float64)
        squared = np.einsum("ij,ij->i", delta, delta)
        rank = np.where(reached, pairs.REACHED, pairs.FAILED)
        self.keep_better(predicted, rank, np.where(reached, -squared, odds))

        slope = -expit(-odds) * (1 if self.targeted else -1)
        c = self.c[:active]
        value = c * squared + np.logaddexp(0, -odds)
        total = (2 * c)[:, None] * delta
        total += slope[:, None] * alpha

        already = reached & self.fresh[:active]
        self.fresh[:active] = False
        finished = already.copy()
        asked, values, hits = np.empty((active, self.n)), value.tolist(), reached.tolist()
        for slot in np.flatnonzero(~already).tolist():
            search = self.search[slot]
            point = search.advance(values[slot], total[slot], hits[slot])
            if point is None:
                self.taken[slot], finished[slot] = search.iterations, True
            else:
                asked[slot], c[slot] = point, search.c
        going = ~finished
        self.x[:active][going] = np.clip(
            asked[going].astype(np.float32), self.lower[:active][going], self.upper[:active][going]
        )
        ended = np.flatnonzero(finished)
        succeeded = self.best_rank[ended] == pairs.REACHED
        status = np.select(
            [already[ended], succeeded, ~alpha[ended].any(axis=1)],
            [result.ALREADY, result.SUCCESS, result.ZERO_GRADIENT],
            result.CAP,
        )
        self.finish(ended, status, self.taken[ended])
        return finished


class _Search:
    """Search over c for one pair: one minimisation after another.

    Attributes:
        c: the trade-off of the minimisation that runs. iterations: of those that have ended.
    """

    def __init__(self, start, lower, upper, steps, searches, initial_c):
        self.start, self.c, self.left = start.astype(np.float64), initial_c, searches
        self.minimizer = Minimizer(lower, upper, steps=steps, tolerance=TOLERANCE)
        self.fixed = not (lower < upper).any()
        self.too_far = self.too_near = self.at_start = None
        self.lowest, self.success, self.iterations = np.inf, False, 0
        self.minimizer.begin(self.start)

    def advance(self, value, gradient, reached):
        """Take what was asked for; return the next point, or None when the search is over.

        Args: value: of the objective. gradient: `(n,)`. reached: whether the goal is.
        """
        if self.fixed:
            return None
        if self.at_start is None:
            # Nothing has moved yet, so that c weighs nothing: the same for every minimisation.
            self.at_start = value, gradient, reached
        while True:
            if value < self.lowest:
                self.lowest, self.success = value, reached
            point = self.minimizer.advance(value, gradient)
            if point is not None:
                return point
            iterations = self.minimizer.iterations
            self.iterations += iterations
            self.left -= 1
            if not self.left or (iterations == 0 and not gradient.any()):
                return None
            self._next_c()
            self.lowest, self.success = np.inf, False
            self.minimizer.begin(self.start)
            value, gradient, reached = self.at_start

    def _next_c(self):
        if self.success:
            self.too_far = self.c
        else:
            self.too_near = self.c
        if self.too_far is None:
            self.c /= FACTOR
        elif self.too_near is None:
            self.c *= FACTOR
        else:
            self.c = float(np.sqrt(self.too_far * self.too_near))
