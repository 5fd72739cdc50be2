"""The attack of Carlini and Wagner that minimises the L2 distance.

The change of variables that it shares with `cw_l0` lives in `tanh_space`.
"""

from typing import Any

import keras
import numpy as np

from core.attacks.engine import base, pairs
from core.attacks.engine.batching import Progress
from core.attacks.engine.checks import require_not_negative, require_positive
from core.attacks.engine.goal import require_finite
from core.attacks.engine.tanh_space import Adam, TanhSpace
from core.networks.gradients import Gradient, gradient_function


def cw_l2(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    kappa: float = 0.0,
    steps: int,
    searches: int,
    learning_rate: float = 0.01,
    initial_c: float = 0.01,
    seed: int = 0,
    progress: Progress | None = None,
    **common: Any,
) -> base.AttackResult:
    """Minimise ||x' - x||^2 + c f(x') with Adam, and search for the c of the closest success.

    f(x') = max(-margin(x'), -kappa) with the margin of `goal.margin` (f6 of the paper), and
    x' = tanh(w) scaled to the bounds, so that no step leaves them. A search that reaches a margin
    of kappa lowers the upper end for c, one that does not raises the lower end; without an upper
    end c grows tenfold, else it is the middle. Each search starts anew from the sample.

    Args:
        model, x, sample, target: as in `core.attacks.run`.
        kappa: margin in logits that a success must reach, 0 or more.
        steps: network evaluations of each search, one before each Adam step; at least 1.
        searches: values of c tried, at least 1.
        learning_rate: of Adam, in units of w.
        initial_c: the first c.
        seed: accepted like every attack's; nothing is drawn.
        progress, common: as in `core.attacks.run`.

    Returns:
        An `AttackResult` with the closest point of margin kappa over all steps of all searches;
        where there is none, the point of the largest margin, which is a success if it reaches the
        goal at all. A pair fulfilled by the clean prediction is left alone whatever kappa is.

    Raises:
        UserError: on unusable arguments, or a network whose logits or gradients are not finite.

    Source: Carlini & Wagner, arXiv 1608.04644, section VI-A, and the authors' code, without its
    early abort and without its last search at the upper end.
    """
    require_not_negative(kappa=kappa)
    require_positive(
        steps=steps, searches=searches, learning_rate=learning_rate, initial_c=initial_c
    )
    state = _CarliniWagnerL2(
        gradient_function(model, "margin"),
        (kappa, steps, searches, learning_rate, initial_c),
        x,
        sample,
        target,
        **common,
    )
    return pairs.run(state, progress)


class _CarliniWagnerL2(pairs.PairSlots):
    def __init__(self, gradient: Gradient, settings: tuple, *args: Any, **common: Any):
        super().__init__(*args, **common)
        self.gradient = gradient
        self.kappa, self.steps, self.searches, learning_rate, self.initial_c = settings
        self.space = TanhSpace(self.limits)
        self.adam = Adam(self, learning_rate)
        self.w = self.slot_array(np.float32, self.n)
        self.c = self.slot_array(np.float64)
        self.c_low = self.slot_array(np.float64)
        self.c_high = self.slot_array(np.float64)
        self.searches_left = self.slot_array(np.int64)
        self.found = self.slot_array(bool)

    def load(self, slots, pairs):
        super().load(slots, pairs)
        self.c[slots], self.c_low[slots], self.c_high[slots] = self.initial_c, 0.0, np.inf
        self.searches_left[slots] = self.searches
        self._start(slots)

    def step(self, active, size):
        logits, gradient, _ = self.gradient(self.images(size), self.aim[:size])
        logits, gradient = logits[:active], gradient[:active]
        require_finite(gradient=gradient)
        predicted, reached, margin = self.judge(logits)
        delta = self.x[:active] - self.clean[self.sample[self.pair[:active]]]
        confident = reached & (margin >= self.kappa)
        self.found[:active] |= confident
        rank = np.where(confident, pairs.CONFIDENT, reached.astype(np.int64))
        distance = np.square(delta, dtype=np.float64).sum(axis=1)
        self.keep_better(predicted, rank, np.where(confident, -distance, margin))

        fresh, zero = self.fresh[:active].copy(), np.logical_not(gradient.any(axis=1))
        self.fresh[:active] = False
        sign = 1 if self.targeted else -1
        # f is cut off where the margin exceeds kappa.
        pull = np.where(margin < self.kappa, -sign * self.c[:active], 0).astype(np.float32)
        by_x = 2 * delta + pull[:, None] * gradient
        self.adam.step(self.w[:active], self.space.by_w(self.w[:active], by_x))
        self.taken[:active] += 1
        over = self.adam.taken[:active] == self.steps
        self._next_c(np.flatnonzero(over))

        # With a gradient of zero at the sample nothing would ever move.
        stuck = fresh & zero & ~reached
        finished = (fresh & reached) | stuck | (over & (self.searches_left[:active] == 0))
        done = np.flatnonzero(finished)
        failed = np.where(zero, base.ZERO_GRADIENT, base.CAP)
        won = np.where(fresh & reached, base.ALREADY, base.SUCCESS)
        status = np.where(self.best_rank[:active] > pairs.FAILED, won, failed)
        taken = np.where(fresh & (reached | zero), 0, self.taken[:active])
        self.finish(done, status[done], taken[done])

        self._start(np.flatnonzero(over & ~finished))
        going = np.flatnonzero(~over & ~finished)
        clean = self.clean[self.sample[self.pair[going]]]
        self.x[going] = self.space.points(self.w[going], clean)
        return finished

    def _start(self, rows):
        """Begin a search at the sample itself, which the tanh of w only approaches."""
        self.x[rows] = self.clean[self.sample[self.pair[rows]]]
        self.w[rows] = self.space.w_of(self.x[rows])
        self.adam.reset(rows)
        self.found[rows] = False

    def _next_c(self, rows):
        c, found = self.c[rows], self.found[rows]
        self.c_high[rows] = np.where(found, np.minimum(self.c_high[rows], c), self.c_high[rows])
        self.c_low[rows] = np.where(found, self.c_low[rows], np.maximum(self.c_low[rows], c))
        bracketed = np.isfinite(self.c_high[rows])
        middle = (self.c_low[rows] + self.c_high[rows]) / 2
        self.c[rows] = np.where(bracketed, middle, 10 * c)
        self.searches_left[rows] -= 1
