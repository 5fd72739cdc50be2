"""Ask a network on every scale, and say which it takes."""

from __future__ import annotations

import keras
import numpy as np

from core.data.dataset import Dataset
from core.metrics.intervals.exact import clopper_pearson
from core.model.reading import ScaleFound, ScaleName, Tried
from core.networks import scales
from core.networks.scales import Held

POOR = 0.6
"""Below this accuracy other causes than the scale are looked for."""
CLEARLY = 1.5
"""Another order of classes or channels is told where it is right so many times as often."""


def found(
    model: keras.Model,
    dataset: Dataset,
    attacked: int,
    asked: ScaleName | None,
    *,
    looked_up: bool = False,
) -> ScaleFound:
    """The scale on which a network works on these data.

    The usual one stays unless another is right more often, and than by chance, and McNemar's exact
    test is sure of it.

    Args: model: in logits, on the data's shape. attacked: test inputs that will be attacked.
        asked: the scale that a spec asks for, which is taken whatever its accuracy.
        looked_up: the network looks whole numbers up, which are then as they are stored: on another
            scale it would look where nothing is.
    """
    held = scales.kept_apart(dataset, attacked)
    every = scales.scales(dataset)
    if looked_up:
        every = [scales.named(dataset, asked or "stored")]
    answers = [scales.answers(model, held, one, dataset.units) for one in every]
    right = [given == held.y for given in answers]
    best = max(range(len(every)), key=lambda place: right[place].mean())
    chance = float(np.bincount(held.y).max() / len(held.y))
    # Where every answer is wrong, guessing is better, and no sign of the right scale.
    above, _ = clopper_pearson(int(right[best].sum()), len(held.y))
    taken = best if above > chance and scales.clearly_better(right[best], right[0]) else 0
    if asked is not None:
        taken = every.index(scales.named(dataset, asked))
    order, channels = None, None
    if right[taken].mean() < POOR:
        likely = max(1.0 / dataset.classes, float(right[best].mean())) * CLEARLY
        order = _if_more(
            max(_in_another_order(given, held.y, dataset.classes) for given in answers), likely
        )
        if held.x.ndim == 4 and held.x.shape[-1] == 3:
            turned = Held(held.x[..., ::-1], held.y, held.what, held.apart)
            exchanged = [scales.answers(model, turned, one, dataset.units) for one in every]
            shares = [float((given == held.y).mean()) for given in exchanged]
            channels = _if_more(max(shares), likely)
    return ScaleFound(
        tried=[
            Tried(
                scale=one.name,
                at_low=one.at_low,
                at_high=one.at_high,
                accuracy=float(hits.mean()),
            )
            for one, hits in zip(every, right, strict=True)
        ],
        taken=every[taken].name,
        inputs=len(held.y),
        what=held.what,
        apart=held.apart,
        chance=chance,
        other_order=order,
        other_channels=channels,
    )


def _in_another_order(answers: np.ndarray, labels: np.ndarray, classes: int) -> float:
    """Share that is right once each answer is read as the label that fits best, one to one."""
    from scipy.optimize import linear_sum_assignment

    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (answers, labels), 1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return float(counts[rows, columns].sum() / len(labels))


def _if_more(share: float, likely: float) -> float | None:
    return share if share >= max(POOR, likely) else None
