"""The attack of Carlini and Wagner that minimises the L2 distance.

The change of variables that it shares with `cw_l0` lives in `tanh_space`.
"""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from core.attacks.engine import pairs, result
from core.attacks.engine.adam import Adam
from core.attacks.engine.goal import require_finite
from core.attacks.engine.question import Options, Question
from core.attacks.engine.tanh_space import TanhSpace
from core.attacks.facts import Facts
from core.attacks.families import ClosestAttack, Steps
from core.model.data import DataFacts
from core.networks.gradients import gradient_function


class CwL2(ClosestAttack):
    """Minimise ||x' - x||^2 + c f(x') with Adam, and search for the c of the closest success.

    f(x') = max(-margin(x'), -kappa) with the margin of `goal.margin` (f6 of the paper), and
    x' = tanh(w) scaled to the bounds, so that no step leaves them. A search that reaches a margin
    of kappa lowers the upper end for c, one that does not raises the lower end; without an upper
    end c grows tenfold, else it is the middle. Each search starts anew from the sample.

    The result is the closest point of margin kappa over all steps of all searches; where there is
    none, the point of the largest margin, which is a success if it reaches the goal at all. A pair
    fulfilled by the clean prediction is left alone whatever kappa is.

    Source: Carlini & Wagner, arXiv 1608.04644, section VI-A, and the authors' code, without its
    early abort and without its last search at the upper end.

    Args:
        kappa: margin in logits that a success must reach, 0 or more.
        steps: network evaluations of each search, one before each Adam step; at least 1.
        searches: values of c tried, at least 1.
        learning_rate: of Adam, in units of w.
        initial_c: the first c.
    """

    facts: ClassVar = Facts(
        title="Carlini and Wagner's attack: the closest example in L2",
        label="Carlini and Wagner",
        remark="closest example",
        access="gradient",
        goal="closest",
        distances=("l2",),
        approach="penalised distance",
        source="Carlini & Wagner, arXiv 1608.04644, VI-A",
        adaptive=True,
        repeats=("steps", "searches"),
        rank=3,
    )
    name: Literal["cw-l2"] = "cw-l2"
    kappa: float = Field(0.0, ge=0, le=1_000)
    steps: Steps = 1_000
    searches: int = Field(5, ge=1, le=30)
    learning_rate: float = Field(0.01, gt=0, le=10)
    initial_c: float = Field(0.01, gt=0, le=1e6)

    def passes(self, data: DataFacts) -> float:
        """Those of all searches."""
        return self.steps * self.searches

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Search for the closest example of every pair."""
        return _CarliniWagnerL2(question, options, self).run()


class _CarliniWagnerL2(pairs.BestSlots):
    def __init__(self, question: Question, options: Options, asked: CwL2):
        super().__init__(question, options)
        self.gradient = gradient_function(question.model, "margin")
        self.kappa, self.steps, self.searches = asked.kappa, asked.steps, asked.searches
        self.initial_c = asked.initial_c
        self.space = TanhSpace(self.limits)
        self.adam = Adam(self, asked.learning_rate)
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
        own = self.clean[self.sample[self.pair[:active]]]
        delta = self.x[:active] - own
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
        self.adam.step(self.w[:active], self.space.by_w(self.w[:active], by_x, own))
        self.taken[:active] += 1
        over = self.adam.taken[:active] == self.steps
        self._next_c(np.flatnonzero(over))

        # With a gradient of zero at the sample nothing would ever move.
        stuck = fresh & zero & ~reached
        finished = (fresh & reached) | stuck | (over & (self.searches_left[:active] == 0))
        done = np.flatnonzero(finished)
        failed = np.where(zero, result.ZERO_GRADIENT, result.CAP)
        won = np.where(fresh & reached, result.ALREADY, result.SUCCESS)
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
