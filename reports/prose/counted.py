"""What is said of inputs that a network gets wrong without an attack: the rule, their number."""

from __future__ import annotations

from collections.abc import Iterable

from core.model.identity import NetworkId
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.prose import ruled
from reports.prose.alone import alone
from reports.prose.numbers import count

_APART = (
    "An input that a network gets wrong without an attack was not attacked: it counts in no "
    "success rate, no robustness, {gain}no curve, no matrix, no mean distance and no number of "
    "the detector, and is counted beside them."
)
_LOST = "Robust accuracy alone counts a misclassified input, as lost."
RULE = (
    f"{_APART.format(gain='no gain, ')} Robustness, gain and difference of two networks are taken "
    f"over the inputs that both get right, seed by seed. {_LOST}"
)
OF_ONE_NETWORK = f"{_APART.format(gain='')} {_LOST}"
_EARLIER = (
    "These results are of an earlier version: an input that a network gets wrong without an "
    "attack counts in every number as moved by a distance of 0."
)


def rule(results: Results) -> str:
    """How misclassified inputs were counted in these results."""
    earlier = any(row.misclassified is None for row in results.summary)
    if earlier:
        return _EARLIER
    return OF_ONE_NETWORK if alone(results) else RULE


def beside(rows: Iterable[SummaryRow]) -> str:
    """How many inputs of these rows were misclassified, as a sentence; empty where it is not known.

    Each network of a seed counts its own inputs.
    """
    each: dict[NetworkId, int] = {}
    for row in rows:
        if row.misclassified is not None:
            # An attack may have run on a part of the inputs.
            each[row.identity] = max(each.get(row.identity, 0), row.misclassified)
    known = sorted(set(each.values()))
    if not known:
        return ""
    if known[-1] == 0:
        return "No input was misclassified without an attack."
    many = " to ".join(dict.fromkeys((count(known[0]), count(known[-1]))))
    verb = "was" if known[-1] == 1 else "were"
    where = "" if len(known) == 1 else ", depending on the network"
    return f"Misclassified without an attack, and so not attacked, {verb} {many}{where}."


def taken(results: Results) -> str:
    """Which test inputs were attacked, and how they were chosen."""
    asked = sorted({row.asked for row in results.summary})
    if not asked:
        return ""
    many = " or ".join(count(number) for number in asked)
    first = ruled.inputs(results, 1 if asked == [1] else 2)
    order = (
        "a class-balanced order: the first of each class, then the second of each, and so on"
        if len(ruled.attacked_classes(results)) != 1
        else "their order"
    )
    chosen = (
        f"the first {many} {first} of the test data in {order}; the same for every network, "
        "nothing drawn"
    )
    return ". ".join(filter(None, (chosen, beside(results.summary).rstrip("."))))


def attacked(row: SummaryRow) -> str:
    """Inputs that were attacked, and beside them those that were not: "99 (1 misclassified)"."""
    if not row.misclassified:
        return count(row.inputs)
    return f"{count(row.inputs)} ({count(row.misclassified)} misclassified)"


def held(row: SummaryRow) -> tuple[float | None, float | None, float | None]:
    """Share of attacked samples that no attempt of this attack moved, with its interval where one
    is known.
    """
    one_try = row.pairs == row.inputs
    if one_try and row.success_low is not None and row.success_high is not None:
        return row.censored, 1 - row.success_high, 1 - row.success_low
    return row.censored, None, None
