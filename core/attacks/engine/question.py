"""What an attack is asked, and how it is to go about it: two plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Limits:
    """Where adversarial examples may lie.

    Attributes:
        low, high: lowest and highest value, for all features or `(n,)` one each, in row-major
            order.
        mutable: `(n,)` bool, the features that may be changed; None for all.
        direction: `(n,)` ints, +1 for features that may only rise, -1 for those that may only
            fall, 0 for both; None for all.
        group, total: `(n,)` ints, the number of the one-hot group whose columns change together,
            and of the sum that a feature keeps with others; -1 and None: no such tie.
        cost: `(n,)`, above 0, what each changed feature counts in L0; None: 1.
        size: `(n,)` above 0, what 1 here is in the data's own units, in which sums are kept, where
            `low` to `high` is the whole range of which JSMA's theta is a fraction; None: 1, and
            theta is a change in these units.
    """

    low: float | np.ndarray = 0.0
    high: float | np.ndarray = 1.0
    mutable: np.ndarray | None = None
    direction: np.ndarray | None = None
    group: np.ndarray | None = None
    total: np.ndarray | None = None
    cost: np.ndarray | None = None
    size: np.ndarray | None = None


@dataclass(frozen=True)
class Question:
    """Which network is to be fooled, and by which (sample, target) pairs.

    Attributes:
        model: Keras model that ends in logits.
        x: `(m, *shape)` unperturbed samples within the limits.
        sample: `(pairs,)` integers, which sample each pair attacks.
        target: `(pairs,)` integers, the class to reach or, untargeted, the label to leave.
        targeted: success is that the target is predicted; otherwise that it is not.
        limits: where adversarial examples may lie.
        source: the network on which `transfer` makes its examples, in logits, same inputs.
    """

    model: keras.Model
    x: np.ndarray
    sample: np.ndarray
    target: np.ndarray
    targeted: bool = True
    limits: Limits = field(default_factory=Limits)
    source: keras.Model | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return self.x.shape[1:]


@dataclass(frozen=True)
class Options:
    """How an attack goes about it; nothing here changes what a result means.

    Attributes:
        seed: of the attacks that draw; a pair's draws depend on it, its sample and its target.
        batch_size: pairs, or points, evaluated at once; None picks it by device.
        progress: called with pairs done and pairs in all; what it raises ends the attack.
        steps_per_visit: steps that an attack on the device takes between two looks of the host;
            1 keeps it on the host; None picks it by device.
    """

    seed: int = 0
    batch_size: int | None = None
    progress: Progress | None = None
    steps_per_visit: int | None = None
