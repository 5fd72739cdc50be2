"""Projected gradient descent: BIM from random starts in the ball."""

from typing import Any

import keras
import numpy as np

from core.attacks.engine.ascent import ascend
from core.attacks.engine.base import AttackResult
from core.attacks.engine.checks import require_positive


def pgd(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    loss: str = "margin",
    attack_temperature: float = 1.0,
    norm: str = "linf",
    eps: float,
    steps: int,
    step_size: float,
    restarts: int = 1,
    stop_early: bool = True,
    **common: Any,
) -> AttackResult:
    """Take small steepest steps from random starts; only pairs that still fail start again.

    A start is drawn uniformly from the ball and clipped to the bounds.

    Args:
        model, x, sample, target: as in `core.attacks.run`.
        loss: one of `core.networks.gradients.OBJECTIVES`; `"log-probability"` is the paper's.
        attack_temperature: T of softmax(z / T) and of the other losses, above 0.
        norm: `"linf"` or `"l2"`, of the ball and of the steps.
        eps: radius of the ball, in units of the data's scale.
        steps: most steps of each run, at least 1.
        step_size: length of a step, in units of the data's scale.
        restarts: number of random starts in all, at least 1.
        stop_early: end a pair at its first success; False takes every step of every start, also
            of pairs fulfilled from the beginning, and returns the point of the largest margin.
        common: targeted, bounds, mutable, seed, batch_size and progress, as in
            `core.attacks.run`.

    Returns:
        An `AttackResult` with the first success, or the point of the largest margin.

    Raises:
        UserError: as `core.attacks.engine.ascent.ascend`.

    Source: Madry et al., arXiv 1706.06083.
    """
    require_positive(restarts=restarts)
    return ascend(
        model,
        x,
        sample,
        target,
        loss=loss,
        attack_temperature=attack_temperature,
        norm=norm,
        eps=eps,
        steps=steps,
        step_size=step_size,
        restarts=restarts,
        stop_early=stop_early,
        **common,
    )
