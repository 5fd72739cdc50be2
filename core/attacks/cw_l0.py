"""The attack of Carlini and Wagner that minimises the number of changed features."""

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

UNCHANGED = 1e-4
"""A change below this share of a feature's range is undone: it would count as a whole feature."""

GROWTH = 10.0


class CwL0(ClosestAttack):
    """Solve an L2 attack, fix the features that matter least, and again until none is left to fix.

    Each round minimises ||x' - x||^2 + c f(x') over the features still free, as `cw-l2` does but
    from the last success on, and ends at the first point that succeeds. Then the features whose
    change contributes least to the margin, (x' - x) times its gradient, get their clean value back
    for good: 0.3 times the root of the number still free, of which all but the first contribute
    at most 1 % of the whole. A round that fails within its steps tries again with c tenfold, up to
    initial_c 10^(searches - 1); the pair ends with the round that fails there.

    The result is the success of fewest changed features, each channel one; where there is none, as
    `cw-l2`. `iterations` counts Adam steps.

    Source: Carlini & Wagner, arXiv 1608.04644, section VI-B, and the authors' code, which counts
    the pixels of colour images, doubles c, and weighs features by the absolute values of both
    factors.

    Args:
        kappa: margin in logits that a success must reach, 0 or more.
        steps: most network evaluations of a round at one c, at least 1.
        searches: number of values that c can take, at least 1.
        learning_rate: of Adam, in units of w.
        initial_c: the first c; what a round needed the next one starts with.
    """

    facts: ClassVar = Facts(
        title="Carlini and Wagner's attack: the fewest features",
        label="Carlini and Wagner",
        remark="fewest features",
        access="gradient",
        goal="closest",
        distances=("l0",),
        approach="penalised distance",
        source="Carlini & Wagner, arXiv 1608.04644, VI-B",
        adaptive=True,
        repeats=("steps", "searches"),
        rank=6,
    )
    name: Literal["cw-l0"] = "cw-l0"
    kappa: float = Field(0.0, ge=0, le=1_000)
    steps: Steps = 200
    searches: int = Field(7, ge=1, le=30)
    learning_rate: float = Field(0.1, gt=0, le=10)
    initial_c: float = Field(0.001, gt=0, le=1e6)

    def passes(self, data: DataFacts) -> float:
        """By experience: rounds are not bounded."""
        return self.steps * 20

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Search for the fewest features of every pair."""
        return _CarliniWagnerL0(question, options, self).run()


class _CarliniWagnerL0(pairs.BestSlots):
    def __init__(self, question: Question, options: Options, asked: CwL0):
        super().__init__(question, options)
        self.gradient = gradient_function(question.model, "margin")
        self.kappa, self.steps, self.searches = asked.kappa, asked.steps, asked.searches
        self.initial_c = asked.initial_c
        self.space = TanhSpace(self.limits)
        self.threshold = np.float32(2 * UNCHANGED) * self.space.range.half
        self.adam = Adam(self, asked.learning_rate)
        self.w = self.slot_array(np.float32, self.n)
        self.start = self.slot_array(np.float32, self.n)
        self.free = self.slot_array(bool, self.n)
        self.c = self.slot_array(np.float64)
        self.searches_left = self.slot_array(np.int64)

    def load(self, slots, pairs):
        super().load(slots, pairs)
        self.free[slots] = self.space.free(self.x[slots])
        self.start[slots] = self.space.w_of(self.x[slots])
        self.c[slots], self.searches_left[slots] = self.initial_c, self.searches
        self._restart(slots)

    def step(self, active, size):
        logits, gradient, _ = self.gradient(self.images(size), self.aim[:size])
        logits, gradient = logits[:active], gradient[:active]
        require_finite(gradient=gradient)
        predicted, reached, margin = self.judge(logits)
        own = self.clean[self.sample[self.pair[:active]]]
        delta = self.x[:active] - own
        confident = reached & (margin >= self.kappa)
        rank = np.where(confident, pairs.CONFIDENT, reached.astype(np.int64))
        changed = self.limits.changed(self.x[:active], own)
        self.keep_better(predicted, rank, np.where(confident, -changed, margin))

        fresh, zero = self.fresh[:active].copy(), np.logical_not(gradient.any(axis=1))
        self.fresh[:active] = False
        rising = gradient if self.targeted else -gradient
        pull = np.where(margin < self.kappa, self.c[:active], 0).astype(np.float32)
        by_x = np.where(self.free[:active], 2 * delta - pull[:, None] * rising, np.float32(0))

        # With a gradient of zero at the sample nothing would ever move.
        left = fresh & (reached | zero)
        succeeded = np.flatnonzero(confident & ~left)
        self._fix_the_least(succeeded, delta * rising)
        trying = ~confident & ~left
        self.adam.step(self.w[:active], self.space.by_w(self.w[:active], by_x, own))
        self.taken[:active] += trying
        over = trying & (self.adam.taken[:active] >= self.steps)
        self.searches_left[:active] -= over
        self.c[:active] *= np.where(over, GROWTH, 1.0)

        exhausted = over & (self.searches_left[:active] == 0)
        # Nothing is left to fix once no feature is free.
        exhausted |= ~self.free[:active].any(axis=1)
        finished = left | exhausted
        done = np.flatnonzero(finished)
        failed = np.where(zero, result.ZERO_GRADIENT, result.CAP)
        won = np.where(fresh & reached, result.ALREADY, result.SUCCESS)
        status = np.where(self.best_rank[:active] > pairs.FAILED, won, failed)
        self.finish(done, status[done], self.taken[done])

        self._restart(np.concatenate([succeeded, np.flatnonzero(over & ~finished)]))
        self._place(np.flatnonzero(trying & ~over & ~finished))
        return finished

    def _restart(self, rows):
        self.w[rows] = self.start[rows]
        self.adam.reset(rows)
        self._place(rows)

    def _place(self, rows):
        """Go to the points of w; changes too small to matter are left out."""
        clean = self.clean[self.sample[self.pair[rows]]]
        points = self.space.points(self.w[rows], clean)
        moved = self.free[rows] & (np.abs(points - clean) > self.threshold)
        self.x[rows] = np.where(moved, points, clean)

    def _fix_the_least(self, rows, contributions):
        """Take the features of least contribution from those free; the next round starts here."""
        self.start[rows] = self.w[rows]
        for row in rows:
            free = np.flatnonzero(self.free[row])
            share = contributions[row, free]
            most = int(np.ceil(0.3 * np.sqrt(len(free))))
            least = np.argsort(share, kind="stable")[:most]
            small = share[least] <= 0.01 * np.maximum(share, 0).sum()
            small[:1] = True
            self.free[row, free[least[small]]] = False
