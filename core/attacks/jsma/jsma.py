"""The Jacobian-based saliency map attack (JSMA), pairs of features, in four variants.

jsma-f     differentiates probabilities, as *Distillation as a Defense* did; its gradient underflows
jsma-f64   the same with weights, forward and backward pass in float64; underflows later
jsma-logf  differentiates log-probabilities: the same ranking as jsma-f without underflow
jsma-z     differentiates logits, as the JSMA paper did; needs the exact pair search

Eq. 11 of DD needs no more than the nearest target of each sample (`stop="first-target"`).
"""

from contextlib import nullcontext

import keras
import numpy as np

from core.attacks.engine import base, batching
from core.attacks.engine.domain import domain
from core.attacks.jsma.jsma_device import DeviceJsma
from core.attacks.jsma.jsma_nearest import NearestTargets
from core.attacks.jsma.jsma_steps import GOES_ON, JsmaSteps
from core.errors import UserError
from core.networks.gradients import (
    Gradient,
    default_batch_size,
    gradient_function,
    logits_function,
    steps_per_visit,
)
from core.networks.gradients.precision import as_float64, float64_kept

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
    `stop="first-target"` a pair that another target of its sample has beaten ends as `stopped`.

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
            sample end once its nearest target is known, which leaves the least number of features
            over its targets (and so rho) what it is. Results do not depend on the batch size.
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
    pairs, objective = len(sample), OBJECTIVES[variant]
    ends = _sample_ends(np.asarray(sample)) if stop == FIRST_TARGET else None
    batch_size = max(1, min(batch_size or default_batch_size(), pairs))
    visit = 1 if variant == "jsma-z" else visit or steps_per_visit()
    with float64_kept() if double else nullcontext():
        model = as_float64(model) if double else model
        options = {
            "limits": limits,
            "steps": budget // 2,
            "theta": theta,
            "batch_size": batch_size,
        }
        attacked = (x, np.asarray(sample), np.asarray(target))
        if visit > 1:
            on_device = DeviceJsma(model, objective, *attacked, ends, visit=visit, **options)
            return on_device.run(progress)
        gradient = gradient_function(model, objective)
        if ends is not None:
            logits = logits_function(model)
            return NearestTargets(gradient, logits, *attacked, ends, **options).run(progress)
        state = _Slots(gradient, *attacked, **options)
        batching.run_queue(pairs, batch_size, state, progress)
    return state.record.result()


def _sample_ends(sample: np.ndarray) -> np.ndarray:
    """How many pairs there are up to the last of each sample; raises where they lie apart."""
    ends = np.flatnonzero(np.diff(sample, append=-1)) + 1
    if len(ends) != len(np.unique(sample)):
        raise UserError("stop: first-target needs the pairs of each sample one after another")
    return ends


class _Slots:
    """State of the attacked pairs: `batching.Slots` for JSMA, and the results as they come."""

    def __init__(self, gradient: Gradient, x, sample, target, *, limits, steps, theta, batch_size):
        self.sample, self.target = sample, target
        n = int(np.prod(x.shape[1:]))
        self.clean = x.reshape(len(x), n)
        self.moves = JsmaSteps(gradient, x.shape[1:], limits, theta, steps)

        # Slots that no pair ever enters stay unread: the smallest bucket that fits is evaluated.
        self.x = np.zeros((batch_size, n), np.float32)
        self.domain = np.zeros((batch_size, n), bool)
        self.pair = np.zeros(batch_size, np.int64)
        self.taken = np.zeros(batch_size, np.int64)
        self.aim = np.zeros(batch_size, np.int32)

        self.record = base.Record(target, True, x.shape[1:])

    def load(self, slots, pairs):
        self.x[slots] = self.clean[self.sample[pairs]]
        self.domain[slots] = self.moves.open_features(self.x[slots])
        self.pair[slots] = pairs
        self.taken[slots] = 0
        self.aim[slots] = self.target[pairs]

    def move(self, sources, destinations):
        for state in (self.x, self.domain, self.pair, self.taken, self.aim):
            state[destinations] = state[sources]

    def step(self, active, size):
        pair, taken = self.pair[:active], self.taken[:active]
        step = self.moves.evaluate(self.x[:size], self.aim[:size], self.domain[:active], taken)
        fresh = taken == 0
        self.record.predicted_clean[pair[fresh]] = step.predicted[fresh]
        finished = step.status != GOES_ON
        done, going = np.flatnonzero(finished), np.flatnonzero(~finished)
        self.record.finish(
            pair[done], self.x[done], step.predicted[done], step.status[done], taken[done]
        )
        self.moves.change(self.x, self.domain, going, step.picked[going])
        self.taken[going] += 1
        return finished
