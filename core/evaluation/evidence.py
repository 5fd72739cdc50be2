"""What stands beside the summary: strongest attack, security curves, class matrices.

Pure functions over one run's evaluation; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from core.criteria.metric import same_radius
from core.evaluation.attacked import Attacked, whole
from core.evaluation.evaluation import Evaluation
from core.evaluation.radii import Radius
from core.metrics import counted, curves, kept, matrices, pairing, strongest
from core.model.base import Distance
from core.model.data import Extent
from core.model.identity import AttackId, NetworkId
from core.model.rows import Closest, Curve, Matrices, Quantile, Spread, WithinBudget

MOST_CLASSES = 20
"""Matrices of more classes than this are not worth a reader's time, nor the space."""

_SAMPLE = ["seed", "sample"]
_SIZE_OF_BALL = ("eps", "step_size", "budget")


def closest(evaluation: Evaluation) -> list[Closest]:
    """Per network and distance: the mean over samples of the least that any attack needed.

    Once for each distance in which an attack looked for the closest example. Successes of all
    attacks count, with how far they went; one inside a ball says nothing where it failed.
    """
    pools = list(_pools(evaluation))
    tables = [strongest.strongest(table, distance) for _, distance, table in pools]
    found = []
    for (first, distance, rows), table in zip(pools, tables, strict=True):
        gain = pairing.NONE if first.network.undefended else None
        for (other, other_distance, other_rows), reference in zip(pools, tables, strict=True):
            same = (other.dataset, other_distance) == (first.dataset, distance)
            if same and other.network.undefended and other.network != first.network:
                cap = float(max(rows["cap"].max(), other_rows["cap"].max()))
                most = first.extent.of(distance)
                gain = pairing.gain(table, reference, "distance", cap, most)
        found.append(_closest(first, distance, rows, gain))
    return found


def _closest(
    first: Attacked,
    distance: Distance,
    rows: pd.DataFrame,
    gain: pairing.Gain | None,
) -> Closest:
    scale = first.extent.of(distance)
    minima = strongest.summarize(rows, distance, scale)
    return Closest(
        **_network(first),
        distance=distance,
        seeds=sorted({int(seed) for seed in rows["seed"]}),
        rho=minima.mean / scale,
        rho_low=minima.low / scale,
        rho_high=minima.high / scale,
        rho_most=None if minima.upper is None else minima.upper / scale,
        rho_cap=minima.cap / scale,
        **pairing.increase(gain),
        samples=minima.samples,
        misclassified=first.misclassified,
        mean=minima.mean,
        low=minima.low,
        high=minima.high,
        median=minima.median.value,
        median_low=minima.median.low,
        median_high=minima.median.high,
        censored=minima.censored,
        cap=minima.cap,
        tied=minima.tied,
        attacks=minima.attacks,
    )


def _pools(evaluation: Evaluation) -> Iterator[tuple[Attacked, Distance, pd.DataFrame]]:
    """Rows of each network under all attacks, once for each distance that any keeps smallest.

    `cap` is NaN of an attack that does not look for the closest example in this distance.
    """
    for every in _by_network(evaluation):
        mine = [one for one in every if one.had_a_task]
        looking = [one for one in mine if one.facts.looks_for_closest]
        for distance in dict.fromkeys(one.distance for one in looking):
            caps = {id(one): one.measure.cap for one in looking if one.distance == distance}
            tables = [one.rows.assign(cap=caps.get(id(one), np.nan)) for one in mine]
            yield mine[0], distance, pd.concat(tables, ignore_index=True)


def within_budget(evaluation: Evaluation, radii: Sequence[Radius] = ()) -> list[WithinBudget]:
    """Per network and budget: the share of samples that stay right under every attack.

    A success of any attack counts, also of one that looked for the closest example, where it
    keeps within the budget. Here alone misclassified inputs count, as lost: as RobustBench does.
    Only samples count on which an attack that keeps this distance small might have gone so far.

    Args: radii: beside the budgets of attacks, each told where an attack that looks for the
        closest example might have gone so far: one inside a larger ball was not asked.
    """
    return [
        _within(mine, distance, budget)
        for mine in _by_network(evaluation)
        for distance, budget in _radii(mine, radii)
    ]


def _radii(mine: list[Attacked], more: Sequence[Radius]) -> list[Radius]:
    found = {(one.distance, float(one.budget)) for one in mine if one.budget is not None}
    for distance, radius in more:
        known = any(one == distance and same_radius(at, radius) for one, at in found)
        looking = (one for one in mine if one.facts.looks_for_closest)
        if not known and any(_reaches(one, distance, radius) for one in looking):
            found.add((distance, float(radius)))
    return sorted(found)


def _reaches(one: Attacked, distance: Distance, radius: float) -> bool:
    """Whether an attack keeps this distance small and might go so far."""
    if one.distance != distance:
        return False
    return one.budget is None or one.budget >= radius or same_radius(float(one.budget), radius)


