"""From the done cells of a run to its results: tidy table, summary, everything a report needs.

Averages over nothing that is missing: a hole is named in `provenance.incomplete`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import diagnostics
from core.experiment.gallery import chosen
from core.experiment.plan import attack_id
from core.experiment.results_schema import SCHEMA
from core.experiment.tables import stored_table
from core.metrics import robustness
from core.spec import canonical
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
    results = {
        "schema": SCHEMA,
        "run": run.id,
        "name": run.name,
        "created": datetime.fromtimestamp(run.created, UTC).isoformat(timespec="seconds"),
        "spec": run.spec,
        "provenance": provenance,
        "summary": summary(rows, networks, provenance["data"]["n_features"]),
        "differences": differences(rows, provenance["data"]["n_features"]),
        "diagnostics": _diagnostics(rows, networks, provenance["data"]["n_features"]),
        "verdicts": [],
        "gallery": _gallery(run, cells, ledger),
    }
    return results, rows


def tidy(run: Run, cells: dict[str, CellRow], ledger: Ledger) -> pd.DataFrame:
    """One row per attacked (network, attack, sample, target), in the order of the plan."""
    name = run.provenance["data"]["name"]
    tables = []
    for network, attack in _attacked(run):
        cell = cells.get(attack["key"])
        if cell is None or cell.state != "done":
            continue
        rows = stored_table(cell.artifacts["rows"], ledger.artifacts)
        temperature = network["temperature"]
        identity = {
            "network_id": network["key"][:12],
            "dataset": name,
            "defense": network["defense"],
            "defense_params": canonical(network["params"]),
            "temperature": np.nan if temperature is None else float(temperature),
            "seed": network["seed"],
            "attack_id": attack_id(attack["attack"], attack["params"]),
            "attack": attack["attack"],
            "attack_params": canonical(attack["params"]),
            "budget": attack["budget"],
        }
        tables.append(rows.assign(**identity)[COLUMNS])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def summary(rows: pd.DataFrame, networks: list[dict], n_features: int) -> list[dict]:
    """One object per (dataset, defense, parameters, temperature, attack, parameters)."""
    entries = []
    for identity, group in _groups(rows):
        budget = int(group["budget"].iloc[0])
        seeds = list(dict.fromkeys(group["seed"].tolist()))
        mine = [_network(networks, identity, seed) for seed in seeds]
        per_seed = []
        for seed, network in zip(seeds, mine, strict=True):
            one = robustness.summarize(group[group["seed"] == seed], budget, n_features)
            rates = {key: one[key] for key in ("success_rate", "rho")}
            per_seed.append({"seed": seed, "accuracy": network["accuracy"], **rates})
        entries.append(
            {
                **identity,
                "seeds": seeds,
                "budget": budget,
                "accuracy": float(np.mean([network["accuracy"] for network in mine])),
                "mean_confidence": float(np.mean([n["mean_confidence"] for n in mine])),
                **robustness.summarize(group, budget, n_features),
                "rho_increase": None,
                "per_seed": per_seed,
            }
        )
    for entry in entries:
        reference = _undefended(entries, entry)
        if reference and reference["rho"] > 0:
            entry["rho_increase"] = entry["rho"] / reference["rho"] - 1
    return entries


def differences(rows: pd.DataFrame, n_features: int) -> list[dict]:
    """Each defence minus `none`, and distillation minus its control, paired by sample."""
    groups = list(_groups(rows))
    tables = [
        robustness.seeds_averaged(
            robustness.per_sample(group, int(group["budget"].iloc[0]), n_features)
        )
        for _, group in groups
    ]
    found = []
    for (identity, group), table in zip(groups, tables, strict=True):
        for (other, _), against in zip(groups, tables, strict=True):
            if not _comparable(identity, other):
                continue
            cap = int(group["budget"].iloc[0]) / n_features
            for metric, most in (("rho", cap), ("success_rate", 1.0)):
                paired = robustness.paired_difference(table, against, metric, most)
                found.append({**identity, "against": other["defense"], "metric": metric, **paired})
    return found


def _comparable(identity: dict, other: dict) -> bool:
    same_attack = all(identity[key] == other[key] for key in ("dataset", "attack", "attack_params"))
    if not same_attack or identity["defense"] == "none":
        return False
    control = identity["defense"] == "distillation" and other["defense"] == "temperature"
    return other["defense"] == "none" or (
        control and identity["temperature"] == other["temperature"]
    )


def _attacked(run: Run) -> Iterator[tuple[dict, dict]]:
    """Every network of the run with every attack on it, in plan order."""
    for network in run.provenance["networks"]:
        for attack in run.provenance["attacks"]:
            if attack["network"] == network["key"]:
                yield network, attack


def _groups(rows: pd.DataFrame) -> Iterator[tuple[dict, pd.DataFrame]]:
    keys = ["dataset", "defense", "defense_params", "temperature", "attack", "attack_params"]
    for _, group in rows.groupby(keys, sort=False, dropna=False):
        dataset, defense, params, temperature, attack, attack_params = group[keys].iloc[0]
        yield (
            {
                "dataset": dataset,
                "defense": defense,
                "defense_params": json.loads(params),
                "temperature": None if pd.isna(temperature) else float(temperature),
                "attack": attack,
                "attack_params": json.loads(attack_params),
            },
            group,
        )


def _network(networks: list[dict], identity: dict, seed: int) -> dict:
    return next(
        n
        for n in networks
        if n["seed"] == seed
        and (n["defense"], n["temperature"]) == (identity["defense"], identity["temperature"])
        and canonical(n["params"]) == canonical(identity["defense_params"])
    )


def _undefended(entries: list[dict], entry: dict) -> dict | None:
    return next(
        (
            e
            for e in entries
            if e["defense"] == "none"
            and (e["dataset"], e["attack"]) == (entry["dataset"], entry["attack"])
            and e["attack_params"] == entry["attack_params"]
        ),
        None,
    )


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
        "data": planned["data"],
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
        "incomplete": [
            f"{cell.label}: {cell.state}" + (f", {cell.error}" if cell.error else "")
            for cell in cells.values()
            if cell.state != "done"
        ],
        "seconds": run.seconds,
    }


def _diagnostics(rows: pd.DataFrame, networks: list[dict], n_features: int) -> list[dict]:
    found = []
    for network in networks:
        check = diagnostics.network_trained(
            network["accuracy"], network["chance"], network["trained"]
        )
        subject = {key: network[key] for key in ("defense", "params", "temperature", "seed")}
        found.append({**asdict(check), "subject": {**subject, "attack": None}})
    for identity, group in _groups(rows):
        budget = int(group["budget"].iloc[0])
        samples = robustness.per_sample(group, budget, n_features)
        check = diagnostics.zero_gradients(float(samples["zero_gradient"].mean()))
        subject = {
            "defense": identity["defense"],
            "params": identity["defense_params"],
            "temperature": identity["temperature"],
            "attack": identity["attack"],
            "seed": None,
        }
        found.append({**asdict(check), "subject": subject})
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
