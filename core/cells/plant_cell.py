"""Compute a plant cell: how many of the examples planted in a network an attack finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import keras
import numpy as np

from core import attacks
from core.attacks.engine.balls import Ball
from core.attacks.engine.domain import Domain, domain
from core.attacks.engine.question import Limits, Options, Question
from core.attacks.engine.repair import repaired
from core.cells.where import unit_limits
from core.data.dataset import Dataset, attacked_order
from core.errors import UserError
from core.metrics.distances import distances
from core.model.base import Settings
from core.model.cell import PlantPayload
from core.planting.network import cut, with_readouts, with_sample
from core.planting.readouts import Readout, fitted

INNER = 100
"""Points around each sample that keep its class."""
RANDOM = 10
"""Points for each sample that say how often chance finds an example."""
_AT_ONCE = 1024
_CLEAN, _PLANTED = 0, 1


@dataclass(frozen=True)
class Order:
    """What is to be planted. Equal orders give the same, whatever attack looks for it.

    Attributes: network: key of its cell. checksum: of the data.
    """

    network: str
    checksum: str
    ball: Ball
    samples: int
    classes: tuple[int, ...] | None
    model: keras.Model = field(compare=False, repr=False)
    dataset: Dataset = field(compare=False, repr=False)


@dataclass(frozen=True)
class Planting:
    """A network with planted examples.

    Attributes:
        network: two logits, of inputs with the number of their sample. x: those samples,
            `(m, n)` in unit space. by_chance: share of random points on a planted side.
    """

    network: keras.Model
    x: np.ndarray
    by_chance: float


def plant(
    payload: PlantPayload,
    dataset: Dataset,
    model: keras.Model,
    progress: Callable[..., None],
) -> Settings:
    """Plant an example around each sample, and let the attack look; see `core.cells.cells.compute`.

    A network in which nothing can be planted gives the reason, and is no failure of the run.
    """
    asked = attacks.settings(payload.attack, payload.params)
    ball = Ball(payload.distance, payload.radius, payload.step)
    order = Order(
        payload.network,
        payload.data.checksum,
        ball,
        payload.samples,
        None if payload.classes is None else tuple(payload.classes),
        model,
        dataset,
    )
    try:
        planting = _planted(order)
    except UserError as error:
        return _output(ball, 0, 0, None, str(error))
    m = len(planting.x)
    if not m:
        reason = "no point of the ball could be told from the points around its sample"
        return _output(ball, 0, 0, None, reason)
    numbers = np.arange(m)
    question = Question(
        planting.network,
        with_sample(planting.x, numbers),
        numbers,
        np.full(m, _PLANTED if asked.aims else _CLEAN),
        asked.aims,
        _with_number(unit_limits(dataset)),
    )
    options = Options(
        seed=payload.seed,
        progress=lambda done, total: progress(done, total, "looking for planted examples"),
    )
    result = repaired(asked.run(question, options), question, ball.distance, ball.radius)
    ends = result.adversarial.reshape(m, -1)
    far = distances(question.x, ends, question.limits.cost)[ball.distance]
    found = int((result.success & ball.holds(far)).sum())
    return _output(ball, found, m, planting.by_chance, None)


def _output(
    ball: Ball, found: int, of: int, by_chance: float | None, reason: str | None
) -> Settings:
    counted = {"found": found, "of": of, "by_chance": by_chance, "reason": reason}
    placed = {"distance": ball.distance, "radius": float(ball.radius)}
    return {"artifacts": {}, "metrics": {**counted, **placed}}


@lru_cache(maxsize=1)
def _planted(wanted: Order) -> Planting:
    """Plant one example around each of the first samples; those without room for one are left out.

    Which points are drawn depends on the sample alone, so that every network is asked the same.
    Attacks with the same ball follow each other in a plan: the last planting is kept for them.
    """
    dataset, ball = wanted.dataset, wanted.ball
    parts = cut(wanted.model).in_units(dataset.units)
    order = attacked_order(dataset.y_test, wanted.classes)[: wanted.samples]
    x = dataset.units.to_unit(dataset.x_test[order]).reshape(len(order), -1).astype(np.float32)
    where = domain(x, unit_limits(dataset))
    readouts: list[Readout] = []
    kept: list[int] = []
    chance: list[float] = []
    for start in range(0, len(x), _AT_ONCE // INNER):
        rows = range(start, min(len(x), start + _AT_ONCE // INNER))
        points = [_points(x[row], where, ball, int(order[row])) for row in rows]
        features, logits = _answers(parts.both, np.concatenate(points).reshape(-1, *dataset.shape))
        each = INNER + 1 + RANDOM
        for place, row in enumerate(rows):
            mine, own = (a[place * each : (place + 1) * each] for a in (features, logits))
            readout = fitted(mine[:INNER], mine[INNER], own[: INNER + 1])
            if readout is not None:
                kept.append(row)
                readouts.append(readout)
                chance.append(float((readout(mine[INNER + 1 :]) > 0).mean()))
    if not kept:
        return Planting(wanted.model, x[:0], 0.0)
    return Planting(with_readouts(parts.hidden, readouts), x[kept], float(np.mean(chance)))


def _points(x: np.ndarray, where: Domain, ball: Ball, sample: int) -> np.ndarray:
    """Inner points, the one to plant, and random ones."""
    rng = np.random.default_rng([sample, INNER])
    inner = ball.inner(x, where.mutable, INNER, rng, where)
    return np.concatenate([inner, ball.border(x, where.mutable, 1 + RANDOM, rng, where)])


def _with_number(limits: Limits) -> Limits:
    """The same limits with one more feature, the number of the sample, that never changes."""
    one_more = {"mutable": False, "direction": 0, "group": -1, "total": -1, "cost": 1, "size": 1}
    given = {name: getattr(limits, name) for name in one_more}
    longer = {
        name: None if value is None else np.append(value, one_more[name])
        for name, value in given.items()
    }
    high = limits.high if np.ndim(limits.high) == 0 else np.append(limits.high, 1)
    return replace(limits, high=high, **longer)


def _answers(both: keras.Model, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    features, logits = both.predict_on_batch(points)
    return np.asarray(features), np.asarray(logits)
