"""Checks of the settings that several attacks have; each raises `UserError` and names the field."""

import numpy as np

from core.attacks.engine.domain import NORMS
from core.errors import UserError
from core.networks.gradients import OBJECTIVES


def require_ball(norm: str, eps: float) -> None:
    """Require a known norm and a radius of 0 or more."""
    if norm not in NORMS:
        raise UserError(f"norm must be one of {', '.join(NORMS)}, got {norm!r}")
    require_not_negative(eps=eps)


def require_loss(loss: str, attack_temperature: float) -> None:
    """Require a loss that gradients know, and a temperature above 0."""
    if loss not in OBJECTIVES:
        raise UserError(f"loss must be one of {', '.join(OBJECTIVES)}, got {loss!r}")
    require_positive(attack_temperature=attack_temperature)


def require_positive(**values: float) -> None:
    """Require finite numbers above 0."""
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise UserError(f"{name} must be a number above 0, got {value}")


def require_not_negative(**values: float) -> None:
    """Require finite numbers of 0 or more."""
    for name, value in values.items():
        if not (np.isfinite(value) and value >= 0):
            raise UserError(f"{name} must be a number of 0 or more, got {value}")
