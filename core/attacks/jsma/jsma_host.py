"""JSMA with state and selection on the host: every pair goes on to its own end."""

import numpy as np

from core.attacks.engine.pairs import PointSlots
from core.attacks.engine.question import Options, Question
from core.attacks.jsma.jsma_steps import GOES_ON, JsmaPlan, JsmaSteps


class JsmaSlots(PointSlots):
    """Slots whose points change by two features a step.

    Args: question, options: as for every attack. plan: what the steps follow.
    """

    def __init__(self, question: Question, options: Options, plan: JsmaPlan):
        super().__init__(question, options)
        self.moves = JsmaSteps(question, self.limits, plan)
        self.open = self.slot_array(bool, self.n)

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples, every feature open that can still move."""
        super().load(slots, pairs)
        self.open[slots] = self.moves.open_features(self.x[slots])

    def step(self, active: int, size: int) -> np.ndarray:
        """Judge, pick and change; see `batching.Slots`."""
        pair, taken = self.pair[:active], self.taken[:active]
        step = self.moves.evaluate(self.x[:size], self.aim[:size], self.open[:active], taken)
        fresh = taken == 0
        self.record.predicted_clean[pair[fresh]] = step.predicted[fresh]
        finished = step.status != GOES_ON
        done, going = np.flatnonzero(finished), np.flatnonzero(~finished)
        self.record.finish(
            pair[done], self.x[done], step.predicted[done], step.status[done], taken[done]
        )
        self.moves.change(self.x, self.open, going, step.picked[going])
        self.taken[going] += 1
        return finished
