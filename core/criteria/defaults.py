"""What Thermocline asks of a defence where nobody did: it follows the attacks that ran."""

from __future__ import annotations

from collections.abc import Iterable

from core.attacks import facts
from core.criteria.metric import aims
from core.model.base import Distance
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import SummaryRow

FARTHER = 0.5
"""In each distance: an attacker has to go at least half as far again as without the defence."""

STAYS_RIGHT = 0.5
"""Within each radius: at least half of the test samples stay right. On CIFAR-10 within Linf 8/255,
where most people compare, plain adversarial training stands about there (RobustBench: 49 % and
53 %, of the undefended network nothing stays)."""

REACHED = 0.5
"""Towards chosen classes: at most half of the attacks reach theirs within their budget."""

Radius = tuple[Distance, float]
"""A distance, and how far in it."""


def asked(results: Results) -> list[Criterion]:
    """The criteria of a run: its own, or those that follow the attacks that ran.

    In each distance in which an attack looked for the closest example on a defended network and
    on the undefended one: a gain in robustness. For each radius of an attack inside a ball: robust
    accuracy. For each budget of an attack that went for every class: a success rate, because the
    paper's attacker picks a class, and the nearest class is another question.

    Without an undefended network there is no gain, and an answer is a number by itself: robust
    accuracy within every radius that the results tell, features too. A mean distance would not do:
    where attacks gave up on samples it is a bound, and it lets a few far samples stand for many
    near ones. A sample that an attack moved within a radius is lost, whatever other attacks do.
    Of two classes no success rate is asked for: the other class is the one to choose.
    """
    if not results.asks_default:
        return results.criteria
    rows = results.summary
    if not results.has_reference:
        reached = _reached(rows) if results.data.classes > 2 else ()
        return [*_stays_right(_told(results)), *reached]
    balls = (row for row in rows if not facts(row.attack).looks_for_closest)
    return [*_farther(rows), *_stays_right(_budgets(balls)), *_reached(rows)]


def _farther(rows: list[SummaryRow]) -> Iterable[Criterion]:
    closest = [row for row in rows if facts(row.attack).looks_for_closest]
    there = {row.distance for row in closest if row.identity.undefended}
    defended = [row.distance for row in closest if not row.identity.undefended]
    for distance in dict.fromkeys(defended):
        if distance in there:
            yield Criterion(
                metric="rho_increase", at_least=FARTHER, distance=distance, goal="untargeted"
            )


def _told(results: Results) -> list[Radius]:
    """Every radius for which the results tell how many samples stay right."""
    more = [(entry.distance, float(entry.budget)) for entry in results.within_budget]
    return list(dict.fromkeys([*_budgets(results.summary), *more]))


def _budgets(rows: Iterable[SummaryRow]) -> list[Radius]:
    found = [(row.distance, float(row.budget)) for row in rows if row.budget is not None]
    return list(dict.fromkeys(found))


def _stays_right(radii: Iterable[Radius]) -> Iterable[Criterion]:
    for distance, eps in radii:
        yield Criterion(
            metric="robust_accuracy",
            at_least=STAYS_RIGHT,
            distance=distance,
            eps=eps,
            goal="untargeted",
        )


def _reached(rows: list[SummaryRow]) -> Iterable[Criterion]:
    budgets = dict.fromkeys(
        (row.distance, float(row.budget))
        for row in rows
        if row.budget is not None and row.setting.every_target and aims(row) == "targeted"
    )
    for distance, eps in budgets:
        yield Criterion(
            metric="success_rate",
            at_most=REACHED,
            distance=distance,
            eps=eps,
            goal="targeted",
        )
