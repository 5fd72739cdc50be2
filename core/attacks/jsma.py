"""The Jacobian-based saliency map attack (JSMA), pairs of features, in four variants.

jsma-f     differentiates probabilities, as *Distillation as a Defense* did; its gradient underflows
jsma-f64   the same with weights, forward and backward pass in float64; underflows later
jsma-logf  differentiates log-probabilities: the same ranking as jsma-f without underflow
jsma-z     differentiates logits, as the JSMA paper did; needs the exact pair search
"""

import keras
import numpy as np

from core.attacks import base, batching
from core.attacks.pair_search import best_pairs
from core.errors import UserError
from core.gradients import Gradient, default_batch_size, gradient_function
from core.gradients.precision import as_float64

OBJECTIVES = {
    "jsma-f": "probability",
    "jsma-f64": "probability",
    "jsma-logf": "log-probability",
    "jsma-z": "logit",
}


def jsma(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    variant: str,
    bounds: tuple = (0.0, 1.0),
    mutable: np.ndarray | None = None,
    budget: int,
    theta: float,
    batch_size: int | None = None,
    progress: batching.Progress | None = None,
) -> base.AttackResult:
    """Change the two features that help the target most, again and again.

    An evaluation ends a pair as `success` (the target is predicted; `already` if nothing was
    changed), then `cap` (budget spent), `zero_gradient`, `no_admissible_pair`, in this order.

    Args:
        model: Keras model that ends in logits.
        x: `(m, *shape)` unperturbed samples within the bounds.
        sample: `(pairs,)` integers, which sample each pair attacks.
        target: `(pairs,)` integers, the class each pair aims at.
        variant: a key of `OBJECTIVES`.
        bounds: lowest and highest value, scalars or `(n,)` arrays.
        mutable: `(n,)` bool, the features that may be changed; None for all.
        budget: number of features that may be changed; two at a time, so an odd one is rounded
            down.
        theta: change of a picked feature, clipped to the bounds; negative decreases.
        batch_size: pairs evaluated at once; None picks it by device.
        progress: called with pairs done and pairs in all.

    Returns:
        An `AttackResult`, one entry a pair.

    Raises:
        UserError: on an unknown variant, unusable arguments, or a network whose logits or
            gradients are not finite.

    Source: Papernot et al., arXiv 1511.07528, Algorithm 3; arXiv 1511.04508 for jsma-f.
    """
    if variant not in OBJECTIVES:
        raise UserError(f"JSMA variant {variant!r} is unknown; choose one of {list(OBJECTIVES)}")
    if not np.isfinite(theta) or theta == 0:
        raise UserError(f"theta must be a number other than 0, got {theta}")
    if budget < 0:
        raise UserError(f"budget must be 0 features or more, got {budget}")
    features = int(np.prod(x.shape[1:]))
    if mutable is not None and np.size(mutable) != features:
        raise UserError(
            f"mutable must say for each of the {features} features whether it may be changed; "
            f"it has {np.size(mutable)} entries"
        )
    if variant == "jsma-f64":
        model = as_float64(model)
    pairs = len(sample)
    batch_size = max(1, min(batch_size or default_batch_size(), pairs))
    state = _Jsma(
        gradient_function(model, OBJECTIVES[variant]),
        x,
        np.asarray(sample),
        np.asarray(target),
        low_high=_bounds(x, bounds),
        mutable=mutable,
        steps=budget // 2,
        theta=theta,
        batch_size=batch_size,
    )
    batching.run_queue(pairs, batch_size, state, progress)
    return state.result()


def _bounds(x, bounds):
    """Return lower and upper bounds `(n,)` float32, having checked that x keeps within them."""
    n = int(np.prod(x.shape[1:]))
    low, high = (np.broadcast_to(np.asarray(bound, np.float32).ravel(), n) for bound in bounds)
    flat = x.reshape(len(x), n)
    # As float32, which is what the network gets.
    flat = flat.astype(np.float32, copy=False)
    if not ((flat >= low) & (flat <= high)).all():
        raise UserError(
            f"samples must lie within the bounds, from {low.min()} to {high.max()}; "
            f"they reach from {flat.min()} to {flat.max()}"
        )
    return low, high


