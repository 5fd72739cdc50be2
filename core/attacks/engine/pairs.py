"""What attacked pairs are, and what they carry through a batch.

`AttackedPairs` is what every attack on pairs keeps. `PairSlots` takes pairs through the slots of a
batch; `PointSlots` also keeps their points on the host, and `BestSlots` those of attacks whose last
point need not be their best. Attacks extend them by `step`; how points move is theirs.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from core.attacks.engine import batching, goal
from core.attacks.engine.domain import domain
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult, Record
from core.networks.gradients import default_batch_size

FAILED, REACHED, CONFIDENT = 0, 1, 2
"""Ranks of a point: the goal is missed, is reached, is reached as surely as the attack asks."""


class AttackedPairs:
    """The pairs of a question and how they end; no order in which they are taken.

    Attributes:
        shape, n: of one sample, and its features.
        clean: `(m, n)` float32; `limits`: the `Domain`; `record`: the results so far.
        sample, target: `(pairs,)`, which sample each pair attacks and its target.
        batch_size: pairs evaluated at once, no more than there are.
    """

    def __init__(self, question: Question, options: Options):
        x, self.targeted = question.x, question.targeted
        self.shape, self.n = question.shape, int(np.prod(question.shape))
        self.limits = domain(x, question.limits)
        self.clean = x.reshape(len(x), self.n).astype(np.float32, copy=False)
        self.sample = np.asarray(question.sample, np.int64)
        self.target = np.asarray(question.target, np.int64)
        self.progress = options.progress
        self.batch_size = max(1, min(options.batch_size or default_batch_size(), len(self.sample)))
        self.record = Record(self.target, self.targeted, self.shape)


class PairSlots(AttackedPairs, ABC):
    """Slots for `batching.run_queue`; every per-slot array is made by `slot_array`.

    Args:
        question, options: as for every attack.
        ends: None, or ascending how many pairs there are up to the last of each sample, whose
            pairs then enter together; the batch is raised to the pairs of one sample.

    Attributes:
        pair, aim: `(batch,)`, the pair in each slot and its target.
    """

    def __init__(self, question: Question, options: Options, ends: np.ndarray | None = None):
        super().__init__(question, options)
        self.ends = ends
        if ends is not None:
            largest = int(np.diff(ends, prepend=0).max(initial=1))
            self.batch_size = max(self.batch_size, largest)
        self._arrays: list[np.ndarray] = []
        self.pair = self.slot_array(np.int64)
        self.aim = self.slot_array(np.int64)

    def slot_array(self, dtype: Any, *shape: int) -> np.ndarray:
        """Return a new array `(batch, *shape)` that moves along when pairs change slots."""
        self._arrays.append(np.zeros((self.batch_size, *shape), dtype))
        return self._arrays[-1]

    def run(self) -> AttackResult:
        """Take all pairs through the attack, in batches that stay full."""
        batching.run_queue(len(self.sample), self.batch_size, self, self.progress, self.ends)
        return self.record.result()

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs in these slots; see `batching.Slots`."""
        self.pair[slots], self.aim[slots] = pairs, self.target[pairs]

    def move(self, sources: np.ndarray, destinations: np.ndarray) -> None:
        """Copy slots; see `batching.Slots`."""
        for array in self._arrays:
            array[destinations] = array[sources]

    @abstractmethod
    def step(self, active: int, size: int) -> np.ndarray:
        """Evaluate and advance; see `batching.Slots`."""


class PointSlots(PairSlots):
    """Slots whose points are on the host.

    Attributes:
        x: `(batch, n)` float32, the points to be evaluated next.
        taken: `(batch,)`, steps taken so far.
    """

    def __init__(self, question: Question, options: Options):
        super().__init__(question, options)
        self.x = self.slot_array(np.float32, self.n)
        self.taken = self.slot_array(np.int64)

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples."""
        super().load(slots, pairs)
        self.x[slots] = self.clean[self.sample[pairs]]
        self.taken[slots] = 0

    def images(self, size: int) -> np.ndarray:
        """Return the points of the first slots in the network's shape."""
        return self.x[:size].reshape(size, *self.shape)


class BestSlots(PointSlots):
    """Slots that keep the best point met: the first success, the closest, or the nearest miss.

    Attributes:
        fresh: `(batch,)` bool, x is the unperturbed sample and was not evaluated yet.
        best, best_rank, best_score, best_predicted: the best point met so far; a higher rank is
            better, then a higher score.
    """

    def __init__(self, question: Question, options: Options):
        super().__init__(question, options)
        self.fresh = self.slot_array(bool)
        self.best = self.slot_array(np.float32, self.n)
        self.best_rank = self.slot_array(np.int64)
        self.best_score = self.slot_array(np.float64)
        self.best_predicted = self.slot_array(np.int64)

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples, no point of theirs met."""
        super().load(slots, pairs)
        self.fresh[slots] = True
        self.best_rank[slots], self.best_score[slots] = FAILED, -np.inf

    def judge(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Judge the evaluated points of the first slots; notes the clean predictions.

        Args:
            logits: `(active, classes)`.

        Returns:
            `(predicted (active,), reached (active,) bool, margin (active,))`, see `goal`.
        """
        goal.require_finite(logits=logits)
        active = len(logits)
        predicted, aim = logits.argmax(axis=1), self.aim[:active]
        fresh = self.fresh[:active]
        self.record.predicted_clean[self.pair[:active][fresh]] = predicted[fresh]
        reached = goal.reached(predicted, aim, self.targeted)
        return predicted, reached, goal.margin(logits, aim, self.targeted)

    def keep_better(self, predicted: np.ndarray, rank: np.ndarray, score: np.ndarray) -> None:
        """Make the points of the first slots the best ones where rank, then score, is higher."""
        active = len(rank)
        best_rank = self.best_rank[:active]
        better = (rank > best_rank) | ((rank == best_rank) & (score > self.best_score[:active]))
        rows = np.flatnonzero(better)
        self.best[rows] = self.x[rows]
        self.best_rank[rows], self.best_score[rows] = rank[rows], score[rows]
        self.best_predicted[rows] = predicted[rows]

    def finish(self, rows: np.ndarray, status: np.ndarray, iterations: np.ndarray) -> None:
        """Record the best points of these slots as how their pairs ended."""
        self.record.finish(
            self.pair[rows], self.best[rows], self.best_predicted[rows], status, iterations
        )
