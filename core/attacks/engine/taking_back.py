"""After an attack on few features: those that it did not need are taken back, one by one."""

from dataclasses import replace

import numpy as np

from core.attacks.engine import goal
from core.attacks.engine.batching import bucket_sizes
from core.attacks.engine.domain import domain
from core.attacks.engine.queries import in_batches
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import SUCCESS, AttackResult
from core.networks.gradients import default_batch_size, logits_function


def taken_back(question: Question, options: Options, found: AttackResult) -> AttackResult:
    """Give features of successful pairs their old values while the goal still holds.

    One question a feature and pair, from the smallest change to the largest, once: what is left
    may still hold a feature that could be spared together with another. Features that cannot move
    alone, of one-hot groups and sums, stay as they are. `iterations` counts the questions. Pairs
    that did not succeed, or changed nothing, stay as they are.
    """
    pairs = len(found.status)
    if not pairs:
        return found
    ends = found.adversarial.reshape(pairs, -1).copy()
    clean = question.x.reshape(len(question.x), -1).astype(np.float32)[question.sample]
    changed = ends != clean
    ties = domain(question.x, question.limits).ties
    if ties is not None:
        changed &= ~(ties.grouped | ties.summed)
    predicted, iterations = found.predicted.copy(), found.iterations.copy()
    # Unchanged features come last; a stable order, so that equal changes go by their place.
    size = np.where(changed, np.abs(ends - clean), np.inf)
    order = np.argsort(size, axis=1, kind="stable")
    counts = np.where(found.status == SUCCESS, changed.sum(axis=1), 0)
    sizes = np.array(bucket_sizes(options.batch_size or default_batch_size()))
    ask = in_batches(logits_function(question.model), question.shape, sizes)
    for turn in range(int(counts.max(initial=0))):
        rows = np.flatnonzero(counts > turn)
        feature = order[rows, turn]
        points = ends[rows]
        points[np.arange(len(rows)), feature] = clean[rows, feature]
        answer = ask([points], None)[0].argmax(axis=1)
        holds = goal.reached(answer, question.target[rows], question.targeted)
        kept = rows[holds]
        ends[kept, feature[holds]] = clean[kept, feature[holds]]
        predicted[kept] = answer[holds]
        iterations[rows] += 1
        if options.progress is not None:
            options.progress(pairs, pairs)
    return replace(
        found,
        adversarial=ends.reshape(found.adversarial.shape),
        predicted=predicted,
        iterations=iterations,
    )
