"""What a metric of a criterion is, and the numbers that it is judged by. No metric lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from core.attacks import facts, is_targeted
from core.metrics.intervals.exact import clopper_pearson
from core.model.base import Distance
from core.model.identity import NetworkId
from core.model.judged import Aim, Criterion, Knowledge
from core.model.results import Results
from core.model.rows import SummaryRow

Measured = tuple[float | None, float | None, float | None]
"""A number with both ends of its interval."""
STRONGEST = "strongest"
"""Instead of an attack's name: the one that works best on each sample."""

SAME = 1e-9
"""Two radii that differ by less than this share of them are one."""


@dataclass(frozen=True)
class Evidence:
    """One number that a criterion is held against, with its 95 % interval.

    Attributes:
        what: which number, in words for the reason. seeds: how many networks stand behind it.
        attacks: names of the attacks behind it.
        distance, eps, goal: under which threat model it was measured; see `ThreatModel`.
        most: the high end if the samples that no attack moved lay as far away as any input does;
            None: there is no such sample, and `high` is the end.
        bound: the low end is no more than where attacks gave up: some sample was not moved.
    """

    what: str
    value: float
    low: float
    high: float
    seeds: int
    attacks: tuple[str, ...]
    distance: Distance | None = None
    eps: float | None = None
    goal: Aim | None = None
    most: float | None = None
    bound: bool = False

    @property
    def highest(self) -> float:
        """The high end, whatever the samples that no attack moved would have needed."""
        return self.high if self.most is None else self.most


@dataclass(frozen=True)
class Metric:
    """A number that a criterion may ask for.

    Attributes:
        name: in the spec. title: for forms.
        relative: a gain over the undefended network, written with its sign: a ratio of two upper
            bounds, which by itself bounds nothing.
        demand: a sentence of what is asked, with `{bound}` ("at least 50 %") and `{under}` (which
            attack). outcome: what came out, with `{against}` (which attack) and `{value}`.
        evidence: the numbers of a network that a criterion is held against; [] where the results
            hold none.
        goals: what an attacker may want where it is asked for, the default first; () where
            nothing is attacked.
    """

    name: str
    title: str
    demand: str
    outcome: str
    evidence: Callable[[Results, NetworkId, Criterion], list[Evidence]]
    relative: bool = False
    goals: tuple[Aim, ...] = ("untargeted",)


def piece(
    what: str, values: Measured, seeds: list[int], attacks: tuple[str, ...]
) -> list[Evidence]:
    """The evidence of a value with its interval; [] where any of the three is missing."""
    value, low, high = values
    if value is None or low is None or high is None:
        return []
    return [Evidence(what, value, low, high, len(seeds), attacks)]


def highest(high: float | None, censored: float | None, samples: int, cap: float) -> float | None:
    """The high end of a mean in [0, 1] with the samples that no attack moved at 1, not at the cap.

    Args: high: with them at the cap. censored: their share of the samples, which are so many.
    Returns: None where there are none, or nothing is known.
    """
    if high is None or not censored:
        return None
    return min(1.0, high + clopper_pearson(min(censored, 1.0) * samples, samples)[1] * (1 - cap))


def knows(row: SummaryRow, knowledge: Knowledge | None) -> bool:
    """Whether the attack of a row is one of somebody who knows so much of the network."""
    known = facts(row.attack)
    if knowledge is None:
        return True
    return known.white_box if knowledge == "white-box" else known.black_box


def with_knowledge(
    pooled: list[Evidence],
    alone: list[Evidence],
    criterion: Criterion,
    known: Iterable[SummaryRow],
) -> list[Evidence]:
    """The evidence of an attacker who knows as much as the criterion says.

    Who knows the network may also do without, so that all attacks together count for a white
    box. Of black-box attacks together nothing is measured: what they reach lies between what all
    attacks reach and what the best of them reaches alone.

    Args:
        pooled: under all attacks together, the more the better; once for each radius.
        alone: under each black-box attack alone, in the same sense. known: rows of the network.
    """
    if criterion.knowledge is None:
        return pooled
    rows = [row for row in known if knows(row, criterion.knowledge)]
    there = [one for one in pooled if any(row.distance == one.distance for row in rows)]
    if criterion.knowledge == "white-box":
        return there
    found = []
    for one in there:
        mine = [other for other in alone if same_ball(other, one.distance, one.eps)]
        if mine:
            best = min(mine, key=lambda other: other.value)
            found.append(
                replace(
                    best,
                    what=one.what,
                    low=min(one.low, best.low),
                    high=min(other.high for other in mine),
                    most=min(other.highest for other in mine),
                    bound=one.bound or best.bound,
                    attacks=tuple(dict.fromkeys(name for each in mine for name in each.attacks)),
                )
            )
    return found


def same_ball(one: Evidence, distance: Distance | None, eps: float | None) -> bool:
    """Whether a number was measured in this distance within this radius; None: in any."""
    if distance is not None and one.distance != distance:
        return False
    return same_radius(one.eps, eps)


def same_radius(one: float | None, asked: float | None) -> bool:
    """Whether a radius is the one that was asked for; None asks for any."""
    return asked is None or (one is not None and abs(one - asked) <= SAME * max(one, asked))


def aims(row: SummaryRow) -> Aim:
    """What the attack of a row wants."""
    return "targeted" if is_targeted(row.attack, row.attack_params) else "untargeted"
