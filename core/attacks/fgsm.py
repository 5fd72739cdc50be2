"""The fast gradient sign method: one step to the surface of the ball."""

from typing import Any

import keras
import numpy as np

from core.attacks.engine.ascent import ascend
from core.attacks.engine.base import AttackResult


def fgsm(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    loss: str = "margin",
    attack_temperature: float = 1.0,
    norm: str = "linf",
    eps: float,
    **common: Any,
) -> AttackResult:
    """Go eps along the sign of the gradient (Linf) or along the gradient (L2), once.

    Args:
        model, x, sample, target: as in `core.attacks.run`.
        loss: one of `core.networks.gradients.OBJECTIVES`; `"log-probability"` is the paper's.
        attack_temperature: T of softmax(z / T) and of the other losses, above 0.
        norm: `"linf"` or `"l2"`.
        eps: length of the step, in units of the data's scale.
        common: targeted, bounds, mutable, seed (nothing is drawn), batch_size and progress, as in
            `core.attacks.run`.

    Returns:
        An `AttackResult`. Where the step does not reach the goal, the end of the step or the
        sample itself, whichever has the larger margin.

    Raises:
        UserError: as `core.attacks.engine.ascent.ascend`.

    Source: Goodfellow, Shlens & Szegedy, arXiv 1412.6572.
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
        steps=1,
        step_size=eps,
        **common,
    )
