"""Reading a results dict: which rows belong together, and whether two of them differ.

A row is an object of `results["summary"]`. Nothing is formatted here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.canonical import canonical
from reports.prose import words

JSMA_FAMILY = ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")
"""One attack in four arithmetics, in the order in which reports show them."""

FIXED_ORDER = (
    *("none", "given", "distillation", "temperature", "soft-labels", "label-smoothing"),
    *("dropout", "weight-decay", "adversarial-training"),
)


@dataclass(frozen=True)
class Series:
    """One attack over the undefended network and one defence's temperatures.

    `points` maps a temperature to its row, in rising order; the key None is the undefended network.
    """

    attack: str
    attack_params: dict
    defense_params: dict
    points: dict[float | None, dict]


def attack_key(row: dict) -> tuple:
    """What makes two rows the same attack; sorts the JSMA family first."""
    name = row["attack"]
    place = JSMA_FAMILY.index(name) if name in JSMA_FAMILY else len(JSMA_FAMILY)
    return place, name, canonical(row["attack_params"])


def network_key(row: dict) -> tuple:
    """What makes two rows the same network but for its seed; sorts the baseline first."""
    name = row["defense"]
    place = FIXED_ORDER.index(name) if name in FIXED_ORDER else len(FIXED_ORDER)
    at = row["temperature"]
    params = row.get("defense_params", row.get("params", {}))
    return place, name, canonical(params) if params else "{}", -1.0 if at is None else at


def rows_by_network(results: dict) -> list[list[dict]]:
    """The summary as one list a network, both in a fixed order."""
    groups: dict[tuple, list[dict]] = {}
    for row in sorted(results["summary"], key=lambda row: (network_key(row), attack_key(row))):
        groups.setdefault(network_key(row), []).append(row)
    return list(groups.values())


def attacks(results: dict) -> list[dict]:
    """One row for each attack that ran, in a fixed order."""
    first: dict[tuple, dict] = {}
    for row in results["summary"]:
        first.setdefault(attack_key(row), row)
    return [first[key] for key in sorted(first)]


def find(results: dict, attack: str, defense: str, temperature: float | None) -> dict | None:
    """The first row of this attack on this defence at this temperature, or None."""
    for row in results["summary"]:
        if (row["attack"], row["defense"], row["temperature"]) == (attack, defense, temperature):
            return row
    return None


def same_network(results: dict, row: dict, attack: str) -> dict | None:
    """The row of another attack with the same settings on the network of `row`, or None."""
    for other in results["summary"]:
        if (
            network_key(other) == network_key(row)
            and other["attack"] == attack
            and canonical(other["attack_params"]) == canonical(row["attack_params"])
        ):
            return other
    return None


def telling_params(results: dict, row: dict) -> dict:
    """The settings that tell an attack from another of its name in this run; {} for none."""
    return telling_among(results["summary"], row)


def telling_among(rows: list[dict], row: dict) -> dict:
    """The settings that tell an attack from another of its name in a list; {} for none."""
    variants = [attack_params(o) for o in rows if o["attack"] == row["attack"]]
    return {
        key: value
        for key, value in row["attack_params"].items()
        if any(other.get(key) != value for other in variants)
    }


def attack_params(row: dict) -> dict:
    """The settings of an attack; some parts of the results hold them as JSON text."""
    params = row["attack_params"]
    return json.loads(params) if isinstance(params, str) else params


def baseline(results: dict, row: dict) -> dict | None:
    """The undefended network under the attack of `row`, or None."""
    for other in results["summary"]:
        if other["defense"] == "none" and attack_key(other) == attack_key(row):
            return other
    return None


def temperature_family(results: dict) -> str | None:
    """The defence drawn against temperature: distillation, else the control, else None."""
    with_temperature = {r["defense"] for r in results["summary"] if r["temperature"] is not None}
    for name in ("distillation", "temperature"):
        if name in with_temperature:
            return name
    return None


def series(results: dict, measure: str) -> list[Series]:
    """One series for each attack and parameters of the temperature family; [] without one.

    Only attacks that count features: another distance cannot stand on the same axis.

    Args:
        measure: "rho" or "success_rate"; rows where it is null are left out.
    """
    family = temperature_family(results)
    if family is None:
        return []
    lines: dict[tuple, list[dict]] = {}
    for row in results["summary"]:
        if row["defense"] != family or words.distance_of(row) != "l0":
            continue
        if row["temperature"] is not None and row[measure] is not None:
            key = (attack_key(row), canonical(row["defense_params"]))
            lines.setdefault(key, []).append(row)
    found = []
    for key in sorted(lines):
        rows = sorted(lines[key], key=lambda row: row["temperature"])
        points: dict[float | None, dict] = {}
        undefended = baseline(results, rows[0])
        if undefended is not None and undefended[measure] is not None:
            points[None] = undefended
        points.update({row["temperature"]: row for row in rows})
        first = rows[0]
        found.append(
            Series(first["attack"], first["attack_params"], first["defense_params"], points)
        )
    return found


def bounds(row: dict, measure: str) -> tuple[float | None, float | None]:
    """The interval of "rho", "success_rate" or "accuracy" in a row."""
    stem = "success" if measure == "success_rate" else measure
    return row.get(f"{stem}_low"), row.get(f"{stem}_high")


def above(higher: dict, lower: dict, measure: str) -> bool:
    """Whether the intervals of two rows are apart, `higher` above; False where one is missing."""
    low, high = bounds(higher, measure)[0], bounds(lower, measure)[1]
    return low is not None and high is not None and low > high


def gap_at(results: dict) -> list[float]:
    """Temperatures where jsma-f reports more robustness than jsma-logf, intervals apart."""
    family = temperature_family(results)
    found = []
    for row in results["summary"]:
        if row["defense"] != family or row["temperature"] is None or row["attack"] != "jsma-f":
            continue
        other = same_network(results, row, "jsma-logf")
        if other is not None and above(row, other, "rho"):
            found.append(row["temperature"])
    return sorted(set(found))


def difference(results: dict, row: dict, against: str, metric: str) -> dict | None:
    """The paired difference of a row's network and attack against `against`, or None."""
    for item in results["differences"]:
        if (
            item["against"] == against
            and item["metric"] == metric
            and network_key(item) == network_key(row)
            and attack_key(item) == attack_key(row)
        ):
            return item
    return None


