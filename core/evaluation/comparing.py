"""One attack on two networks, held against each other; and what many comparisons detect."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from core.evaluation.attacked import Attacked
from core.metrics import pairing
from core.metrics.intervals.words import LEVEL, Decision, holm


def comparisons(one: Attacked, other: Attacked) -> dict[str, pairing.Compared]:
    """The first minus the second over the inputs that both networks get right, by metric.

    Args: one, other: the same attack with the same settings.
    Returns: `rho` where the attack looks for the closest example, and `success_rate` where every
    target was tried; {} where no input is right in both.
    """
    found: dict[str, pairing.Compared | None] = {}
    if one.facts.looks_for_closest:
        cap = one.measure.cap / one.measure.most
        found["rho"] = pairing.difference(one.per_sample, other.per_sample, "rho", cap, 1.0)
    if one.every_target:
        if one.setting.own_targets:
            shares = (each.per_sample.assign(censored=False) for each in (one, other))
            found["success_rate"] = pairing.difference(*shares, "success_rate", 1.0, 1.0)
        else:
            reached = one.reached(by_pair=True), other.reached(by_pair=True)
            found["success_rate"] = pairing.success_difference(*reached)
    return {metric: each for metric, each in found.items() if each is not None}


def detections(
    found: Sequence[tuple[Hashable, pairing.Compared]],
) -> list[tuple[float, Decision]]:
    """What may be called detected where all of these are looked at together.

    Args: found: each comparison with what it is about. Two that are about the same and agree on
        every sample, as the same attack in other arithmetic may, count once.
    Returns: for each its p-value after Holm's correction, and the word that its interval allows,
    where that is at most 5 %; else `not decided`.
    """
    keys = [(about, compared.content) for about, compared in found]
    distinct = {key: compared.p for key, (_, compared) in zip(keys, found, strict=True)}
    adjusted = dict(zip(distinct, holm(list(distinct.values())), strict=True))
    return [
        (adjusted[key], compared.word if adjusted[key] <= LEVEL else "not decided")
        for key, (_, compared) in zip(keys, found, strict=True)
    ]
