"""The basic iterative method: FGSM in small steps, from the sample itself."""

from typing import Any

import keras
import numpy as np

from core.attacks.engine.ascent import ascend
from core.attacks.engine.base import AttackResult


def bim(
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
    **common: Any,
) -> AttackResult:
    """Take small steepest steps from the sample and stay in the ball; nothing is drawn.

    Args:
        model, x, sample, target: as in `core.attacks.run`.
        loss: one of `core.networks.gradients.OBJECTIVES`; `"log-probability"` is the paper's.
        attack_temperature: T of softmax(z / T) and of the other losses, above 0.
        norm: `"linf"` or `"l2"`, of the ball and of the steps.
        eps: radius of the ball, in units of the data's scale.
        steps: most steps, at least 1.
        step_size: length of a step, in units of the data's scale.
        common: targeted, bounds, mutable, seed, batch_size and progress, as in
            `core.attacks.run`.

    Returns:
        An `AttackResult` with the first success, or the point of the largest margin.

    Raises:
        UserError: as `core.attacks.engine.ascent.ascend`.

    Source: Kurakin, Goodfellow & Bengio, arXiv 1607.02533.
    """
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
        **common,
    )
