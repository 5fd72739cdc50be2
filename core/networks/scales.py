"""Which scale of its inputs a given network takes, measured on data that is not attacked.

Many networks scale their inputs themselves, so nobody can tell from the outside whether they want
0 to 255, 0 to 1 or -1 to 1. What each scale is taken to mean for a run is decided by the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from scipy.special import betainc

from core.data.dataset import Dataset, class_balanced_order
from core.data.units import Units
from core.model.base import Number
from core.model.reading import Reading, ScaleName
from core.networks import training
from core.networks.units import alike

MOST_INPUTS, FEWEST_INPUTS = 1_000, 30
MOST_VALUES, ENOUGH_INPUTS = 2**24, 100
"""Large images are taken fewer, but not fewer than enough to tell scales apart."""
SURE = 0.01
"""Another scale is taken only where chance says so in fewer than this share of cases."""


@dataclass(frozen=True)
class Scale:
    """One way to hand values over.

    Attributes:
        name: what a spec calls it.
        at_low, at_high: of a feature at its lowest and its highest value; None: as the data are.
    """

    name: ScaleName
    at_low: Number | None
    at_high: Number | None


@dataclass(frozen=True)
class Held:
    """Inputs that are kept apart from what is attacked, class-balanced.

    Attributes: what: in words; apart: whether none of them is attacked.
    """

    x: np.ndarray
    y: np.ndarray
    what: str
    apart: bool


def scales(dataset: Dataset) -> list[Scale]:
    """The scales that differ on these data, the one that is used without a choice first."""
    stored = dataset.stored
    as_stored = Scale("stored", *(map(float, stored) if stored else (None, None)))
    ends = {(float(low), float(high)) for low, high in ([stored] if stored else _ranges(dataset))}
    named = (Scale("unit", 0.0, 1.0), Scale("signed", -1.0, 1.0), Scale("bytes", 0.0, 255.0))
    unit, *others = [one for one in named if one.name == "unit" or ends != {_ends(one)}]
    if stored:
        return [unit, as_stored, *others]
    return [as_stored, *([] if ends == {_ends(unit)} else [unit]), *others]


def named(dataset: Dataset, name: ScaleName) -> Scale:
    """The scale that a spec asks for; one that is that of the file's values, as those."""
    found = {one.name: one for one in scales(dataset)}
    return found.get(name, found["stored"])


def _ends(scale: Scale) -> tuple[float | None, float | None]:
    return scale.at_low, scale.at_high


def kept_apart(dataset: Dataset, attacked: int) -> Held:
    """Training inputs; without any, test inputs behind those that are attacked; else all of them.

    Args: attacked: test inputs, the first in class-balanced order.
    """
    most = max(ENOUGH_INPUTS, MOST_VALUES // int(np.prod(dataset.shape)))
    most = min(MOST_INPUTS, most)
    if len(dataset.x_train):
        order = class_balanced_order(dataset.y_train)[:most]
        return Held(dataset.x_train[order], dataset.y_train[order], "training inputs", True)
    order = class_balanced_order(dataset.y_test)
    behind = order[attacked:]
    if len(behind) >= FEWEST_INPUTS:
        rows = behind[:most]
        what = "test inputs that are not attacked"
        return Held(dataset.x_test[rows], dataset.y_test[rows], what, True)
    rows = order[:most]
    return Held(dataset.x_test[rows], dataset.y_test[rows], "test inputs", False)


def handed_over(x: np.ndarray, scale: Scale, units: Units) -> np.ndarray:
    """Inputs `(b, *shape)` of the data as a network on this scale gets them, float32."""
    if scale.at_low is None or scale.at_high is None:
        return x
    slope, offset = _affine(scale.at_low, scale.at_high, units)
    flat = x.reshape(len(x), -1) * slope + offset
    return flat.astype(np.float32).reshape(x.shape)


def clearly_better(right: np.ndarray, usual: np.ndarray) -> bool:
    """Whether more answers are right, and by McNemar's exact test not by chance.

    Args: right, usual: bool `(n,)`, on the same inputs.
    """
    gained, lost = int((right & ~usual).sum()), int((usual & ~right).sum())
    return gained > lost and mcnemar(gained, lost) < SURE


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided p-value of the exact test of McNemar: of a fair coin that fell so or further."""
    tosses, more = gained + lost, max(gained, lost)
    if 2 * more <= tosses:
        return 1.0
    # P(at least `more` heads) of a binomial variable, as an incomplete beta function.
    return min(1.0, 2 * float(betainc(more, tosses - more + 1, 0.5)))


def on_scale(model: keras.Model, reading: Reading, units: Units) -> keras.Model:
    """The network with an affine layer in front, so that it takes the data as they are."""
    if reading.at_low is None or reading.at_high is None:
        return model
    slope, offset = _affine(reading.at_low, reading.at_high, units)
    if (slope == 1).all() and (offset == 0).all():
        return model
    (taken,) = model.inputs
    shape = tuple(taken.shape[1:])
    given = keras.Input(shape)
    layer = keras.layers.Rescaling(alike(slope, shape), offset=alike(offset, shape))
    return keras.Model(given, model(layer(given)))


def answers(model: keras.Model, held: Held, scale: Scale, units: Units) -> np.ndarray:
    """What the network answers on this scale, classes `(n,)`."""
    return training.logits(model, handed_over(held.x, scale, units)).argmax(-1)


def _ranges(dataset: Dataset) -> Any:
    mutable = dataset.mutable
    return zip(dataset.low[mutable], dataset.high[mutable], strict=True)


def _affine(at_low: float, at_high: float, units: Units) -> tuple[np.ndarray, np.ndarray]:
    """Slope and offset of each feature, float32 `(n,)`; a constant one stands at its lowest."""
    span = units.span
    slope = np.where(span > 0, (at_high - at_low) / np.where(span > 0, span, 1), 0)
    offset = at_low - slope * units.low
    return slope.astype(np.float32), offset.astype(np.float32)
