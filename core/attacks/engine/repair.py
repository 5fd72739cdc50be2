"""The last look at what an attack returns: tied features where they can be, the network asked.

Attacks that only ask, ascend or follow saliency keep ties on their way, and nothing changes here.
Those that walk through values in between (L-BFGS, Carlini and Wagner) are put right here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.attacks.engine.domain import Domain, domain
from core.attacks.engine.goal import reached
from core.attacks.engine.question import Question
from core.attacks.engine.result import CAP, SUCCESS, AttackResult
from core.metrics.distances import distances
from core.model.base import Distance
from core.networks import training

STRETCHES = (1.0, 1.1, 1.25, 1.5, 2.0)
"""How far along the line from the sample a repaired success of an attack without a budget is
looked for: such attacks stop on the boundary, where the least repair leads back over it."""


def repaired(
    result: AttackResult, question: Question, distance: Distance, budget: float | None
) -> AttackResult:
    """The result at points that the limits allow; itself where no feature is tied to another.

    A success counts where the network gives it at the repaired point, within the budget; a point
    that the repair leads out of the budget goes back to its sample.

    Args: distance, budget: what the attack kept small, and the most of it; None: any.
    """
    where = domain(question.x, question.limits)
    if where.ties is None or not len(question.sample):
        return result
    pairs = len(question.sample)
    clean = question.x[question.sample].reshape(pairs, -1).astype(np.float32)
    points = result.adversarial.reshape(pairs, -1)
    box = where.box(clean)
    if distance == "linf" and budget is not None:
        box = where.linf_box(clean, budget)
    l2 = budget if distance == "l2" else None
    kept, predicted = points.copy(), result.predicted.copy()
    open_pairs = np.flatnonzero((where.joined(points, clean, box, l2) != points).any(axis=1))
    for stretch in STRETCHES if budget is None else STRETCHES[:1]:
        if not len(open_pairs):
            break
        own, limits = clean[open_pairs], (box[0][open_pairs], box[1][open_pairs])
        wanted = own + np.float32(stretch) * (points[open_pairs] - own)
        moved = where.joined(np.clip(wanted, *limits), own, limits, l2)
        moved = np.where(_within(where, own, moved, distance, budget)[:, None], moved, own)
        now = training.logits(question.model, moved.reshape(-1, *question.shape)).argmax(-1)
        hit = reached(now, question.target[open_pairs], question.targeted)
        # A pair that fails at every length keeps the first, which is nearest to where it ended.
        first = stretch == STRETCHES[0]
        taken = hit | first
        kept[open_pairs[taken]], predicted[open_pairs[taken]] = moved[taken], now[taken]
        open_pairs = open_pairs[~hit & result.success[open_pairs]]
    success = reached(predicted, question.target, question.targeted)
    lost, found = result.success & ~success, success & ~result.success
    return replace(
        result,
        adversarial=kept.reshape(result.adversarial.shape),
        predicted=predicted,
        success=success,
        status=np.select([lost, found], [CAP, SUCCESS], result.status),
    )


def _within(where: Domain, clean, moved, distance: Distance, budget: float | None) -> np.ndarray:
    if budget is None:
        return np.ones(len(moved), bool)
    return distances(clean, moved, where.cost)[distance] <= budget * (1 + 1e-6)
