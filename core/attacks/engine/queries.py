"""Attacks that only ask the network: the questions of many pairs are answered in one batch.

A pair's search is a generator: it yields the points it asks about, is sent their logits, and
returns how it ended. Finished searches leave, queued ones take their places.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from core.attacks.engine import batching, result
from core.attacks.engine.goal import reached, require_finite
from core.attacks.engine.question import Options, Question
from core.networks.gradients import default_batch_size, logits_function


@dataclass(frozen=True)
class End:
    """How the search of one pair ended.

    Attributes:
        point: `(n,)` float32, the best point found.
        predicted: the network's prediction there.
        status: one of `result.STATUSES`.
        iterations: steps taken.
    """

    point: np.ndarray
    predicted: int
    status: str
    iterations: int


Search = Generator[np.ndarray, np.ndarray, End]
"""Yields points `(k, n)` float32, k at least 1; is sent their logits `(k, classes)`."""


def run_searches(
    question: Question,
    options: Options,
    search: Callable[[int, np.ndarray], Search],
    at_once: int | None = None,
) -> result.AttackResult:
    """Ask about every unperturbed sample, then search for those that do not fulfil the goal yet.

    Args:
        search: makes the search of a pair from its number and the logits `(classes,)` of its
            unperturbed sample, the first question of every pair.
        at_once: searches that run side by side; None for as many as the batch has points.

    Raises:
        UserError: where the network's logits are not finite.
    """
    x, sample, target, targeted = question.x, question.sample, question.target, question.targeted
    progress = options.progress
    record = result.Record(target, targeted, question.shape)
    pairs = len(sample)
    if not pairs:
        return record.result()
    clean = x.reshape(len(x), -1)
    batch_size = options.batch_size or default_batch_size()
    sizes = np.array(batching.bucket_sizes(batch_size))
    ask = in_batches(logits_function(question.model), question.shape, sizes)

    def whole(pair: int) -> Search:
        start = clean[sample[pair]].astype(np.float32)
        logits = yield start[None]
        predicted = int(logits[0].argmax())
        record.predicted_clean[pair] = predicted
        if reached(predicted, target[pair], targeted):
            return End(start, predicted, result.ALREADY, 0)
        return (yield from search(pair, logits[0]))

    queued, active = 0, []
    while queued < pairs or active:
        while queued < pairs and len(active) < (at_once or batch_size):
            new = whole(queued)
            active.append((queued, new, next(new)))
            queued += 1
        done = queued - len(active)
        tell = None if progress is None else lambda done=done: progress(done, pairs)
        answers = ask([points for _, _, points in active], tell)
        going = []
        for (pair, running, _), answer in zip(active, answers, strict=True):
            try:
                going.append((pair, running, running.send(answer)))
            except StopIteration as stopped:
                end = stopped.value
                record.finish(pair, end.point, end.predicted, end.status, end.iterations)
        active = going
    if progress is not None:
        progress(pairs, pairs)
    return record.result()


def predictions(question: Question, options: Options) -> np.ndarray:
    """Return the predicted classes `(m,)` of the unperturbed samples, asked for no pair."""
    sizes = np.array(batching.bucket_sizes(options.batch_size or default_batch_size()))
    ask = in_batches(logits_function(question.model), question.shape, sizes)
    return ask([question.x.reshape(len(question.x), -1)], None)[0].argmax(axis=1)


def in_batches(logits_of, shape, sizes):
    """Return a function that evaluates many questions in batches of few sizes.

    It takes a list of points `(k, n)` and returns their logits `(k, classes)`, one each, finite.
    """

    def ask(questions: list[np.ndarray], tell: Callable[[], None] | None) -> list[np.ndarray]:
        points = np.concatenate(questions)
        answers = []
        for start in range(0, len(points), sizes[-1]):
            part = points[start : start + sizes[-1]]
            filled = np.empty((sizes[np.searchsorted(sizes, len(part))], *shape), np.float32)
            filled.reshape(len(filled), -1)[: len(part)] = part
            # Points the network has seen fill the batch; their answers are dropped.
            filled.reshape(len(filled), -1)[len(part) :] = part[0]
            answers.append(logits_of(filled)[: len(part)])
            if tell is not None:
                tell()
        logits = np.concatenate(answers)
        require_finite(logits=logits)
        return np.split(logits, np.cumsum([len(q) for q in questions])[:-1])

    return ask
