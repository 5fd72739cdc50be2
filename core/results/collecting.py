"""From the done cells of a run to its results: tidy table, summary, everything a report needs.

Averages over nothing that is missing: a hole is named in `provenance.incomplete`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.canonical import canonical
from core.cells.tables import stored_table
from core.judgement import diagnostics
from core.judgement.verdicts import verdicts
from core.metrics import robustness
from core.model.identity import AttackId
from core.results import evidence
from core.results.gallery import chosen
from core.results.results_schema import SCHEMA
from core.results.summary import differences, summary
from core.store.earlier import MARK
from core.store.ledger import Ledger
from core.store.records import CellRow, Run

COLUMNS = [
    *("network_id", "dataset", "defense", "defense_params", "temperature", "seed"),
    *("attack_id", "attack", "attack_params", "budget"),
    *("sample", "label", "target", "predicted_clean", "predicted", "success", "status"),
    *("l0", "l1", "l2", "linf", "iterations"),
]


def load(ref: str, home: Path | None = None) -> tuple[dict, pd.DataFrame]:
    """Results of a run, finished or not.

    Args: ref: run id, a unique beginning of one, or `latest`.
    Returns: the content of results.json and the tidy table of results.parquet.
    Raises `UserError` when there is no such run or a file of it is missing.
    """
    ledger = Ledger(home)
    return collect(ledger.run(ref), ledger)


def collect(run: Run, ledger: Ledger) -> tuple[dict, pd.DataFrame]:
    """As `load`, of a run that is at hand."""
    cells = {cell.key: cell for cell in ledger.cells(run.id)}
    rows = tidy(run, cells, ledger)
    networks = _networks(run, cells, ledger)
    provenance = _provenance(run, cells, networks)
    data = provenance["data"]
    extent = robustness.extent_of(data)
    entries = summary(rows, networks, extent)
    closest = evidence.closest(rows, extent)
    results = {
        "schema": SCHEMA,
        "run": run.id,
        "name": run.name,
        "created": datetime.fromtimestamp(run.created, UTC).isoformat(timespec="seconds"),
        "spec": without_folders(run.spec),
        "provenance": provenance,
        "summary": entries,
        "closest": closest,
        "within_budget": evidence.within_budget(rows, extent),
        "differences": differences(rows, extent),
        "curves": evidence.security_curves(rows, extent),
        "matrices": evidence.class_matrices(rows, extent, data["classes"]),
        "detection": _detection(run, cells),
        "diagnostics": _diagnostics(rows, entries, closest, provenance),
        "verdicts": [],
        "gallery": _gallery(run, cells, ledger),
        "reviews": ledger.reviews(run.id),
    }
    results["verdicts"] = verdicts(results)
    return results, rows


def without_folders(value: Any) -> Any:
    """A spec whose files are named without their folders: those concern this machine alone.

    Checksums say which files they were.
    """
    if isinstance(value, dict):
        return {
            key: Path(inner).name
            if key == "file" and isinstance(inner, str)
            else without_folders(inner)
            for key, inner in value.items()
        }
    return [without_folders(inner) for inner in value] if isinstance(value, list) else value


def tidy(run: Run, cells: dict[str, CellRow], ledger: Ledger) -> pd.DataFrame:
    """One row per attacked (network, attack, sample, target), in the order of the plan."""
    name = run.provenance["data"]["name"]
    tables = []
    for network, attack in _attacked(run):
        # Runs from before attacks had several cells know of one.
        keys = [attack["key"], *attack.get("more", ())]
        parts = [cells[key] for key in keys if key in cells and cells[key].state == "done"]
        if not parts:
            continue
        rows = pd.concat(
            [stored_table(part.artifacts["rows"], ledger.artifacts) for part in parts],
            ignore_index=True,
        )
        temperature = network["temperature"]
        identity = {
            "network_id": network["key"][:12],
            "dataset": name,
            "defense": network["defense"],
            "defense_params": canonical(network["params"]),
            "temperature": np.nan if temperature is None else float(temperature),
            "seed": network["seed"],
            "attack_id": AttackId.of(attack["attack"], attack["params"]).short,
            "attack": attack["attack"],
            "attack_params": canonical(attack["params"]),
            "budget": np.nan if attack["budget"] is None else float(attack["budget"]),
        }
        tables.append(rows.assign(**identity)[COLUMNS])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def _attacked(run: Run) -> Iterator[tuple[dict, dict]]:
    """Every network of the run with every attack on it, in plan order."""
    for network in run.provenance["networks"]:
        for attack in run.provenance["attacks"]:
            if attack["network"] == network["key"]:
                yield network, attack


def _networks(run: Run, cells: dict[str, CellRow], ledger: Ledger) -> list[dict]:
    """What each trained network is and how it trained; absent while it is not done."""
    found = []
    for network in run.provenance["networks"]:
        cell = cells.get(network["key"])
        if cell is None or cell.state != "done":
            continue
        described: dict[str, Any] = {k: v for k, v in network.items() if k != "key"}
        described = {"network_id": network["key"][:12], **described, **cell.metrics}
        n_test = run.provenance["data"]["n_test"]
        described["trained"] = diagnostics.trained(
            described["accuracy"], n_test, described["chance"]
        )
        described["seconds"] = cell.seconds
        described["history"] = _history(cell, ledger)
        described["network_sha256"] = cell.artifacts["network"]
        found.append(described)
    return found


def _history(cell: CellRow, ledger: Ledger) -> dict | None:
    if "history" not in cell.artifacts:
        return None
    frame = stored_table(cell.artifacts["history"], ledger.artifacts)
    return frame.to_dict(orient="list")


def _provenance(run: Run, cells: dict[str, CellRow], networks: list[dict]) -> dict:
    planned = run.provenance
    flushed = [
        cell.metrics["denormals_flushed"]
        for cell in cells.values()
        if cell.kind == "attack" and cell.state == "done"
    ]
    notes = [*planned["notes"], *(note for network in networks for note in network["notes"])]
    parameters = next((network["parameters"] for network in networks), None)
    return {
        # Runs from before spaced features know nothing of them.
        "data": {"stepped_features": 0, **planned["data"]},
        "architecture": {**planned["architecture"], "parameters": parameters},
        "networks": networks,
        "departures": planned["departures"],
        "notes": list(dict.fromkeys(notes)),
        "backend": planned["environment"]["backend"],
        "versions": planned["versions"],
        "device": planned["environment"]["device"],
        "threads": planned["environment"]["threads"],
        "denormals_flushed": flushed[0] if flushed else None,
        "cells": {"total": len(cells), **run.counts},
        **({MARK: planned[MARK]} if MARK in planned else {}),
        "incomplete": [
            f"{cell.label}: {cell.state}" + (f", {cell.error}" if cell.error else "")
            for cell in cells.values()
            if cell.state != "done"
        ],
        "seconds": run.seconds,
    }


def _diagnostics(
    rows: pd.DataFrame, entries: list[dict], closest: list[dict], provenance: dict
) -> list[dict]:
    checked = diagnostics.run_checks(
        rows,
        entries,
        provenance["networks"],
        provenance["data"],
        strongest=closest,
        complete=not provenance["incomplete"],
    )
    return [{**asdict(check), "subject": subject} for subject, check in checked]


def _detection(run: Run, cells: dict[str, CellRow]) -> list[dict]:
    """What an anomaly detector noticed of each attack on each network."""
    found = []
    for network, attack in _attacked(run):
        cell = cells.get(attack["key"])
        if cell is None or cell.state != "done" or cell.metrics.get("detection") is None:
            continue
        found.append(
            {
                "defense": network["defense"],
                "defense_params": network["params"],
                "temperature": network["temperature"],
                "seed": network["seed"],
                "attack": attack["attack"],
                "attack_params": attack["params"],
                "distance": attack["distance"],
                **cell.metrics["detection"],
            }
        )
    return found


def _gallery(run: Run, cells: dict[str, CellRow], ledger: Ledger) -> list[dict]:
    shape = run.provenance["data"]["shape"]
    pictures = []
    wanted = chosen(run, cells, ledger)
    for key, items in groupby(wanted, key=lambda item: item[1]["key"]):
        stored = np.load(ledger.artifacts.path(cells[key].artifacts["adversarial"]))
        arrays = {name: stored[name] for name in stored.files}
        samples = arrays["sample"][np.sort(np.unique(arrays["sample"], return_index=True)[1])]
        for network, attack, row in items:
            pair = (arrays["sample"] == row["sample"]) & (arrays["target"] == row["target"])
            original = arrays["original"][np.flatnonzero(samples == row["sample"])[0]]
            pictures.append(
                {
                    **{k: network[k] for k in ("defense", "params", "temperature", "seed")},
                    "attack": attack["attack"],
                    **row,
                    "shape": shape,
                    "original": _encoded(original),
                    "adversarial": _encoded(arrays["adversarial"][np.flatnonzero(pair)[0]]),
                }
            )
    return pictures


def _encoded(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()
