"""JSMA for Eq. 11 alone: of each sample no more than its nearest target takes to be known.

Every step changes two features, so the nearest target of a sample is the one reached in the fewest
steps, k; of the others one only has to see that they are not reached in k - 1. In each sample the
target whose logit lies least below the largest leads: it is taken two steps ahead before the
others take one. Once it is reached in k steps, the others stand at the point after k - 1 and are
asked for their prediction there, which needs no gradient. A wrong guess costs at most two steps
of one target.
"""

import numpy as np

from core.attacks.engine import batching, result
from core.attacks.engine.domain import domain
from core.attacks.engine.goal import require_finite
from core.attacks.engine.question import Options, Question
from core.attacks.jsma.jsma_steps import GOES_ON, JsmaPlan, JsmaSteps
from core.networks.gradients import default_batch_size, logits_function

AHEAD = 2
SAMPLES_AT_ONCE = 128
_UNSEEN = "unseen"
_NEVER = np.iinfo(np.int64).max


class NearestTargets:
    """The pairs of an attack, those of a sample one after another.

    Args:
        question, options: as for every attack. plan: what the steps follow.
        ends: ascending, how many pairs there are up to the last of each sample.

    Attributes:
        record: the results so far; its points are those that the pairs have reached.
    """

    def __init__(self, question: Question, options: Options, plan: JsmaPlan, ends: np.ndarray):
        x, target = question.x, np.asarray(question.target)
        limits = domain(x, question.limits)
        self._shape, self._steps, self._progress = question.shape, plan.most, options.progress
        self._logits = logits_function(question.model)
        self._moves = JsmaSteps(question, limits, plan)
        self._sample, self._target = np.asarray(question.sample), target.astype(np.int32)
        batch_size = max(1, min(options.batch_size or default_batch_size(), len(target)))
        self._sizes = np.array(batching.bucket_sizes(batch_size))
        self._clean = x.reshape(len(x), int(np.prod(question.shape)))

        self.record = result.Record(target, True, question.shape)
        self.record.iterations[:] = 0
        self._x = self.record.adversarial
        self._x[:] = self._clean[self._sample]
        self._domain = self._moves.open_features(self._x)
        pairs = len(target)
        self._last = np.zeros((pairs, 2), np.int64)
        self._gap = np.full(pairs, np.inf)
        self._live = np.ones(pairs, bool)
        self._asked = np.zeros(pairs, bool)

        # Samples from `_first` to `_opened` are under way; those before have ended.
        self._ends = ends
        self._of = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        self._least = np.full(len(ends), _NEVER)
        self._away = np.full(len(ends), np.inf)
        self._first = self._opened = 0

    def run(self) -> result.AttackResult:
        """Take every sample to its nearest target."""
        while len(asked := self._next()):
            self._evaluate(asked)
            if self._progress is not None:
                self._progress(len(self._live) - int(self._live.sum()), len(self._live))
        unseen = np.flatnonzero(self.record.status == _UNSEEN)
        for start in range(0, len(unseen), self._sizes[-1]):
            self._look(unseen[start : start + self._sizes[-1]])
        return self.record.result()

    def _next(self) -> np.ndarray:
        """Return the pairs to evaluate now, as many as the batch holds while there are any.

        Samples whose nearest target is farthest go first: few are left for the end, where batches
        are small.
        """
        asked = np.zeros(0, np.int64)
        while not len(asked) and self._first < len(self._ends):
            self._open()
            within = self._decide()
            asked = within.start + np.flatnonzero(self._asked[within])
        if len(asked) > (batch := self._sizes[-1]):
            asked = asked[np.argsort(-self._away[self._of[asked]], kind="stable")[:batch]]
        return asked

    def _open(self) -> None:
        """Begin samples, each with all of its targets, up to those that are under way at once."""
        opened = min(len(self._ends), self._first + SAMPLES_AT_ONCE)
        if opened > self._opened:
            start = self._ends[self._opened - 1] if self._opened else 0
            self._asked[start : self._ends[opened - 1]] = True
            self._opened = opened

    def _decide(self) -> slice:
        """Say for every sample with nothing asked what it needs; return the pairs under way."""
        start = self._ends[self._first - 1] if self._first else 0
        within = slice(start, self._ends[self._opened - 1])
        of = self._of[within] - self._first
        begins = np.flatnonzero(np.diff(of, prepend=-1))
        live, taken = self._live[within], self.record.iterations[within]
        idle = ~np.logical_or.reduceat(self._asked[within], begins)[of] & live
        least = self._least[self._first : self._opened][of]

        decided = idle & (least < _NEVER)
        self._end(start + np.flatnonzero(decided & (taken == least - 1)), _UNSEEN)
        self._step_back(start + np.flatnonzero(decided & (taken >= least)))

        gap = np.where(live, self._gap[within], np.inf)
        nearest = np.minimum.reduceat(gap, begins)
        self._away[self._first : self._opened] = nearest
        lead = live & (gap == nearest[of])
        lowest = np.minimum.reduceat(np.where(live, taken, _NEVER), begins)[of]
        ahead = np.minimum.reduceat(np.where(lead, taken, _NEVER), begins)[of]
        wanted = np.where(ahead < lowest + AHEAD, lead & (taken == ahead), taken == lowest)
        self._asked[within] |= idle & ~decided & wanted

        alive = np.logical_or.reduceat(self._live[within], begins)
        self._first += int(alive.argmax()) if alive.any() else len(alive)
        return within

    def _evaluate(self, pairs: np.ndarray) -> None:
        """Evaluate pairs where they stand, and take those that go on a step further."""
        record, taken = self.record, self.record.iterations[pairs]
        x, aim = self._batch(pairs)
        step = self._moves.evaluate(x, aim, self._domain[pairs], taken)
        self._asked[pairs] = False
        self._gap[pairs], record.predicted[pairs] = step.gap, step.predicted
        record.predicted_clean[pairs[taken == 0]] = step.predicted[taken == 0]
        hit = np.isin(step.status, (result.SUCCESS, result.ALREADY))
        np.minimum.at(self._least, self._of[pairs[hit]], taken[hit])
        goes_on = step.status == GOES_ON
        self._end(pairs[~goes_on], step.status[~goes_on])
        going = pairs[goes_on]
        self._last[going] = step.picked[goes_on]
        self._moves.change(self._x, self._domain, going, self._last[going])
        record.iterations[going] += 1
        # The budget is spent: only the prediction is left to ask for.
        self._end(going[record.iterations[going] == self._steps], _UNSEEN)

    def _look(self, pairs: np.ndarray) -> None:
        """Ask for the predictions where pairs ended, and nothing else."""
        x, _ = self._batch(pairs)
        logits = self._logits(x.reshape(len(x), *self._shape))[: len(pairs)]
        require_finite(logits=logits)
        predicted = logits.argmax(axis=1)
        self.record.predicted[pairs] = predicted
        hit, spent = predicted == self._target[pairs], self.record.iterations[pairs] == self._steps
        self._end(pairs, np.select([hit, spent], [result.SUCCESS, result.CAP], result.STOPPED))

    def _step_back(self, pairs: np.ndarray) -> None:
        """End pairs at the last point that was evaluated."""
        features = self._last[pairs].T
        self._x[pairs, features] = self._clean[self._sample[pairs], features]
        self.record.iterations[pairs] -= 1
        self._end(pairs, result.STOPPED)

    def _batch(self, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return points and targets of pairs, filled up to a batch size that is in use."""
        size = int(self._sizes[np.searchsorted(self._sizes, len(pairs))])
        rows = np.concatenate([pairs, np.repeat(pairs[:1], size - len(pairs))])
        return self._x[rows], self._target[rows]

    def _end(self, pairs: np.ndarray, status: np.ndarray | str) -> None:
        self.record.status[pairs] = status
        self._live[pairs] = False
