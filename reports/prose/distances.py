"""How far an attack went and was allowed to go, in the units of its distance."""

from __future__ import annotations

from typing import Protocol

from core import attacks
from core.model.data import DataFacts
from core.model.results import Results
from core.model.rows import Budget, Closest, SummaryRow
from core.wording import UNITS, Scale, amount
from core.wording import distance as sign
from reports.prose.numbers import ABSENT, count, interval, number, of_100, percent

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

    With the share of samples that it did not move, which count as its budget: such a mean says
    where the attack stopped, and bounds nothing. "–" for an attack inside a ball, whose distances
    say only how large the ball was. Args: scale: `DataFacts.scale`, where a reader is to be told.
    """
    if row.rho is None or not measures_robustness(row):
        return ABSENT
    return _mean(row, row.rho, scale) + stopped(row)


def _mean(row: SummaryRow, rho: float, scale: Scale | None) -> str:
    own = in_own_units(row)
    if own is None:
        return percent(rho)
    return (
        f"{number(own[0])} ({unit(row)})" if scale is None else amount(row.distance, own[0], scale)
    )


def robustness_interval(row: SummaryRow) -> str:
    """The 95 % interval of `robustness`, in the same units; empty where there is none.

    A mean in which samples count as the budget has none.
    """
    if row.rho is None or row.censored or not measures_robustness(row):
        return ""
    own = in_own_units(row)
    if own is None:
        return interval(row.rho_low, row.rho_high)
    return f"[{number(own[1])}, {number(own[2])}]"


def nearest(row: Closest) -> str:
    """The robustness of an entry of `closest`: "1.76 % [1.6, 1.9]", "13.4 % (stopped on 7 %)"."""
    if row.censored:
        mean = percent(row.rho) if row.distance == "l0" else number(row.mean)
        return mean + stopped(row)
    if row.distance == "l0":
        return f"{percent(row.rho)} {interval(row.rho_low, row.rho_high)}".strip()
    return f"{number(row.mean)} [{number(row.low)}, {number(row.high)}]"


def half(row: Closest) -> str:
    """The least within which half of the samples are moved, as `half_of`."""
    return half_of(row.median, row.median_low, row.median_high, row.cap)


def half_of(median: float | None, low: float | None, high: float | None, cap: float | None) -> str:
    """ "14 [12, 18]"; "more than 112 [70, –]" where it lies beyond the cap."""
    if median is None and (cap is None or low is None):
        return ABSENT if cap is None else f"more than {number(cap)}"
    middle = number(median) if median is not None else f"more than {number(cap)}"
    ends = [ABSENT if one is None else number(one) for one in (low, high)]
    return f"{middle} [{', '.join(ends)}]"


def stopped(row: SummaryRow | Closest) -> str:
    """What stands behind a mean in which samples count as the budget: " (stopped on 93 %)"."""
    return f" (stopped on {percent(row.censored)})" if row.censored else ""


def effort(row: SummaryRow, results: Results) -> str:
    """What an attacker has to do: "change 1.76 % of all features", "move an input by 1.4 (L2)"."""
    far = ABSENT if row.rho is None else _mean(row, row.rho, results.data.scale)
    said = f"move an input by {far}"
    if in_own_units(row) is None:
        said = f"change {far} of {all_features(results)}"
    if not row.censored:
        return said
    return f"{said} (its budget on {of_100(row.censored)} inputs, where the attack stopped)"


def all_features(results: Results) -> str:
    """What a share of features is a share of: "all features", "the features that may change".

    Where features have costs, L0 is a share of what all of them cost.
    """
    every = "all features" if all_may_change(results) else "the features that may change"
    return f"the cost of {every}" if results.data.priced else every


def all_may_change(results: Results) -> bool:
    """Whether a share of features is a share of all of them."""
    data = results.data
    return (data.mutable_features if data.priced else data.changeable) == data.n_features


def own_units(results: Results) -> str:
    """What distances other than L0 are counted in: "units of the data"."""
    scale = results.data.scale
    return "units of the data" if scale is None else UNITS[scale.unit]


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


def unit_of(name: str) -> str:
    """A distance in the field's sign: "L0", "L2", "L∞"."""
    return sign(name)


def unit(row: Measured) -> str:
    """The distance of a row in the field's sign: "L0", "L2", "L∞"."""
    return sign(row.distance)


def meaning(name: str) -> str:
    """What a distance is: "largest change of any one feature"."""
    return _MEANINGS[name]


def distance(name: str) -> str:
    """A distance for people: "L2, Euclidean length of the change"."""
    return f"{sign(name)}, {_MEANINGS[name]}"


def budget(row: Limited, scale: Scale | None) -> str:
    """What an attack was allowed: "112 features", "L∞ 0.25 (63.8 of 0 to 255)", "any L2"."""
    if row.budget is None:
        return f"any {unit(row)}"
    return amount(row.distance, row.budget, scale)


def counted(l0: float, data: DataFacts) -> str:
    """How much of an input was changed: "390 of 784 (49.7 %)", "cost 4.5 of 12 (37.5 %)"."""
    share, of = percent(l0 / data.changeable), data.changeable
    if data.priced:
        return f"cost {number(l0)} of {number(of)} ({share})"
    return f"{int(l0)} of {count(int(of))} ({share})"


def changed(l0: float, data: DataFacts) -> str:
    """The same as half a sentence: "390 of 784 features changed (49.7 %)"."""
    if data.priced:
        return f"what changed has {counted(l0, data)}"
    share = percent(l0 / data.changeable)
    return f"{int(l0)} of {int(data.changeable)} features changed ({share})"
