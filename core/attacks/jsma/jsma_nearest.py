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
from core.attacks.engine.goal import require_finite
from core.attacks.engine.pairs import AttackedPairs
from core.attacks.engine.question import Options, Question
from core.attacks.jsma.jsma_steps import GOES_ON, JsmaPlan, JsmaSteps
from core.networks.gradients import logits_function

AHEAD = 2
SAMPLES_AT_ONCE = 128
_UNSEEN = "unseen"
_NEVER = np.iinfo(np.int64).max


class NearestTargets(AttackedPairs):
    """The pairs of an attack, of each sample only as far as its nearest target.

    These are no slots of `batching.run_queue`: there a pair in a slot takes a step whenever the
    batch does, until it ends. Here a pair waits, its point kept, for what the other targets of its
    sample show, more pairs are under way than a batch holds, and the samples that are farthest
    from an end are asked first.

    Args:
        question, options: as for every attack. plan: what the steps follow.
        ends: ascending, how many pairs there are up to the last of each sample.

    Attributes:
        record: the results so far; its points are those that the pairs have reached.
    """

    def __init__(self, question: Question, options: Options, plan: JsmaPlan, ends: np.ndarray):
        super().__init__(question, options)
        self._most = plan.most
        self._logits = logits_function(question.model)
        self._moves = JsmaSteps(question, self.limits, plan)
        self._sizes = np.array(batching.bucket_sizes(self.batch_size))

        # Of each pair: its point, the features still open, the two that changed last, how far its
        # target is from being predicted, whether it goes on, and whether it is to be evaluated.
        pairs = len(self.target)
        self.record.iterations[:] = 0
        self._x = self.record.adversarial
        self._x[:] = self.clean[self.sample]
        self._open = self._moves.open_features(self._x)
        self._last = np.zeros((pairs, 2), np.int64)
        self._gap = np.full(pairs, np.inf)
        self._live = np.ones(pairs, bool)
        self._asked = np.zeros(pairs, bool)

        # Of each sample: where its pairs end, the fewest steps in which a target was reached, and
        # the gap of its nearest target. `_sample_of` gives the place of a pair's sample in these.
        self._ends = ends
        self._sample_of = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        self._least = np.full(len(ends), _NEVER)
        self._away = np.full(len(ends), np.inf)
        # Samples from `_first_under_way` up to `_first_waiting` are under way.
        self._first_under_way = self._first_waiting = 0

    def run(self) -> result.AttackResult:
        """Take every sample to its nearest target."""
        while len(asked := self._next()):
            self._evaluate(asked)
            if self.progress is not None:
                self.progress(len(self._live) - int(self._live.sum()), len(self._live))
        unseen = np.flatnonzero(self.record.status == _UNSEEN)
        for start in range(0, len(unseen), self.batch_size):
            self._look(unseen[start : start + self.batch_size])
        return self.record.result()

    def _next(self) -> np.ndarray:
        """Return the pairs to evaluate now, as many as the batch holds while there are any.

        Samples whose nearest target is farthest go first: few are left for the end, where batches
        are small.
        """
        asked = np.zeros(0, np.int64)
        while not len(asked) and self._first_under_way < len(self._ends):
            self._begin_samples()
            within = self._decide()
            asked = within.start + np.flatnonzero(self._asked[within])
        if len(asked) > self.batch_size:
            farthest = np.argsort(-self._away[self._sample_of[asked]], kind="stable")
            asked = asked[farthest[: self.batch_size]]
        return asked

    def _begin_samples(self) -> None:
        """Begin samples, each with all of its targets, up to those that are under way at once."""
        most = min(len(self._ends), self._first_under_way + SAMPLES_AT_ONCE)
        if most > self._first_waiting:
            begin, end = self._pairs_before(self._first_waiting), self._pairs_before(most)
            self._asked[begin:end] = True
            self._first_waiting = most

    def _pairs_before(self, sample: int) -> int:
        """Return how many pairs the samples before this one have."""
        return int(self._ends[sample - 1]) if sample else 0

    def _decide(self) -> slice:
        """Say for every sample with nothing asked what it needs; return the pairs under way."""
        start = self._pairs_before(self._first_under_way)
        within = slice(start, self._pairs_before(self._first_waiting))
        of = self._sample_of[within] - self._first_under_way
        begins = np.flatnonzero(np.diff(of, prepend=-1))
        live, taken = self._live[within], self.record.iterations[within]
        idle = ~np.logical_or.reduceat(self._asked[within], begins)[of] & live
        least = self._least[self._first_under_way : self._first_waiting][of]

        decided = idle & (least < _NEVER)
        self._end(start + np.flatnonzero(decided & (taken == least - 1)), _UNSEEN)
        self._step_back(start + np.flatnonzero(decided & (taken >= least)))

        gap = np.where(live, self._gap[within], np.inf)
        nearest = np.minimum.reduceat(gap, begins)
        self._away[self._first_under_way : self._first_waiting] = nearest
        lead = live & (gap == nearest[of])
        lowest = np.minimum.reduceat(np.where(live, taken, _NEVER), begins)[of]
        ahead = np.minimum.reduceat(np.where(lead, taken, _NEVER), begins)[of]
        wanted = np.where(ahead < lowest + AHEAD, lead & (taken == ahead), taken == lowest)
        self._asked[within] |= idle & ~decided & wanted

        alive = np.logical_or.reduceat(self._live[within], begins)
        self._first_under_way += int(alive.argmax()) if alive.any() else len(alive)
        return within

    def _evaluate(self, pairs: np.ndarray) -> None:
        """Evaluate pairs where they stand, and take those that go on a step further."""
        record, taken = self.record, self.record.iterations[pairs]
        x, aim = self._batch(pairs)
        step = self._moves.evaluate(x, aim, self._open[pairs], taken)
        self._asked[pairs] = False
        self._gap[pairs], record.predicted[pairs] = step.gap, step.predicted
        record.predicted_clean[pairs[taken == 0]] = step.predicted[taken == 0]
        hit = np.isin(step.status, (result.SUCCESS, result.ALREADY))
        np.minimum.at(self._least, self._sample_of[pairs[hit]], taken[hit])
        goes_on = step.status == GOES_ON
        self._end(pairs[~goes_on], step.status[~goes_on])
        going = pairs[goes_on]
        self._last[going] = step.picked[goes_on]
        self._moves.change(self._x, self._open, going, self._last[going])
        record.iterations[going] += 1
        # The budget is spent: only the prediction is left to ask for.
        self._end(going[record.iterations[going] == self._most], _UNSEEN)

    def _look(self, pairs: np.ndarray) -> None:
        """Ask for the predictions where pairs ended, and nothing else."""
        x, _ = self._batch(pairs)
        logits = self._logits(x.reshape(len(x), *self.shape))[: len(pairs)]
        require_finite(logits=logits)
        predicted = logits.argmax(axis=1)
        self.record.predicted[pairs] = predicted
        hit, spent = predicted == self.target[pairs], self.record.iterations[pairs] == self._most
        self._end(pairs, np.select([hit, spent], [result.SUCCESS, result.CAP], result.STOPPED))

    def _step_back(self, pairs: np.ndarray) -> None:
        """End pairs at the last point that was evaluated."""
        features = self._last[pairs].T
        self._x[pairs, features] = self.clean[self.sample[pairs], features]
        self.record.iterations[pairs] -= 1
        self._end(pairs, result.STOPPED)

    def _batch(self, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return points and targets of pairs, filled up to a batch size that is in use."""
        size = int(self._sizes[np.searchsorted(self._sizes, len(pairs))])
        rows = np.concatenate([pairs, np.repeat(pairs[:1], size - len(pairs))])
        return self._x[rows], self.target[rows]

    def _end(self, pairs: np.ndarray, status: np.ndarray | str) -> None:
        self.record.status[pairs] = status
        self._live[pairs] = False
