"""The Jacobian-based saliency map attack (JSMA), pairs of features, in four variants.

jsma-f     differentiates probabilities, as *Distillation as a Defense* did; its gradient underflows
jsma-f64   the same with weights, forward and backward pass in float64; underflows later
jsma-logf  differentiates log-probabilities: the same ranking as jsma-f without underflow
jsma-z     differentiates logits, as the JSMA paper did; needs the exact pair search

Every step changes two features, so with all targets of a sample in step the first success is the
least distance over its targets: Eq. 11 of DD needs no more (`stop="first-target"`).
"""

from contextlib import nullcontext

import keras
import numpy as np

from core.attacks import base, batching
from core.attacks.domain import Domain, domain
from core.attacks.goal import require_finite
from core.attacks.jsma_device import DeviceJsma
from core.attacks.pair_search import best_pairs
from core.errors import UserError
from core.gradients import Gradient, default_batch_size, gradient_function, steps_per_visit
from core.gradients.precision import as_float64, float64_kept

EACH_PAIR, FIRST_TARGET = "each-pair", "first-target"
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
    targeted: bool = True,
    bounds: tuple = (0.0, 1.0),
    mutable: np.ndarray | None = None,
    budget: int,
    theta: float,
    stop: str = EACH_PAIR,
    seed: int = 0,
    batch_size: int | None = None,
    visit: int | None = None,
    progress: batching.Progress | None = None,
) -> base.AttackResult:
    """Change the two features that help the target most, again and again.

    An evaluation ends a pair as `success` (the target is predicted; `already` if nothing was
    changed), then `cap` (budget spent), `zero_gradient`, `no_admissible_pair`, in this order; with
    `stop="first-target"` at last as `stopped`.

    Args:
        model: Keras model that ends in logits.
        x: `(m, *shape)` unperturbed samples within the bounds.
        sample: `(pairs,)` integers, which sample each pair attacks.
        target: `(pairs,)` integers, the class each pair aims at.
        variant: a key of `OBJECTIVES`.
        targeted: must be True: the saliency map is made for a class to reach.
        bounds: lowest and highest value, scalars or `(n,)` arrays.
        mutable: `(n,)` bool, the features that may be changed; None for all.
        budget: number of features that may be changed; two at a time, so an odd one is rounded
            down.
        theta: change of a picked feature, clipped to the bounds; negative decreases.
        stop: `"each-pair"`: every pair goes on to its own end; `"first-target"`: the pairs of a
            sample advance in step and all end when the first succeeds, which leaves the least
            number of features over its targets (and so rho) what it is. Results do not depend on
            the batch size, which is raised to the targets of one sample.
        seed: accepted like every attack's; JSMA draws nothing.
        batch_size: pairs evaluated at once; None picks it by device.
        visit: steps between two looks of the host at the device, which then holds state and
            selection; 1 keeps both on the host. None picks it by device. jsma-z, whose pair
            search is exact in float64, stays on the host.
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
    if not targeted:
        raise UserError(f"{variant} needs a target class; leave it out of an untargeted run")
    if not np.isfinite(theta) or theta == 0:
        raise UserError(f"theta must be a number other than 0, got {theta}")
    if budget < 0:
        raise UserError(f"budget must be 0 features or more, got {budget}")
    if stop not in (EACH_PAIR, FIRST_TARGET):
        raise UserError(f"stop must be {EACH_PAIR!r} or {FIRST_TARGET!r}, got {stop!r}")
    limits = domain(x, bounds, mutable)
    double = variant == "jsma-f64"
    pairs = len(sample)
    ends = _sample_ends(np.asarray(sample)) if stop == FIRST_TARGET else None
    largest = 1 if ends is None else int(np.diff(ends, prepend=0).max(initial=1))
    batch_size = max(largest, min(batch_size or default_batch_size(), pairs))
    visit = 1 if variant == "jsma-z" else visit or steps_per_visit()
    with float64_kept() if double else nullcontext():
        model = as_float64(model) if double else model
        options = {
            "limits": limits,
            "steps": budget // 2,
            "theta": theta,
            "batch_size": batch_size,
            "in_step": stop == FIRST_TARGET,
        }
        attacked = (x, np.asarray(sample), np.asarray(target))
        if visit > 1:
            state = DeviceJsma(model, OBJECTIVES[variant], *attacked, visit=visit, **options)
        else:
            gradient = gradient_function(model, OBJECTIVES[variant])
            state = _Jsma(gradient, *attacked, **options)
        batching.run_queue(pairs, batch_size, state, progress, ends)
    return state.record.result()


def _sample_ends(sample: np.ndarray) -> np.ndarray:
    """How many pairs there are up to the last of each sample; raises where they lie apart."""
    ends = np.flatnonzero(np.diff(sample, append=-1)) + 1
    if len(ends) != len(np.unique(sample)):
        raise UserError("stop: first-target needs the pairs of each sample one after another")
    return ends


class _Jsma:
    """State of the attacked pairs: `batching.Slots` for JSMA, and the results as they come."""

    def __init__(
        self,
        gradient: Gradient,
        x,
        sample,
        target,
        *,
        limits: Domain,
        steps,
        theta,
        batch_size,
        in_step,
    ):
        self.in_step = in_step
        self.gradient, self.sample, self.target = gradient, sample, target
        self.shape, n = x.shape[1:], int(np.prod(x.shape[1:]))
        self.clean = x.reshape(len(x), n)
        self.low, self.high, self.mutable = limits.low, limits.high, limits.mutable
        self.steps, self.theta = steps, np.float32(theta)

        # Slots that no pair ever enters stay unread: the smallest bucket that fits is evaluated.
        self.x = np.zeros((batch_size, n), np.float32)
        self.domain = np.zeros((batch_size, n), bool)
        self.pair = np.zeros(batch_size, np.int64)
        self.taken = np.zeros(batch_size, np.int64)
        self.aim = np.zeros(batch_size, np.int32)

        self.record = base.Record(target, True, self.shape)

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
        require_finite(logits=logits, gradient=alpha, gradient_of_the_other_classes=beta)

        predicted = logits.argmax(axis=1)
        taken, pair = self.taken[:active], self.pair[:active]
        fresh = taken == 0
        self.record.predicted_clean[pair[fresh]] = predicted[fresh]

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
            (self._decided(pair, hit), base.STOPPED),
        )
        status = np.select([r[0] for r in reasons], [r[1] for r in reasons], "")
        finished = status != ""
        done = np.flatnonzero(finished)
        self.record.finish(pair[done], self.x[done], predicted[done], status[done], taken[done])

        going = np.flatnonzero(~finished)
        for feature in (p[going], q[going]):
            moved = self.x[going, feature] + self.theta
            self.x[going, feature] = np.clip(moved, self.low[feature], self.high[feature])
            self.domain[going, feature] = False
        self.taken[going] += 1
        return finished

    def _decided(self, pair, hit):
        """Say which pairs are of a sample one of whose targets is reached in this step."""
        if not self.in_step:
            return np.zeros(len(pair), bool)
        return np.isin(self.sample[pair], self.sample[pair[hit]])

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
