"""Transfer: adversarial examples made on one network, shown to another.

A defence that only hides its gradients does not stop examples made elsewhere. Source: Papernot,
McDaniel, Goodfellow, arXiv 1605.07277; CW16.
"""

import dataclasses

import keras
import numpy as np

from core.attacks.engine import base, batching
from core.attacks.pgd import pgd
from core.networks import training


def transfer(
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    targeted: bool,
    source: keras.Model,
    norm: str,
    eps: float,
    steps: int,
    bounds: tuple = (0.0, 1.0),
    mutable: np.ndarray | None = None,
    seed: int = 0,
    batch_size: int | None = None,
    progress: batching.Progress | None = None,
) -> base.AttackResult:
    """PGD on the margin of `source`, all steps taken, then one look at what `model` says.

    An example that just fools its own network rarely fools another, so the point with the
    largest margin is taken, not the first success.

    Args:
        model: the network that is attacked, in logits; its gradients are never asked for.
        source: the network whose gradients are followed, in logits, for the same inputs.
        norm, eps, steps: as for `pgd`, one random start; the other arguments as for every attack.

    Returns:
        An `AttackResult` of `model`; `iterations` counts steps on the source.
    """
    made = pgd(
        source,
        x,
        sample,
        target,
        targeted=targeted,
        loss="margin",
        attack_temperature=1.0,
        norm=norm,
        eps=eps,
        steps=steps,
        step_size=2.5 * eps / steps,
        restarts=1,
        stop_early=False,
        bounds=bounds,
        mutable=mutable,
        seed=seed,
        batch_size=batch_size,
        progress=progress,
    )
    clean = training.logits(model, x).argmax(-1)[sample]
    already = (clean == target) if targeted else (clean != target)
    shape = (-1, *[1] * (x.ndim - 1))
    adversarial = np.where(already.reshape(shape), x[sample], made.adversarial)
    predicted = training.logits(model, adversarial).argmax(-1)
    success = (predicted == target) if targeted else (predicted != target)
    status = np.where(success, base.SUCCESS, base.CAP)
    return dataclasses.replace(
        made,
        adversarial=adversarial.astype(np.float32),
        predicted=predicted,
        success=success,
        status=np.where(already, base.ALREADY, status),
        iterations=np.where(already, 0, made.iterations),
        predicted_clean=clean,
    )
