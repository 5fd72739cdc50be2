"""Two runs held against each other sample by sample, where they attacked the same ones."""

from __future__ import annotations

import pandas as pd

from core.evaluation.evaluation import Evaluation
from core.metrics import robustness
from core.model.base import Count, Number
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

    Attributes: n: samples that both runs hold and both networks get right. detected: the interval
    leaves out 0.
    """

    metric: Metric
    difference: Number
    low: Number
    high: Number
    n: Count
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
    found = []
    for mine in Evaluation.of(left, extent).attacked:
        match = theirs.get((mine.network, mine.setting))
        if match is None:
            continue
        changed, before = robustness.of_both(
            robustness.per_sample(match.rows, mine.measure), mine.per_sample
        )
        if len(changed) < _FEWEST:
            continue
        metrics: dict[Metric, float] = {"success_rate": 1.0} if mine.every_target else {}
        # An attack inside a ball finds just any example: how far it went says nothing.
        if measures_robustness(mine):
            metrics = {"rho": mine.measure.cap / mine.measure.most, **metrics}
        for metric, most in metrics.items():
            paired = robustness.paired_difference(changed, before, metric, most)
            found.append(
                Paired(
                    defense=mine.defense,
                    defense_params=mine.network.params,
                    temperature=mine.network.temperature,
                    attack=mine.attack,
                    attack_params=mine.params,
                    metric=metric,
                    **paired,
                )
            )
    return found
