"""Box-constrained L-BFGS: the closest point that fulfils the goal, by a search over a trade-off.

Every pair has a minimiser of its own, SciPy's L-BFGS-B, which says where it wants a value and a
gradient; one fused pass of the network answers all pairs of the batch.
"""

import keras
import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from core.attacks.engine import base, batching, pairs
from core.attacks.engine.checks import require_positive
from core.attacks.engine.goal import log_odds, require_finite
from core.attacks.engine.lbfgsb import Minimizer
from core.errors import UserError
from core.networks.gradients import gradient_function

# By how much the trade-off constant moves while only successes, or only failures, are known.
FACTOR = 10.0
# A minimisation ends when a step lowers the objective by a smaller share (of 1 nat at least). Near
# float32's rounding line searches follow noise: at 1e-7 they took up to twice the evaluations for
# distances that agreed within 0.01 %.
TOLERANCE = 1e-5


def lbfgs(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    targeted: bool,
    bounds: tuple = (0.0, 1.0),
    mutable: np.ndarray | None = None,
    seed: int = 0,
    batch_size: int | None = None,
    progress: batching.Progress | None = None,
    steps: int,
    searches: int,
    initial_c: float,
) -> base.AttackResult:
    """Minimise c ||r||^2 + loss(x + r) within the bounds for several c; keep the closest success.

    The loss is the cross-entropy to the target, -log P_t, or for a class to leave -log(1 - P_t).
    Both are softplus functions of the log-odds of t, taken from logits in log space, so that
    neither the loss nor its gradient underflows, however large the gap.

    c starts at `initial_c`. A minimum that fulfils the goal is too far away: c grows; one that does
    not was held back too much: c shrinks. Both by factors of 10 until the answer changes, then c
    halves the interval in logarithms. Each minimisation starts at the unperturbed sample. All
    points at which the network was evaluated compete for the closest success.

    A pair ends as `already`, `success`, `zero_gradient` (the gradient of the log-odds is exactly 0
    where it stopped) or `cap` (searches done); a failed one with the highest log-odds it met. In
    batches of another size or company the compiled kernels may round differently in the last
    digits of float32. A minimiser carries such differences on, so that distances agree to rounding
    or to the precision of the search, not bit by bit; nothing else passes between pairs.

    Args:
        model: Keras model that ends in logits.
        x: `(m, *shape)` unperturbed samples within the bounds.
        sample: `(pairs,)` integers, which sample each pair attacks.
        target: `(pairs,)` integers, the class to reach or to leave.
        targeted: which of both.
        bounds: lowest and highest value, scalars or `(n,)` arrays.
        mutable: `(n,)` bool, the features that may be changed; None for all.
        seed: unused: the attack draws nothing.
        batch_size: pairs evaluated at once; None picks it by device.
        progress: called with pairs done and pairs in all.
        steps: iterations of one minimisation at most, at least 1.
        searches: values of c tried, at least 1.
        initial_c: first weight of the squared L2 distance, above 0, in nats per squared unit of
            the data's scale.

    Returns:
        An `AttackResult`, one entry a pair; `iterations` counts those of all minimisations.

    Raises:
        UserError: on unusable arguments, or a network whose logits or gradients are not finite.

    Source: Szegedy et al., arXiv 1312.6199, section 4.1, with the squared distance.
    """
    require_positive(initial_c=initial_c)
    if steps < 1 or searches < 1:
        raise UserError(f"steps and searches must be at least 1, got {steps} and {searches}")
    state = _Lbfgs(
        model,
        x,
        sample,
        target,
        targeted=targeted,
        bounds=bounds,
        mutable=mutable,
        batch_size=batch_size,
        settings=(steps, searches, initial_c),
    )
    # SciPy's minimiser calls BLAS on vectors too short to share. Measured on 2 busy cores: with 2
    # threads waiting for one another it took ten times the processor time of one thread.
    with threadpool_limits(1, user_api="blas"):
        return pairs.run(state, progress)


class _Lbfgs(pairs.PairSlots):
    """Slots whose points are what the pairs' minimisers ask about."""

    def __init__(self, model, x, sample, target, *, settings, **options):
        super().__init__(x, sample, target, **options)
        self.gradient = gradient_function(model, "log-odds")
        self.settings = settings
        self.lower, self.upper = (self.slot_array(np.float32, self.n) for _ in range(2))
        self.c = self.slot_array(np.float64)
        self.search = self.slot_array(object)

    def load(self, slots, pairs):
        super().load(slots, pairs)
        self.lower[slots], self.upper[slots] = self.limits.box(self.x[slots])
        for slot in slots:
            search = _Search(self.x[slot], self.lower[slot], self.upper[slot], *self.settings)
            self.search[slot], self.c[slot] = search, search.c

    def step(self, active, size):
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
            [base.ALREADY, base.SUCCESS, base.ZERO_GRADIENT],
            base.CAP,
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