def gain_detected(results: dict, row: dict) -> bool | None:
    """Whether this network is more robust than the undefended one under the same attack.

    Uses the difference paired by sample where there is one, else intervals that are apart.

    Returns: None when there is nothing to compare with.
    """
    undefended = baseline(results, row)
    if undefended is None or undefended["rho"] is None or row["rho"] is None:
        return None
    paired = difference(results, row, "none", "rho")
    if paired is not None:
        return bool(paired["detected"]) and paired["difference"] > 0
    return above(row, undefended, "rho")


def loss_detected(results: dict, row: dict) -> bool:
    """Whether this network is less robust than the undefended one under the same attack."""
    undefended = baseline(results, row)
    paired = difference(results, row, "none", "rho")
    if paired is not None:
        return bool(paired["detected"]) and paired["difference"] < 0
    return undefended is not None and above(undefended, row, "rho")


def trained(results: dict, row: dict) -> bool:
    """Whether every network behind a row trained; True where provenance does not list it."""
    failed = [n for n in results["provenance"]["networks"] if not n["trained"]]
    return not any(network_key(network) == network_key(row) for network in failed)


def strongest(rows: list[dict]) -> dict | None:
    """The attack that needs the least: of those that count features, else the one that most
    often succeeds. Of equals one whose success rate was measured.
    """
    counting = [r for r in rows if r["rho"] is not None and words.distance_of(r) == "l0"]
    if counting:
        return min(counting, key=_least_effort)
    known = [row for row in rows if row["success_rate"] is not None]
    return min(known, key=lambda row: (-row["success_rate"], attack_key(row)), default=None)


def _least_effort(row: dict) -> tuple:
    return row["rho"], row["success_rate"] is None, attack_key(row)


def held(row: dict) -> tuple[float | None, float | None, float | None]:
    """Share of samples that no attempt of this attack moved, with its interval where one is known.

    The robust accuracy under this attack; misclassified samples count as moved.
    """
    one_try = row["pairs"] == row["samples"] * len(row["seeds"])
    if one_try and row["success_low"] is not None and row["success_high"] is not None:
        return row["censored"], 1 - row["success_high"], 1 - row["success_low"]
    return row["censored"], None, None


def budget_share(results: dict, row: dict) -> float:
    """What a sample that no target could move counts as, on the scale of rho."""
    if "rho_cap" in row:
        return row["rho_cap"]
    if row["budget"] is None:
        return 1.0
    return row["budget"] / words.changeable(results["provenance"]["data"])
