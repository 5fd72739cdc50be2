"""What an attacker can do to a table, in plain words: directions, groups, sums, costs, units."""

from __future__ import annotations

from core.model.data import DataFacts
from core.model.results import Results
from reports.prose.numbers import count
from reports.prose.phrases import listing

_UNIT = {
    "deviation": "distances are in standard deviations of each feature over the {of} inputs",
    "cost": "distances are in units of cost: the whole range of a feature is as long as it costs",
}


def may_do(data: DataFacts) -> list[str]:
    """What holds for the attacker beside bounds, each half a sentence; [] for most data."""
    found = []
    fixed = data.n_features - data.mutable_features
    if fixed:
        found.append(f"{count(fixed)} of {count(data.n_features)} features may not change")
    ways = {"rise, never fall": data.up_only, "fall, never rise": data.down_only}
    for way, number in ways.items():
        if number:
            found.append(f"{_some(number, data)} may only {way}")
    if data.groups:
        columns = count(data.group_features)
        sets = "1 category" if data.groups == 1 else f"{count(data.groups)} categories"
        found.append(
            f"{sets} in {columns} columns may change as a whole, which counts as two changed"
            " columns"
        )
    if data.totals:
        sets = "a sum" if data.totals == 1 else f"{count(data.totals)} sums"
        found.append(
            f"{_some(data.total_features, data)} keep {sets}: what one gains another loses"
        )
    if data.priced:
        found.append("features differ in cost, and L0 counts the cost of those that change")
    if data.unit != "range":
        found.append(_UNIT[data.unit].format(of="training" if data.n_train else "test"))
    return found


def attacked_classes(results: Results) -> list[str]:
    """Names of the only classes whose inputs are attacked; [] where all are."""
    asked = results.spec.get("attacked_classes") or []
    names = results.data.class_names or []
    return [names[one] if isinstance(one, int) and one < len(names) else str(one) for one in asked]


def samples(results: Results) -> str:
    """What was attacked, for denominators: "samples", "samples of class spam"."""
    return f"samples{_of(results)}"


def only(results: Results) -> list[str]:
    """Which samples all shares are shares of, as a sentence; [] where any class was attacked."""
    if not attacked_classes(results):
        return []
    return [f"Only {samples(results)} were attacked; shares of samples are shares of those."]


def inputs(results: Results, number: int) -> str:
    """The same of inputs: "input", "inputs of class spam"."""
    return f"{'input' if number == 1 else 'inputs'}{_of(results)}"


def _of(results: Results) -> str:
    classes = attacked_classes(results)
    if not classes:
        return ""
    return f" of {'class' if len(classes) == 1 else 'the classes'} {listing(classes)}"


def _some(number: int, data: DataFacts) -> str:
    if number == data.mutable_features:
        return "all of the others" if data.mutable_features < data.n_features else "all features"
    return "1 feature" if number == 1 else f"{count(number)} features"
