"""What a run says of networks that were handed in where nothing stands beside them.

No gain, no defence, no baseline: how far an attacker has to go, and what stays right.
"""

from __future__ import annotations

from core import defenses
from core.model.results import Results
from core.model.rows import Closest, SummaryRow
from core.wording import amount
from reports.prose import distances, names, numbers, phrases, planted, pool, reading

_ORDER = ("l0", "linf", "l2", "l1")


def alone(results: Results) -> bool:
    """Whether all networks of a run were handed in as they are, and nothing was trained for it."""
    asked = results.spec.get("defenses", [])
    named = [one.get("name", "") for one in asked] if isinstance(asked, list) else []
    there = [row.defense for row in (*results.summary, *results.networks)]
    every = {*named, *there}
    return bool(every) and all(defenses.facts(name).role == "given" for name in every)


def headline(results: Results) -> tuple[str, str]:
    """The headline and the evidence: what an attacker needs, and what stays right.

    Of several networks that of which an attacker moves an input with the least.
    """
    rows = [row for row in results.summary if row.pairs]
    untrained = [one for one in results.networks if not one.trained]
    if not rows and not untrained:
        return (
            "No attack has finished yet.",
            "This report has no robustness to show; what is missing is listed at the top.",
        )
    if untrained and len(untrained) == len(results.networks):
        one = untrained[0]
        return (
            f"This network is right in {numbers.percent(one.accuracy)} of clean samples, near "
            f"chance ({numbers.percent(one.chance)}): there is nothing to attack.",
            "It may see inputs on another scale than it was trained on, or labels or channels in "
            "another order. What attacks did to it says nothing of its robustness.",
        )
    network = min(reading.rows_by_network(results), key=lambda mine: _ease(results, mine))
    several = len(reading.rows_by_network(results)) > 1
    who = names.defense_in_sentence(network[0]) if several else "this network"
    first, used = _needs(results, network, who)
    told = [_among(results, network, used), *_others(results, network, used)]
    told += [_stays(results, network), _accuracy(results, network)]
    told += [planted.sentence(results, network[0])]
    return first, " ".join(part for part in told if part)


def _ease(results: Results, rows: list[SummaryRow]) -> tuple[int, float]:
    found = _first(results, rows)
    if found is None:
        return 1, min((row.censored or 0.0 for row in rows), default=1.0)
    return _ORDER.index(found.distance), float("inf") if found.median is None else found.median


def _first(results: Results, rows: list[SummaryRow]) -> Closest | None:
    """The distance that the headline is in: features first, then the change of any of them."""
    mine = [one for one in results.closest if one.identity == rows[0].identity]
    return min(mine, key=lambda one: _ORDER.index(one.distance), default=None)


def _needs(results: Results, rows: list[SummaryRow], who: str) -> tuple[str, Closest | None]:
    """The headline, and the entry that it is about."""
    found = _first(results, rows)
    if found is None:
        hardest = reading.strongest(rows)
        if hardest is None or hardest.censored is None:
            return f"No attack on {who} has finished yet.", None
        within = distances.budget(hardest, results.data.scale)
        moved = _inputs(1 - hardest.censored)
        far = f"For {moved} an attacker needs no more than {within}"
        return f"{far} to change what {who} says.", None
    if found.median is None and _all_blind(results, rows, found):
        return f"The attacks that ran are blind on {who}: what an attacker needs is open.", found
    if found.median is None:
        cap = amount(found.distance, found.cap or 0.0, results.data.scale)
        moved = _inputs(1 - found.censored)
        return (
            f"An attacker needs another attack than these, or more than {cap}, to change what "
            f"{who} says of most inputs: they moved {moved}.",
            found,
        )
    far = _far(results, found, found.median)
    return f"An attacker needs at most {far} to change what {who} says.", found


def _far(results: Results, found: Closest, far: float) -> str:
    """ "14 of 784 features", "a change of L∞ 0.19"."""
    if found.distance == "l0":
        if results.data.priced:
            most = amount("l0", results.data.changeable, results.data.scale)
            return f"{amount('l0', far, results.data.scale)} of {most.removeprefix('cost ')}"
        count = numbers.count(round(far))
        return f"{count} of {numbers.count(round(results.data.changeable))} features"
    return f"a change of {amount(found.distance, far, results.data.scale)}"


def _among(results: Results, rows: list[SummaryRow], found: Closest | None) -> str:
    """How the headline was counted: over which samples, by which attacks, how sure."""
    if found is None:
        return ""
    against = pool.strongest_of(one.attack for one in found.attacks)
    right = f"{numbers.count(found.samples)} samples that it gets right"
    if found.median is None:
        low = found.median_low
        least = "" if low is None else f" Half of them lie at {_far(results, found, low)} or more."
        return f"That is under {against}, on {right}.{least} A stronger attack may need less."
    between = _between(results, found)
    return (
        f"Half of the {right} fall to that or less (95 %: {between}) under {against}. A stronger "
        "attack may need less."
    )


def _between(results: Results, found: Closest) -> str:
    """The interval of a median, in the unit that the sentence has: "12 to 18"."""

    def end(value: float | None) -> str:
        if value is None:
            return f"more than {_plain(found, found.cap or 0.0)}"
        return _plain(found, value)

    return f"{end(found.median_low)} to {end(found.median_high)}"


def _plain(found: Closest, value: float) -> str:
    return f"{round(value):,}" if found.distance == "l0" else numbers.number(value)


def _others(results: Results, rows: list[SummaryRow], used: Closest | None) -> list[str]:
    """The same in further distances, a sentence each."""
    found = [
        one
        for one in results.closest
        if one.identity == rows[0].identity and one is not used and one.median is not None
    ]
    return [
        f"With the {distances.meaning(one.distance)} kept small instead, half fall to "
        f"{amount(one.distance, one.median or 0.0, results.data.scale)} or less "
        f"({_between(results, one)}; {numbers.count(one.samples)} samples)."
        for one in sorted(found, key=lambda one: _ORDER.index(one.distance))
    ]


def _stays(results: Results, rows: list[SummaryRow]) -> str:
    """What stays right within each radius, in a sentence; "" where there is none."""
    mine = [one for one in results.within_budget if one.identity == rows[0].identity]
    mine.sort(key=lambda one: (_ORDER.index(one.distance), one.budget))
    told = [
        f"within {amount(one.distance, one.budget, results.data.scale)} "
        f"{numbers.percent(one.robust_accuracy)} {numbers.interval(one.low, one.high)} of "
        f"{numbers.count(one.samples)} samples"
        for one in mine
    ]
    if not told:
        return ""
    return f"What stays right: {phrases.listing(told)}; what it gets wrong anyway counts as lost."


def _accuracy(results: Results, rows: list[SummaryRow]) -> str:
    mine = [one for one in results.networks if one.identity == rows[0].identity]
    if not mine or mine[0].accuracy is None:
        return ""
    one = mine[0]
    between = numbers.interval(one.accuracy_low, one.accuracy_high)
    return (
        f"Without an attack it is right in {numbers.percent(one.accuracy)} {between} of clean test "
        "samples."
    ).replace("  ", " ")


def _inputs(share: float) -> str:
    found = numbers.of_100(share)
    return {"none": "no inputs", "all": "all inputs"}.get(found, f"{found} inputs")


def _all_blind(results: Results, rows: list[SummaryRow], found: Closest) -> bool:
    """Whether the check of planted examples calls every attack in this distance blind."""
    mine = [row for row in rows if row.distance == found.distance]
    return bool(mine) and all(planted.blind(results, row) for row in mine)
