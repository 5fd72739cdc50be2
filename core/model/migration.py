"""Results of earlier versions, brought to the form of this one. Nothing else knows of them."""

from __future__ import annotations

import json
from typing import Any

_DISTANCES = {"cw-l0": "l0", "cw-l2": "l2", "lbfgs": "l2", "genetic": "linf", "decision": "l2"}
"""Of attacks whose rows did not name their distance; `jsma-*` count features."""
_FEWEST = 30
"""Successes below which no share of them is given."""

_CONTROLS = ("temperature", "scaled-logits")
"""Defences that nobody proposes."""


def migrated(raw: Any) -> Any:
    """The content of a results.json with what earlier versions left out or wrote otherwise.

    What is not as expected stays as it is: the model says what is wrong with it.
    """
    if not isinstance(raw, dict):
        return raw
    made = dict(raw)
    try:
        made["provenance"] = _provenance(raw["provenance"])
        data = made["provenance"]["data"]
        made["summary"] = [_row(row, data) for row in raw["summary"]]
        made["closest"] = [_closest(row) for row in raw.get("closest", [])]
        made["detection"] = [earlier_detection(row) for row in raw.get("detection", [])]
        made["verdicts"] = [_verdict(one) for one in raw.get("verdicts", [])]
    except (KeyError, TypeError, AttributeError):
        return raw
    return made


def planned(raw: Any) -> Any:
    """What the ledger keeps of a run, with what earlier versions did not know of data and attacks.

    The first attacks all were JSMA, which counts features.
    """
    try:
        attacks = [{"distance": "l0", "budget": None, **one} for one in raw["attacks"]]
        files = {path: {"notes": [], **one} for path, one in raw.get("files", {}).items()}
        made = {**_provenance(raw), "attacks": attacks, "files": files}
        return {"versions": {}, "departures": [], "notes": [], **made}
    except (KeyError, TypeError, AttributeError):
        return raw


def _provenance(raw: dict[str, Any]) -> dict[str, Any]:
    data = raw["data"]
    n, span = data["n_features"], data["high"] - data["low"]
    uniform = {"l0": n, "l1": n * span, "l2": n**0.5 * span, "linf": span}
    unknown = {"test_in_training": None}
    return {**raw, "data": {"mutable_features": n, "extent": uniform, **unknown, **data}}


def _row(row: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    name, params, budget = row["attack"], row["attack_params"], row["budget"]
    distance = "l0" if name.startswith("jsma") else _DISTANCES.get(name, "linf")
    distance = row.get("distance", params.get("norm", distance))
    cap = 1.0 if budget is None else min(1.0, budget / data["extent"][distance])
    inputs = row["samples"] * len(row["seeds"])
    return {"distance": distance, "rho_cap": cap, "inputs": inputs, **row}


def _verdict(verdict: Any) -> Any:
    """Controls were judged like what somebody proposes once."""
    if verdict["defense"] not in _CONTROLS:
        return verdict
    criteria = [{**one, "verdict": "REFERENCE"} for one in verdict["criteria"]]
    return {**verdict, "verdict": "REFERENCE", "criteria": criteria}


def _closest(row: dict[str, Any]) -> dict[str, Any]:
    """Settings stood in a text once."""
    attacks = [
        {**one, "attack_params": json.loads(one["attack_params"])}
        if isinstance(one["attack_params"], str)
        else one
        for one in row["attacks"]
    ]
    return {**row, "attacks": attacks}


def earlier_detection(row: Any) -> Any:
    """Earlier versions averaged over inputs, however many successes each had.

    Where each had one, that is the share of all successes; else that share is not known.
    """
    if "noticed" in row:
        return row
    return {**_pooled(row), "bins": [_pooled(part) for part in row["bins"]]}


def _pooled(part: Any) -> Any:
    noticed, pairs = None, part["pairs"]
    if part.get("samples") == pairs and part["detected"] is not None:
        noticed = round(part["detected"] * pairs)
    few = noticed is None or pairs < _FEWEST
    return {
        **part,
        "noticed": noticed,
        **(dict.fromkeys(("detected", "low", "high")) if few else {}),
    }
