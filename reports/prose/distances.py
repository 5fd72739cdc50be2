"""How far an attack went and was allowed to go, in the units of its distance."""

from __future__ import annotations

from typing import Protocol

from core import attacks
from core.model.results import Results
from core.model.rows import Budget, Closest, SummaryRow
from core.wording import SPACE, Scale, amount
from core.wording import distance as sign
from reports.prose.numbers import ABSENT, interval, number, percent

_MEANINGS = {
    "l0": "number of features changed",
    "l1": "sum of all changes",
    "l2": "Euclidean length of the change",
    "linf": "largest change of any one feature",
}


class Measured(Protocol):
    """Whatever was measured in a distance."""

    @property
    def distance(self) -> str:
        """`l0`, `l1`, `l2` or `linf`."""
        ...


class Limited(Measured, Protocol):
    """Whatever an attack was allowed to change in its distance."""

    @property
    def budget(self) -> Budget:
        """Features or a radius; None: not limited."""
        ...


class Aimed(Measured, Protocol):
    """An attack that keeps a distance small."""

    @property
    def attack(self) -> str:
        """Its name."""
        ...


def robustness(row: SummaryRow, scale: Scale | None = None) -> str:
    """How far an attack had to go on average: percent of features in L0, else a distance.

    ">=" where samples were counted at the cap; "–" for an attack inside a ball, whose distances
    say only how large the ball was. Args: scale: `DataFacts.scale`, where a reader is to be told.
    """
    if row.rho is None or not measures_robustness(row):
        return ABSENT
    own = in_own_units(row)
    if own is None:
        return bound(row) + percent(row.rho)
    if scale is None:
        return f"{bound(row)}{number(own[0])} ({unit(row)})"
    return bound(row) + amount(row.distance, own[0], scale)


def robustness_interval(row: SummaryRow) -> str:
    """The 95 % interval of `robustness`, in the same units; empty where there is none."""
    if row.rho is None or not measures_robustness(row):
        return ""
    own = in_own_units(row)
    if own is None:
        return interval(row.rho_low, row.rho_high)
    return f"[{number(own[1])}, {number(own[2])}]"


def nearest(row: Closest) -> str:
    """The robustness of an entry of `closest` with its interval: "≥ 1.76 % [1.6, 1.9]"."""
    if row.distance == "l0":
        return f"{bound(row)}{percent(row.rho)} {interval(row.rho_low, row.rho_high)}".strip()
    return f"{bound(row)}{number(row.mean)} [{number(row.low)}, {number(row.high)}]"


def bound(row: SummaryRow | Closest) -> str:
    """What stands before a mean in which samples were counted at the cap: "≥ ", else nothing."""
    return f"≥{SPACE}" if row.censored else ""


def effort(row: SummaryRow, results: Results) -> str:
    """What an attacker has to do: "change 1.76 % of all features", "move an input by 1.4 (L2)"."""
    if in_own_units(row) is None:
        return f"change {robustness(row)} of {all_features(results)}"
    return f"move an input by {robustness(row, results.data.scale)}"


def all_features(results: Results) -> str:
    """What a share of features is a share of: "all features", "the features that may change"."""
    return "all features" if all_may_change(results) else "the features that may change"


def all_may_change(results: Results) -> bool:
    """Whether a share of features is a share of all of them."""
    return results.data.changeable == results.data.n_features


def own_units(results: Results) -> str:
    """What distances other than L0 are counted in: "units of the data"."""
    if results.data.scale is None:
        return "units of the data"
    return "fractions of each feature's range"


def remark(results: Results) -> str:
    """What a caption adds to distances without a unit; nothing where they are the data's own."""
    if results.data.scale is None:
        return ""
    return f" Distances other than L0 are {own_units(results)}."


def in_own_units(row: SummaryRow) -> tuple[float, float, float] | None:
    """Mean distance with its interval in `own_units`; None in L0, which counts in percent.

    Also None where the results hold no such number.
    """
    found = None if row.distance == "l0" else row.robustness.get(row.distance)
    return None if found is None else (found.mean, found.low, found.high)


def measures_robustness(row: Aimed) -> bool:
    """Whether the attack looks for the closest example; one inside a ball finds just any."""
    return attacks.facts(row.attack).looks_for_closest or row.distance == "l0"


def unit(row: Measured) -> str:
    """The distance of a row in the field's sign: "L0", "L2", "L∞"."""
    return sign(row.distance)


def distance(name: str) -> str:
    """A distance for people: "L2, Euclidean length of the change"."""
    return f"{sign(name)}, {_MEANINGS[name]}"


def budget(row: Limited, scale: Scale | None) -> str:
    """What an attack was allowed: "112 features", "L∞ 0.25 (63.8 of 0 to 255)", "any L2"."""
    if row.budget is None:
        return f"any {unit(row)}"
    return amount(row.distance, row.budget, scale)
