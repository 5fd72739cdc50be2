"""Attacks on networks, by name; one attack a file, all with one signature.

Importing this package imports no Keras: an attack's module is imported when it runs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np

    from core.attacks.engine.base import AttackResult

# Attack name: (module, function, what the name fixes).
ATTACKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    **{
        name: ("core.attacks.jsma.jsma", "jsma", {"variant": name})
        for name in ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")
    },
    "fgsm": ("core.attacks.fgsm", "fgsm", {}),
    "bim": ("core.attacks.bim", "bim", {}),
    "pgd": ("core.attacks.pgd", "pgd", {}),
    "noise": ("core.attacks.noise", "noise", {}),
    "cw-l2": ("core.attacks.cw_l2", "cw_l2", {}),
    "cw-l0": ("core.attacks.cw_l0", "cw_l0", {}),
    "lbfgs": ("core.attacks.lbfgs", "lbfgs", {}),
    "genetic": ("core.attacks.genetic", "genetic", {}),
    "decision": ("core.attacks.decision", "decision", {}),
    "transfer": ("core.attacks.transfer", "transfer", {}),
}


def run(
    name: str,
    model: keras.Model,
    x: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    *,
    bounds: tuple,
    mutable: np.ndarray | None,
    params: dict[str, Any],
    targeted: bool = True,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    batch_size: int | None = None,
) -> AttackResult:
    """Run the attack of that name on every (sample, target) pair.

    Args:
        name: a key of `ATTACKS`.
        model: Keras model that ends in logits.
        x: `(m, *shape)` unperturbed samples within the bounds.
        sample: `(pairs,)` integers, which sample each pair attacks.
        target: `(pairs,)` integers, the class to reach or, untargeted, the label to leave.
        bounds: lowest and highest value, scalars or `(n,)` arrays.
        mutable: `(n,)` bool, the features that may be changed; None for all.
        params: the attack's own settings, for JSMA `budget` (features) and `theta`.
        targeted: success is that the target is predicted; otherwise that it is not.
        seed: of the attacks that draw; a pair's draws depend on it, its sample and its target.
        progress: called with pairs done and pairs in all; what it raises ends the attack.
        batch_size: pairs evaluated at once; None picks it by device.

    Returns:
        An `AttackResult`, one entry a pair.

    Raises:
        UserError: if no attack has that name, or as the attack itself says.
    """
    if name not in ATTACKS:
        raise UserError(f"attack {name!r} is unknown; choose one of {', '.join(sorted(ATTACKS))}")
    module, function, fixed = ATTACKS[name]
    attack = getattr(importlib.import_module(module), function)
    return attack(
        model,
        x,
        sample,
        target,
        targeted=targeted,
        seed=seed,
        bounds=bounds,
        mutable=mutable,
        progress=progress,
        batch_size=batch_size,
        **fixed,
        **params,
    )
