"""Gradient ascent within a ball: the one loop of FGSM, BIM and PGD.

A step is one fused forward and backward pass: it judges the point it starts from and says where to
go next. So S steps cost S + 1 passes, and a pair leaves the batch at its first success.
"""

from dataclasses import dataclass

import numpy as np

from core.attacks.engine import draws, pairs, result
from core.attacks.engine.domain import into_l2_ball, steepest
from core.attacks.engine.goal import require_finite
from core.attacks.engine.question import Options, Question
from core.networks.gradients import gradient_function


@dataclass(frozen=True)
class Loss:
    """What is raised for a target, or lowered for a label to leave.

    Attributes:
        name: one of `core.networks.gradients.OBJECTIVES`.
        temperature: T of softmax(z / T) and of the other losses, above 0.
    """

    name: str
    temperature: float = 1.0


@dataclass(frozen=True)
class Walk:
    """Where the steps lead and when they end.

    Attributes:
        norm: `"linf"` or `"l2"`, of the ball and of the steps.
        eps: radius of the ball, in units of the data's scale; kept exactly under Linf, within
            float32's rounding under L2.
        steps: most steps of a run, at least 1.
        step_size: length of a step in the norm, in units of the data's scale.
        restarts: runs, each from a random start of its own in the ball; 0: one run from the
            sample itself, which draws nothing.
        stop_early: end a pair at its first success. Otherwise every pair, fulfilled from the
            start or not, takes all steps of all runs, and the point of the largest margin over
            all of them is returned.
    """

    norm: str
    eps: float
    steps: int
    step_size: float
    restarts: int = 0
    stop_early: bool = True


def ascend(question: Question, options: Options, loss: Loss, walk: Walk) -> result.AttackResult:
    """Raise the loss of a target, or lower that of a label, by steepest steps of equal length.

    After each step the point is drawn back into the ball, then into the bounds. A run ends after
    its last step, or where the gradient is exactly zero.

    Returns:
        An `AttackResult`. A failed pair's point is the one of the largest margin, the sample
        included. `iterations` counts steps and random starts; it is 0 with `zero_gradient` where
        the gradient was exactly zero at the sample and at every start.

    Raises:
        UserError: where samples leave the limits, or logits or gradients are not finite.
    """
    return _Ascent(question, options, loss, walk).run()


class _Ascent(pairs.BestSlots):
    def __init__(self, question: Question, options: Options, loss: Loss, walk: Walk):
        super().__init__(question, options)
        self.gradient = gradient_function(question.model, loss.name, loss.temperature)
        self.walk, self.seed = walk, options.seed
        self.step_size = np.float32(walk.step_size)
        self.streams: dict[int, np.random.Generator] = {}
        self.lower = self.slot_array(np.float32, self.n)
        self.upper = self.slot_array(np.float32, self.n)
        self.run_steps = self.slot_array(np.int64)
        self.runs_left = self.slot_array(np.int64)
        self.flat = self.slot_array(bool)
        # Where steps lead that columns of a group cannot follow: x is where they can be.
        self.walked = self.x if self.limits.ties is None else self.slot_array(np.float32, self.n)

    def load(self, slots, pairs):
        super().load(slots, pairs)
        if self.walk.norm == "linf":
            box = self.limits.linf_box(self.x[slots], self.walk.eps)
        else:
            box = self.limits.box(self.x[slots])
        self.lower[slots], self.upper[slots] = box
        self.walked[slots] = self.x[slots]
        self.run_steps[slots], self.runs_left[slots] = 0, self.walk.restarts
        # No gradient but exact zeros was met so far.
        self.flat[slots] = True

    def step(self, active, size):
        walk = self.walk
        logits, gradient, _ = self.gradient(self.images(size), self.aim[:size])
        logits, gradient = logits[:active], gradient[:active]
        require_finite(gradient=gradient)
        predicted, reached, margin = self.judge(logits)
        self.keep_better(predicted, reached.astype(np.int64), margin)

        fresh, runs_left = self.fresh[:active].copy(), self.runs_left[:active]
        zero = np.logical_not(gradient.any(axis=1))
        self.flat[:active] &= zero
        run_over = (self.run_steps[:active] == walk.steps) | zero | (fresh & (runs_left > 0))
        self.fresh[:active] = False

        stopped = reached if walk.stop_early else np.zeros(active, bool)
        finished = stopped | (run_over & (runs_left == 0))
        restarted = np.flatnonzero(run_over & ~finished)
        going = np.flatnonzero(~run_over & ~finished)
        self._step_up(going, gradient)
        self._restart(restarted)

        done = np.flatnonzero(finished)
        unchanged = (self.best[done] == self.clean[self.sample[self.pair[done]]]).all(axis=1)
        status = np.where(
            self.best_rank[done] == pairs.REACHED,
            np.where(unchanged, result.ALREADY, result.SUCCESS),
            np.where(zero[done], result.ZERO_GRADIENT, result.CAP),
        )
        never_sloped = (status == result.ZERO_GRADIENT) & self.flat[done]
        self.finish(done, status, np.where(never_sloped, 0, self.taken[done]))
        for pair in self.pair[done]:
            self.streams.pop(pair, None)
        return finished

    def _step_up(self, rows, gradient):
        sign = np.float32(1 if self.targeted else -1)
        slope = gradient[rows] * self.limits.mutable
        if self.limits.direction is not None:
            slope = self._not_out(rows, slope, sign)
        direction = steepest(slope, self.walk.norm)
        if self.limits.ties is not None and self.walk.norm == "linf":
            direction = _towards_categories(direction, slope, self.limits.ties.groups)
        self._place(rows, self.walked[rows] + sign * self.step_size * direction)
        self.run_steps[rows] += 1
        self.taken[rows] += 1

    def _not_out(self, rows, slope, sign):
        """The slope without what leads out of the limits, which would only shorten the step."""
        rising, at = sign * slope, self.walked[rows]
        out = ((rising > 0) & (at >= self.upper[rows])) | ((rising < 0) & (at <= self.lower[rows]))
        return np.where(out, np.float32(0), slope)

    def _restart(self, rows):
        for row in rows:
            pair = self.pair[row]
            if pair not in self.streams:
                self.streams[pair] = draws.stream(self.seed, self.sample[pair], self.target[pair])
            delta = draws.in_ball(
                self.streams[pair], self.limits.mutable, self.walk.norm, self.walk.eps
            )
            self.x[row] = self.clean[self.sample[pair]] + delta
        self._place(rows, self.x[rows])
        self.run_steps[rows] = 0
        self.runs_left[rows] -= 1
        self.taken[rows] += 1

    def _place(self, rows, points):
        l2 = self.walk.eps if self.walk.norm == "l2" else None
        clean = self.clean[self.sample[self.pair[rows]]]
        if l2 is not None:
            points = into_l2_ball(points, clean, l2)
        points = np.clip(points, self.lower[rows], self.upper[rows])
        ties = self.limits.ties
        if ties is not None:
            box = (self.lower[rows], self.upper[rows])
            kept = self.limits.joined(points, clean, box, l2)
            self.walked[rows] = np.where(ties.grouped, points, kept)
            points = kept
        self.x[rows] = points


def _towards_categories(direction, slope, groups):
    """Steps that differ within a group: by signs alone all of its columns would rise alike."""
    for columns in groups:
        size = np.abs(slope[:, columns]).max(axis=1, keepdims=True)
        direction[:, columns] = slope[:, columns] / np.where(size > 0, size, 1)
    return direction
