"""Where attacks on a data set may go, in its own units and in unit space."""

from __future__ import annotations

from core.attacks.engine.question import Limits
from core.data.dataset import Dataset


def own_limits(dataset: Dataset) -> Limits:
    """In the data's own units."""
    return Limits(
        dataset.low,
        dataset.high,
        dataset.mutable,
        dataset.direction,
        dataset.group,
        dataset.total,
        dataset.cost,
    )


def unit_limits(dataset: Dataset) -> Limits:
    """In unit space, see `core.data.units`."""
    units = dataset.units
    plain = dataset.unit == "range"
    return Limits(
        0.0,
        1.0 if plain else units.reach.astype("float32"),
        dataset.mutable,
        dataset.direction,
        dataset.group,
        dataset.total,
        dataset.cost,
        None if plain and dataset.total is None else units.size,
    )
