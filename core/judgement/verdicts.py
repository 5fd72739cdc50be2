"""May a defence be called robust? One verdict per defence, parameters and temperature.

A pure function over numbers that the results hold; the words around it are the report's.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.attacks import is_adaptive
from core.canonical import canonical
from core.wording import amount, distance, percent

FAIL = "FAIL"
NOT_RELIABLE = "NOT RELIABLE"
INCONCLUSIVE = "INCONCLUSIVE"
PASS = "PASS"
ORDER = (FAIL, NOT_RELIABLE, INCONCLUSIVE, PASS)
"""From worst to best; of several criteria the worst verdict stands."""

ENOUGH_SEEDS = 3


@dataclass(frozen=True)
class Evidence:
    """One number that a criterion is held against, with its 95 % interval.

    Args: what: which number, in words for the reason. seeds: how many networks stand behind it.
    attacks: names of the attacks behind it.
    """

    what: str
    value: float
    low: float
    high: float
    seeds: int
    attacks: tuple[str, ...]


def judge(
    criterion: dict,
    evidence: list[Evidence],
    alarms: list[str],
    adaptive: bool,
    complete: bool,
) -> tuple[str, str]:
    """The verdict on one defence by one criterion, and its reason in a sentence.

    In this order: FAIL if any evidence misses the criterion with its whole interval (an attack
    that works is proof, and one seed is enough); NOT RELIABLE if a check fired or no adaptive
    attack ran; PASS if every interval clears the criterion with three seeds or more and nothing
    is missing; else INCONCLUSIVE.

    Args:
        criterion: `metric`, and `at_least` or `at_most`.
        evidence: what the criterion is held against; empty where the run does not say.
        alarms: sentences of failed checks that concern this defence.
        adaptive: an adaptive attack ran on it and no check disqualified it.
        complete: no cell of the run is missing.

    Source: Carlini et al., arXiv 1902.06705, for what an evaluation must not be believed without.
    """
    missed = [e for e in evidence if _misses(criterion, e)]
    if missed:
        worst = min(missed, key=lambda e: e.value if _at_least(criterion) else -e.value)
        return FAIL, f"{_stated(worst, criterion)}, which misses {_demand(criterion)}."
    if alarms:
        return NOT_RELIABLE, alarms[0]
    if not adaptive:
        return NOT_RELIABLE, (
            "No adaptive attack that could be relied on ran against this defence, so that attacks"
            " failed is no evidence; add jsma-logf, pgd on the margin, or cw-l2."
        )
    if not evidence:
        return INCONCLUSIVE, (
            f"The run holds no number for {criterion['metric']} under {criterion['attack']}:"
            " an attack that looks for the closest example must run on this network and on the"
            " undefended one, and its budget must leave room for the gain asked for."
        )
    clear = all(_clears(criterion, e) for e in evidence)
    seeds = min(e.seeds for e in evidence)
    closest = min(evidence, key=lambda e: e.low if _at_least(criterion) else -e.high)
    stated = _stated(closest, criterion)
    if not complete:
        return INCONCLUSIVE, f"{stated}; but the run is incomplete, and may not pass."
    if clear and seeds >= ENOUGH_SEEDS:
        return PASS, f"Withstood these attacks: {stated}, which clears {_demand(criterion)}."
    if clear:
        return INCONCLUSIVE, (
            f"{stated}, which clears {_demand(criterion)}; but with {seeds} seed(s), and"
            f" {ENOUGH_SEEDS} are needed to pass."
        )
    return INCONCLUSIVE, f"{stated}: the interval holds {_demand(criterion)}; more samples decide."


def verdicts(results: dict) -> list[dict]:
    """One verdict per defence, parameters and temperature, by the run's own criteria.

    Args: results: the content of results.json, all of it but the verdicts.

    Returns: objects with `defense, params, temperature, verdict, reason, criterion` (None where
    the run sets none) and `criteria`, the verdict of each criterion. The undefended network is
    what the others are held against and gets none.
    """
    criteria = results["spec"].get("criteria", [])
    found = []
    for network in _networks(results):
        if network["defense"] == "none" or not criteria:
            continue
        judged = []
        for criterion in criteria:
            verdict, reason = judge(
                criterion,
                evidence_for(results, network, criterion),
                _alarms(results, network),
                _adaptive(results, network),
                not results["provenance"]["incomplete"],
            )
            judged.append({"criterion": criterion, "verdict": verdict, "reason": reason})
        deciding = min(judged, key=lambda one: ORDER.index(one["verdict"]))
        found.append(
            {
                "defense": network["defense"],
                "params": network["defense_params"],
                "temperature": network["temperature"],
                **{key: deciding[key] for key in ("verdict", "reason", "criterion")},
                "criteria": judged,
            }
        )
    return found


def evidence_for(results: dict, network: dict, criterion: dict) -> list[Evidence]:
    """The numbers of a network that a criterion is held against.

    `strongest` takes the least over all attacks sample by sample, once for each distance; the
    name of an attack takes that attack alone, once for each of its settings.
    """
    metric, attack = criterion["metric"], criterion["attack"]
    if metric == "accuracy":
        return _accuracies(results, network)
    if attack != "strongest":
        rows = [r for r in results["summary"] if _is(r, network) and r["attack"] == attack]
        return [e for row in rows for e in _of_row(row, metric)]
    if metric == "success_rate":
        return [
            Evidence(
                f"under all attacks within {amount(row['distance'], row['budget'])} the share of"
                " samples that could be moved",
                *(1 - row[key] for key in ("robust_accuracy", "high", "low")),
                len(row["seeds"]),
                tuple(row["attacks"]),
            )
            for row in results["within_budget"]
            if _is(row, network)
        ]
    rows = [row for row in results["closest"] if _is(row, network) and _could_show(row, criterion)]
    return [e for row in rows for e in _of_closest(row, metric)]


def _could_show(row: dict, criterion: dict) -> bool:
    """Whether the cap leaves room for the gain asked for; where not, missing it proves nothing."""
    if criterion["metric"] != "rho_increase" or row["rho_increase"] is None:
        return True
    undefended = row["rho"] / (1 + row["rho_increase"]) if row["rho_increase"] > -1 else 0.0
    return not _at_least(criterion) or undefended * (1 + _bound(criterion)) <= row["rho_cap"]


def _of_closest(row: dict, metric: str) -> list[Evidence]:
    if any(row[key] is None for key in (metric, f"{metric}_low", f"{metric}_high")):
        return []
    unit = distance(row["distance"])
    what = {
        "rho": f"the robustness ({unit}) under the strongest attack on each sample",
        "rho_increase": (
            f"the gain in robustness ({unit}) over the undefended network, under the strongest"
            " attack on each sample,"
        ),
    }[metric]
    values = (row[key] for key in (metric, f"{metric}_low", f"{metric}_high"))
    names = tuple(attack["attack"] for attack in row["attacks"])
    return [Evidence(what, *values, len(row["seeds"]), names)]


def _of_row(row: dict, metric: str) -> list[Evidence]:
    keys = {
        "rho": ("rho", "rho_low", "rho_high"),
        "rho_increase": ("rho_increase", "rho_increase_low", "rho_increase_high"),
        "success_rate": ("success_rate", "success_low", "success_high"),
    }[metric]
    if any(row.get(key) is None for key in keys):
        return []
    what = {
        "rho": f"the robustness under {row['attack']}",
        "rho_increase": f"the gain in robustness under {row['attack']}",
        "success_rate": f"the success rate of {row['attack']}",
    }[metric]
    return [Evidence(what, *(row[key] for key in keys), len(row["seeds"]), (row["attack"],))]


def _accuracies(results: dict, network: dict) -> list[Evidence]:
    mine = [n for n in results["provenance"]["networks"] if _is(n, network)]
    return [
        Evidence(
            f"the clean accuracy of seed {n['seed']}",
            *(n[key] for key in ("accuracy", "accuracy_low", "accuracy_high")),
            len(mine),
            (),
        )
        for n in mine
    ]


def _networks(results: dict) -> list[dict]:
    first: dict[str, dict] = {}
    for row in results["summary"]:
        first.setdefault(_key(row), row)
    return list(first.values())


def _alarms(results: dict, network: dict) -> list[str]:
    """Failed checks of the evaluation or of this network; those of one attack disqualify it."""
    return [
        check["sentence"]
        for check in results["diagnostics"]
        if check["result"] == "fail"
        and check["subject"].get("attack") is None
        and (check["subject"].get("defense") is None or _is(check["subject"], network))
    ]


def _adaptive(results: dict, network: dict) -> bool:
    """Whether an adaptive attack ran on this network that no failed check disqualifies.

    An attack that calls the deliberately broken network robust is disqualified everywhere.
    """
    doubted = {
        canonical([check["subject"]["attack"], check["subject"].get("attack_params")])
        for check in results["diagnostics"]
        if check["result"] == "fail"
        and check["subject"].get("attack") is not None
        and (check["check"] == "broken_network_found" or _is(check["subject"], network))
    }
    return any(
        is_adaptive(row["attack"], row["attack_params"])
        and canonical([row["attack"], row["attack_params"]]) not in doubted
        for row in results["summary"]
        if _is(row, network)
    )


def _key(row: dict) -> str:
    params = row.get("defense_params", row.get("params"))
    return canonical([row["defense"], params, row["temperature"]])


def _is(row: dict, network: dict) -> bool:
    return _key(row) == _key(network)


def _at_least(criterion: dict) -> bool:
    return criterion["at_least"] is not None


def _bound(criterion: dict) -> float:
    return criterion["at_least"] if _at_least(criterion) else criterion["at_most"]


def _misses(criterion: dict, evidence: Evidence) -> bool:
    if _at_least(criterion):
        return evidence.high < _bound(criterion)
    return evidence.low > _bound(criterion)


def _clears(criterion: dict, evidence: Evidence) -> bool:
    if _at_least(criterion):
        return evidence.low >= _bound(criterion)
    return evidence.high <= _bound(criterion)


def _stated(evidence: Evidence, criterion: dict) -> str:
    value, low, high = (percent(n, 1) for n in (evidence.value, evidence.low, evidence.high))
    text = f"{evidence.what} is {value} ({low} to {high})"
    return text[0].upper() + text[1:]


def _demand(criterion: dict) -> str:
    side = "at least" if _at_least(criterion) else "at most"
    return f"the criterion of {side} {percent(_bound(criterion), 1)}"