class _Jsma:
    """State of the attacked pairs: `batching.Slots` for JSMA, and the results as they come."""

    def __init__(
        self, gradient: Gradient, x, sample, target, *, low_high, mutable, steps, theta, batch_size
    ):
        self.gradient, self.sample, self.target = gradient, sample, target
        self.shape, n = x.shape[1:], int(np.prod(x.shape[1:]))
        self.clean = x.reshape(len(x), n)
        self.low, self.high = low_high
        self.mutable = np.ones(n, bool) if mutable is None else np.asarray(mutable, bool).ravel()
        self.steps, self.theta = steps, np.float32(theta)

        # Slots that no pair ever enters stay unread: the smallest bucket that fits is evaluated.
        self.x = np.zeros((batch_size, n), np.float32)
        self.domain = np.zeros((batch_size, n), bool)
        self.pair = np.zeros(batch_size, np.int64)
        self.taken = np.zeros(batch_size, np.int64)
        self.aim = np.zeros(batch_size, np.int32)

        pairs = len(sample)
        self.adversarial = np.empty((pairs, n), np.float32)
        self.predicted = np.empty(pairs, np.int64)
        self.predicted_clean = np.empty(pairs, np.int64)
        self.iterations = np.empty(pairs, np.int64)
        self.status = np.empty(pairs, f"<U{max(map(len, base.STATUSES))}")

    def load(self, slots, pairs):
        x = self.clean[self.sample[pairs]].astype(np.float32, copy=False)
        self.x[slots] = x
        at_end = x >= self.high if self.theta > 0 else x <= self.low
        self.domain[slots] = self.mutable & ~at_end
        self.pair[slots] = pairs
        self.taken[slots] = 0
        self.aim[slots] = self.target[pairs]

    def move(self, sources, destinations):
        for state in (self.x, self.domain, self.pair, self.taken, self.aim):
            state[destinations] = state[sources]

    def step(self, active, size):
        logits, alpha, beta = self.gradient(
            self.x[:size].reshape(size, *self.shape), self.aim[:size]
        )
        logits, alpha = logits[:active], alpha[:active]
        beta = None if beta is None else beta[:active]
        self._require_finite(logits, alpha, beta)

        predicted = logits.argmax(axis=1)
        taken, pair = self.taken[:active], self.pair[:active]
        fresh = taken == 0
        self.predicted_clean[pair[fresh]] = predicted[fresh]

        hit = predicted == self.aim[:active]
        zero = ~alpha.any(axis=1)
        if beta is not None:
            zero &= ~beta.any(axis=1)
        p, q, admissible = self._pick(alpha, beta, self.domain[:active])
        reasons = (
            (hit & fresh, base.ALREADY),
            (hit, base.SUCCESS),
            (taken == self.steps, base.CAP),
            (zero, base.ZERO_GRADIENT),
            (~admissible, base.NO_ADMISSIBLE_PAIR),
        )
        status = np.select([r[0] for r in reasons], [r[1] for r in reasons], "")
        finished = status != ""
        done = np.flatnonzero(finished)
        self.status[pair[done]] = status[done]
        self.predicted[pair[done]] = predicted[done]
        self.iterations[pair[done]] = taken[done]
        self.adversarial[pair[done]] = self.x[done]

        going = np.flatnonzero(~finished)
        for feature in (p[going], q[going]):
            moved = self.x[going, feature] + self.theta
            self.x[going, feature] = np.clip(moved, self.low[feature], self.high[feature])
            self.domain[going, feature] = False
        self.taken[going] += 1
        return finished

    def _pick(self, alpha, beta, domain):
        """Return both features of the best pair of each row, and whether the pair is admissible."""
        if self.theta < 0:
            alpha, beta = -alpha, None if beta is None else -beta
        if beta is not None:
            pairs, scores = best_pairs(alpha, beta, domain)
            return pairs[:, 0], pairs[:, 1], scores > -np.inf
        # beta = -alpha: the best pair is the two largest alpha.
        alpha = np.where(domain, alpha, -np.inf)
        rows = np.arange(len(alpha))
        p = alpha.argmax(axis=1)
        largest = alpha[rows, p]
        alpha[rows, p] = -np.inf
        q = alpha.argmax(axis=1)
        return p, q, largest + alpha[rows, q] > 0

    def _require_finite(self, logits, alpha, beta):
        named = {"logits": logits, "gradient": alpha, "gradient of the other classes": beta}
        for name, values in named.items():
            if values is not None and not np.isfinite(values).all():
                raise UserError(
                    f"the network's {name} is not finite (NaN or infinite) on an attacked sample; "
                    "train it again with a smaller learning rate or scale its inputs"
                )

    def result(self):
        return base.AttackResult(
            adversarial=self.adversarial.reshape(-1, *self.shape),
            predicted=self.predicted,
            success=self.predicted == self.target,
            status=self.status,
            iterations=self.iterations,
            predicted_clean=self.predicted_clean,
        )
