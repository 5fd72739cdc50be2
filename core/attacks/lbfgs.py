"""Box-constrained L-BFGS: the closest point that fulfils the goal, by a search over a trade-off.

Every pair has a minimiser of its own, SciPy's L-BFGS-B, in a coroutine that stops wherever it asks
for a value and a gradient; one fused pass of the network answers all pairs of the batch.
"""

import greenlet
import keras
import numpy as np
from scipy.optimize import Bounds, minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from core.attacks import base, batching, pairs
from core.attacks.checks import require_positive
from core.attacks.goal import log_odds, require_finite
from core.errors import UserError
from core.gradients import gradient_function

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
    try:
        # SciPy's minimiser calls BLAS on vectors too short to share. Measured on 2 busy cores: with
        # 2 threads waiting for one another it took ten times the processor time of one thread.
        with threadpool_limits(1, user_api="blas"):
            return pairs.run(state, progress)
    finally:
        state.close()


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
            self.search[slot] = greenlet.greenlet(_search)
            _, self.c[slot] = self.search[slot].switch(
                self.x[slot].astype(np.float64), self.lower[slot], self.upper[slot], *self.settings
            )

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
        asked, searches = np.empty((active, self.n)), self.search
        values, hits = value.tolist(), reached.tolist()
        for slot in np.flatnonzero(~already).tolist():
            answer = searches[slot].switch(values[slot], total[slot], hits[slot])
            if searches[slot].dead:
                self.taken[slot], finished[slot] = answer, True
            else:
                asked[slot], c[slot] = answer
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

    def close(self):
        """End the minimisers of pairs that did not finish, as when the attack was cancelled."""
        for search in {id(search): search for search in self.search if search}.values():
            search.throw()


def _search(start, lower, upper, steps, searches, initial_c):
    """Search over c for one pair, as a coroutine; return the iterations of all minimisations.

    It asks by `switch((point (n,), c))` and is answered with the value and the gradient `(n,)` of
    the objective there, and whether the goal is reached.
    """
    ask = greenlet.getcurrent().parent.switch
    if not (lower < upper).any():
        # SciPy counts no iterations where every feature is fixed: the sample is asked about, once.
        ask((start, initial_c))
        return 0
    limits = Bounds(lower.astype(np.float64), upper.astype(np.float64))
    c, too_far, too_near, iterations = initial_c, None, None, 0
    for _ in range(searches):
        lowest, success = np.inf, False

        def objective(point, c=c):
            nonlocal lowest, success
            value, gradient, reached = ask((point, c))
            if value < lowest:
                lowest, success = value, reached
            return value, gradient

        # No tolerance on the gradient: its size depends on the data's scale.
        found = minimize(
            objective,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=limits,
            options={"maxiter": steps, "ftol": TOLERANCE, "gtol": 0.0},
        )
        iterations += found.nit
        if found.nit == 0 and not found.jac.any():
            return iterations
        if success:
            too_far = c
        else:
            too_near = c
        if too_far is None:
            c /= FACTOR
        elif too_near is None:
            c *= FACTOR
        else:
            c = float(np.sqrt(too_far * too_near))
    return iterations