def _within(mine: list[Attacked], distance: Distance, budget: float) -> WithinBudget:
    asked = [one.all_rows[_SAMPLE] for one in mine if _reaches(one, distance, budget)]
    every = pd.concat([one.all_rows for one in mine], ignore_index=True)
    table = every.merge(pd.concat(asked).drop_duplicates(), on=_SAMPLE)
    stays = kept.stays(table, distance, budget)
    moved = kept.moved(table, distance, budget)
    return WithinBudget(
        **_network(mine[0]),
        distance=distance,
        budget=whole(budget),
        attacks=sorted(set(table.loc[moved, "attack"])),
        seeds=sorted({int(seed) for seed in table["seed"]}),
        samples=stays.n,
        misclassified=counted.inputs(table[~counted.right(table)]),
        robust_accuracy=stays.value,
        low=stays.low,
        high=stays.high,
    )


def _by_network(evaluation: Evaluation) -> list[list[Attacked]]:
    parts: dict[tuple[str, NetworkId], list[Attacked]] = {}
    for one in evaluation.attacked:
        parts.setdefault((one.dataset, one.network), []).append(one)
    return list(parts.values())


def security_curves(evaluation: Evaluation) -> list[Curve]:
    """Success rate against budget, of each attack on each network.

    The same attack at several sizes of its ball gives one curve, without the size among its
    settings: a pair counts from the smallest size at which it succeeded. An attack inside a ball
    has points at the radii at which it ran: at smaller ones it was never asked. No curve where a
    sample's targets stopped at the first success, the network gets nothing right, or an attack
    that looks for the closest example moved nothing.
    """
    return [
        made
        for sizes, setting in _by_attack(evaluation)
        if setting.every_target and sizes[0].had_a_task
        for made in [_curve(sizes, setting, evaluation.extent)]
        if made is not None
    ]


def _curve(sizes: list[Attacked], setting: AttackId, extent: Extent) -> Curve | None:
    first, part = sizes[0], _least_far(sizes)
    distance, looks = first.distance, first.facts.looks_for_closest
    radii = sorted({float(one.budget) for one in sizes if one.budget is not None})
    if not (part["success"].any() if looks else radii):
        return None
    grid = np.array(radii)
    if looks:
        every = curves.default_grid(distance, int(extent.l0), extent.linf)
        grid = curves.budgets(part, distance, every)
    curve = curves.security_curve(part, distance, grid)
    reached = curves.quantiles(part, distance) if looks else []
    return Curve(
        **_network(first),
        attack=setting.attack,
        attack_params=setting.params,
        distance=distance,
        budget=_rounded(curve["budget"]),
        success_rate=_rounded(curve["success_rate"]),
        low=_rounded(curve["low"]),
        high=_rounded(curve["high"]),
        quantiles=[
            Quantile(share=share, budget=at)
            for share, at in zip(curves.SHARES, reached, strict=False)
        ],
        robust_accuracy=[] if looks else [_kept(sizes, radius) for radius in radii],
    )


def _kept(sizes: list[Attacked], radius: float) -> Spread:
    """What stays right within a radius under one attack at all the radii at which it ran."""
    table = pd.concat([one.all_rows for one in sizes], ignore_index=True)
    stays = kept.stays(table, sizes[0].distance, radius)
    return Spread(mean=stays.value, low=stays.low, high=stays.high)


def _by_attack(evaluation: Evaluation) -> list[tuple[list[Attacked], AttackId]]:
    """Each attack on each network, whatever the size of its ball: all sizes, and their setting."""
    parts: dict[tuple[str, NetworkId, AttackId], list[Attacked]] = {}
    for one in evaluation.attacked:
        params = {key: value for key, value in one.params.items() if key not in _SIZE_OF_BALL}
        key = (one.dataset, one.network, AttackId.of(one.attack, params))
        parts.setdefault(key, []).append(one)
    return [(sizes, setting) for (_, _, setting), sizes in parts.items()]


def _least_far(sizes: list[Attacked]) -> pd.DataFrame:
    """One row a pair: of all sizes of a ball the success that went least far."""
    table = pd.concat([one.rows for one in sizes], ignore_index=True)
    if len(sizes) > 1:
        reach = np.where(table["success"], table[sizes[0].distance], np.inf)
        order = table.assign(reach=reach).sort_values("reach", kind="stable")
        table = order.drop_duplicates(["seed", "sample", "target"])
    return table


def class_matrices(evaluation: Evaluation, classes: int) -> list[Matrices]:
    """Source by target class: how often each attack succeeds, and how far it has to go.

    None where nothing was attacked or moved; [] for more than 20 classes; no matrices where a
    sample's targets stopped at the first success.
    """
    if classes > MOST_CLASSES:
        return []
    found = []
    for one in evaluation.attacked:
        if one.every_target and one.had_a_task:
            result = matrices.class_matrices(one.rows, one.distance, classes)
            found.append(
                Matrices(
                    **_network(one),
                    attack=one.attack,
                    attack_params=one.params,
                    distance=one.distance,
                    success_rate=_lists(result.success_rate),
                    distortion=_lists(result.distortion),
                )
            )
    return found


def _network(one: Attacked) -> dict:
    """The fields that say which network of which data a value is about."""
    return {
        "dataset": one.dataset,
        "defense": one.defense,
        "defense_params": one.network.params,
        "temperature": one.network.temperature,
    }


def _rounded(values: pd.Series) -> list[float]:
    return [round(float(value), 6) for value in values]


def _lists(matrix: np.ndarray) -> list[list[float | None]]:
    return [
        [None if np.isnan(value) else round(float(value), 6) for value in row] for row in matrix
    ]
