"""Random noise: what no attack should be beaten by."""

from typing import ClassVar, Literal

import numpy as np

from core.attacks.engine import draws, pairs, result
from core.attacks.engine.question import Options, Question
from core.attacks.facts import Facts
from core.attacks.families import BallAttack, Steps
from core.model.data import DataFacts
from core.networks.gradients import logits_function


class Noise(BallAttack):
    """Draws uniform in the ball, clipped to the bounds, until one of them reaches the goal.

    The result is that draw or, failed, the one of the largest margin, the sample included;
    `iterations` counts draws.

    Args:
        draws: most draws of a pair, at least 1.
    """

    facts: ClassVar = Facts(
        title="uniform random draws in the ball: what any attack must beat",
        label="Random noise",
        remark="uniform draws",
        access="none",
        goal="any in a ball",
        distances=("linf", "l2"),
        source="the control of every attack inside a ball",
        draws=True,
        rank=13,
        cannot="random draws that follow nothing",
    )
    name: Literal["noise"] = "noise"
    draws: Steps = 100

    def passes(self, data: DataFacts) -> float:
        """A third for every draw."""
        return self.draws / 3

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Draw for every pair."""
        ball = (self.norm, self.radius(question.shape))
        return _Noise(question, options, ball, self.draws).run()


class _Noise(pairs.BestSlots):
    def __init__(self, question: Question, options: Options, ball: tuple[str, float], most: int):
        super().__init__(question, options)
        self.logits = logits_function(question.model)
        self.ball, self.most, self.seed = ball, most, options.seed
        self.streams: dict[int, np.random.Generator] = {}

    def load(self, slots, pairs):
        super().load(slots, pairs)
        for pair in pairs:
            self.streams[pair] = draws.stream(self.seed, self.sample[pair], self.target[pair])

    def step(self, active, size):
        predicted, reached, margin = self.judge(self.logits(self.images(size))[:active])
        self.keep_better(predicted, reached.astype(np.int64), margin)
        taken = self.taken[:active]
        status = np.select(
            [reached & (taken == 0), reached, taken == self.most],
            [result.ALREADY, result.SUCCESS, result.CAP],
            "",
        )
        finished = status != ""
        done = np.flatnonzero(finished)
        self.finish(done, status[done], taken[done])
        self.fresh[:active] = False
        for pair in self.pair[done]:
            del self.streams[pair]
        for row in np.flatnonzero(~finished):
            self._draw(row)
        return finished

    def _draw(self, row):
        clean = self.clean[self.sample[self.pair[row]]]
        norm, eps = self.ball
        delta = draws.in_ball(self.streams[self.pair[row]], self.limits.mutable, norm, eps)
        lower, upper = (
            self.limits.linf_box(clean, eps) if norm == "linf" else self.limits.box(clean)
        )
        point = np.clip(clean + delta, lower, upper)
        if self.limits.ties is not None:
            box = (lower[None], upper[None])
            point = self.limits.joined(point[None], clean[None], box, eps if norm == "l2" else None)
        self.x[row] = point
        self.taken[row] += 1
