"""Sigma-zero: the fewest features, by descent on a smooth count of them."""

from typing import ClassVar, Literal

import numpy as np

from core.attacks.engine import pairs, result
from core.attacks.engine.adam import Adam
from core.attacks.engine.goal import require_finite
from core.attacks.engine.question import Options, Question
from core.attacks.engine.taking_back import taken_back
from core.attacks.facts import Facts
from core.attacks.families import ClosestAttack, Steps
from core.model.data import DataFacts
from core.networks.gradients import gradient_function

# Section 4 of the paper and the authors' code.
SMOOTH = np.float32(1e-3)
FIRST_RATE, LAST_RATE = 1.0, 0.1
FIRST_THRESHOLD, THRESHOLD_STEP = 0.3, 0.01


class SigmaZero(ClosestAttack):
    """Minimise the margin that is left plus a smooth count of the changed features, with Adam.

    The loss of a change d is max(margin left, 0) + (1/n) sum of d_i^2 / (d_i^2 + sigma). Its
    gradient is divided by its largest entry, the step of Adam falls from 1 to 0.1 along a cosine,
    and after each step the point is cut to the bounds and every change smaller than a threshold
    is undone. The threshold rises where the point fulfils the goal, else falls.

    The result is the point with the fewest changed features over all steps, the last one included,
    which the published code leaves unjudged. From it features are taken back one by one, the
    smallest change first, while the goal holds; `iterations` counts steps and these questions.

    Source: Cinà et al., arXiv 2402.01879, Algorithm 1, and the authors' code.

    Args:
        steps: gradients of each pair, at least 1; 100 in the paper, 1,000 find fewer features.
        take_back: whether features are taken back at the end.
    """

    facts: ClassVar = Facts(
        title="sigma-zero: the fewest features, by descent on a smooth count of them",
        label="Fewest features",
        remark="by descent",
        access="gradient",
        goal="closest",
        distances=("l0",),
        approach="smooth count",
        source="Cinà et al., arXiv 2402.01879",
        adaptive=True,
        repeats=("steps",),
        rank=2,
        plain="the attack known to need the fewest features (sigma-zero)",
    )
    name: Literal["sigma-zero"] = "sigma-zero"
    targeted: bool = False
    steps: Steps = 100
    take_back: bool = True

    def passes(self, data: DataFacts) -> float:
        """Those of all steps, and a few questions for each feature that was changed."""
        return self.steps + (10 if self.take_back else 0)

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Look for the fewest features of every pair."""
        found = _SigmaZero(question, options, self).run()
        return taken_back(question, options, found) if self.take_back else found


class _SigmaZero(pairs.BestSlots):
    def __init__(self, question: Question, options: Options, asked: SigmaZero):
        super().__init__(question, options)
        self.gradient = gradient_function(question.model, "margin")
        self.steps = asked.steps
        self.adam = Adam(self, FIRST_RATE)
        # In fractions of each feature's range, whatever the unit of distances.
        stride = self.limits.stride
        self.stride = np.float32(1) if stride is None else stride
        self.change = self.slot_array(np.float32, self.n)
        self.threshold = self.slot_array(np.float64)
        self.lower = self.slot_array(np.float32, self.n)
        self.upper = self.slot_array(np.float32, self.n)

    def load(self, slots, pairs):
        super().load(slots, pairs)
        self.lower[slots], self.upper[slots] = self.limits.box(self.x[slots])
        self.change[slots], self.threshold[slots] = 0, FIRST_THRESHOLD
        self.adam.reset(slots)

    def step(self, active, size):
        logits, gradient, _ = self.gradient(self.images(size), self.aim[:size])
        logits, gradient = logits[:active], gradient[:active]
        require_finite(gradient=gradient)
        predicted, reached, margin = self.judge(logits)
        clean = self.clean[self.sample[self.pair[:active]]]
        few = -self.limits.changed(self.x[:active], clean)
        self.keep_better(predicted, reached.astype(np.int64), np.where(reached, few, margin))

        fresh, zero = self.fresh[:active].copy(), np.logical_not(gradient.any(axis=1))
        self.fresh[:active] = False
        # With a gradient of zero at the sample nothing would ever move.
        stuck = fresh & zero & ~reached
        over = self.taken[:active] == self.steps
        finished = (fresh & reached) | stuck | over
        done = np.flatnonzero(finished)
        failed = np.where(zero, result.ZERO_GRADIENT, result.CAP)
        won = np.where(fresh & reached, result.ALREADY, result.SUCCESS)
        status = np.where(self.best_rank[:active] > pairs.FAILED, won, failed)
        taken = np.where(fresh & (reached | zero), 0, self.taken[:active])
        self.finish(done, status[done], taken[done])
        self._move(active, gradient, reached)
        return finished

    def _move(self, active, gradient, reached):
        """One step of all active slots; those that are finished are loaded anew afterwards."""
        change, clean = self.change[:active], self.clean[self.sample[self.pair[:active]]]
        toward = np.float32(-1 if self.targeted else 1)
        by_loss = np.where(reached[:, None], np.float32(0), toward * gradient * self.stride)
        squared = np.square(change)
        by_count = 2 * change * SMOOTH / np.square(squared + SMOOTH) / self.n
        slope = (by_loss + by_count) * self.limits.mutable
        largest = np.abs(slope).max(axis=1, keepdims=True, initial=0.0)
        slope /= np.where(largest > 0, largest, 1)
        rate = self._rate(self.taken[:active])[:, None]
        self.adam.step(change, slope, rate)
        box = self.lower[:active], self.upper[:active]
        np.divide(np.clip(clean + change * self.stride, *box) - clean, self.stride, out=change)
        toward = np.where(reached, THRESHOLD_STEP, -THRESHOLD_STEP) * rate[:, 0]
        self.threshold[:active] = np.clip(self.threshold[:active] + toward, 0, 1)
        small = np.abs(change) < self.threshold[:active, None]
        change[small] = 0
        points = np.where(change == 0, clean, np.clip(clean + change * self.stride, *box))
        self.x[:active] = self.limits.joined(points, clean, box)
        self.taken[:active] += 1

    def _rate(self, taken):
        """The step of Adam after so many, from the first to the last along a cosine."""
        share = np.minimum(taken / self.steps, 1)
        return LAST_RATE + (FIRST_RATE - LAST_RATE) * (1 + np.cos(np.pi * share)) / 2
