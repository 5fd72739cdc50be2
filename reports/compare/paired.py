"""Two runs held against each other sample by sample, where they attacked the same ones."""

from __future__ import annotations

import pandas as pd

from core.evaluation.attacked import Attacked
from core.evaluation.comparing import comparisons, detections
from core.evaluation.evaluation import Evaluation
from core.metrics.pairing import Compared
from core.model.base import Count, Number, Share
from core.model.results import Results
from core.model.subject import OfAttack
from reports.prose.distances import measures_robustness
from reports.prose.reading import Metric

Loaded = tuple[Results, pd.DataFrame]
"""Results and the tidy table of a run."""

_FEWEST = 10
"""Samples that two runs must share and get right; an interval over fewer says nothing."""


class Paired(OfAttack):
    """One run minus another under an attack on a network, paired by sample.

    Attributes:
        n: samples that both runs hold and both networks get right.
        p, adjusted, bounded, borderline: as of `core.model.rows.Difference`, corrected for all
            differences between the two runs.
        other_seeds: the two networks share no seed: they differ by the luck of training at least.
        detected: the interval leaves out 0 after the correction, and a seed is shared.
    """

    metric: Metric
    difference: Number
    low: Number
    high: Number
    n: Count
    p: Share | None = None
    adjusted: Share | None = None
    bounded: bool = False
    borderline: bool = False
    other_seeds: bool = False
    detected: bool


def differences(first: Loaded, second: Loaded) -> list[Paired]:
    """Second run minus first, for every network and attack that both hold, on shared samples.

    Over the inputs that both networks get right. Empty when the runs share too few of them, or
    the data are others.
    """
    (one, left), (other, right) = first, second
    if left.empty or right.empty or one.data.checksum != other.data.checksum:
        return []
    extent = one.data.extent
    theirs = {(o.network, o.setting): o for o in Evaluation.of(right, extent).attacked}
    made = [
        (mine, match, metric, compared)
        for mine in Evaluation.of(left, extent).attacked
        for match in [theirs.get((mine.network, mine.setting))]
        if match is not None
        for metric, compared in _between(match, mine).items()
    ]
    together = detections(
        [((mine.network, metric), compared) for mine, _, metric, compared in made]
    )
    found = []
    for (mine, match, metric, compared), (adjusted, word) in zip(made, together, strict=True):
        other_seeds = set(mine.seeds).isdisjoint(match.seeds)
        found.append(
            Paired(
                defense=mine.defense,
                defense_params=mine.network.params,
                temperature=mine.network.temperature,
                attack=mine.attack,
                attack_params=mine.params,
                metric=metric,
                **compared.fields,
                adjusted=adjusted,
                other_seeds=other_seeds,
                borderline=word == "borderline" and not other_seeds,
                detected=word in ("above", "below") and not other_seeds,
            )
        )
    return found


def _between(changed: Attacked, before: Attacked) -> dict[Metric, Compared]:
    """By metric; {} where too few samples are right in both."""
    found = comparisons(changed, before)
    # An attack inside a ball finds just any example: how far it went says nothing.
    metrics: tuple[Metric, ...] = ("rho", "success_rate")
    shown = metrics if measures_robustness(before) else metrics[1:]
    return {name: found[name] for name in shown if name in found and found[name].n >= _FEWEST}
