"""Random noise: what no attack should be beaten by."""

from typing import Any

import keras
import numpy as np

from core.attacks.engine import base, draws, pairs
from core.attacks.engine.batching import Progress
from core.attacks.engine.checks import require_ball, require_positive
from core.networks.gradients import Logits, logits_function


def noise(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    norm: str = "linf",
    eps: float,
    draws: int,
    seed: int = 0,
    progress: Progress | None = None,
    **common: Any,
) -> base.AttackResult:
    """Add draws uniform in the ball, clipped to the bounds, until one of them reaches the goal.

    Args:
        model, x, sample, target: as in `core.attacks.run`.
        norm: `"linf"` or `"l2"`.
        eps: radius of the ball, in units of the data's scale.
        draws: most draws of a pair, at least 1.
        seed, progress, common: as in `core.attacks.run`.

    Returns:
        An `AttackResult` with the first draw that reaches the goal or, failed, the one of the
        largest margin, the sample included; `iterations` counts draws.

    Raises:
        UserError: on unusable arguments, or a network whose logits are not finite.
    """
    require_ball(norm, eps)
    require_positive(draws=draws)
    ball = (norm, eps)
    state = _Noise(logits_function(model), ball, draws, seed, x, sample, target, **common)
    return pairs.run(state, progress)


class _Noise(pairs.PairSlots):
    def __init__(
        self,
        logits: Logits,
        ball: tuple[str, float],
        most: int,
        seed: int,
        *args: Any,
        **common: Any,
    ):
        super().__init__(*args, **common)
        self.logits, self.ball, self.most, self.seed = logits, ball, most, seed
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
            [base.ALREADY, base.SUCCESS, base.CAP],
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
        self.x[row] = np.clip(clean + delta, lower, upper)
        self.taken[row] += 1
