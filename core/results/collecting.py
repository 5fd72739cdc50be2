"""From the done cells of a run to its results: tidy table, summary, everything a report needs.

Averages over nothing that is missing: a hole is named in `provenance.incomplete`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.canonical import canonical
from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.summary import differences, summary
from core.judgement import diagnostics
from core.judgement.verdicts import verdicts
from core.model.data import DataFacts
from core.model.identity import AttackId
from core.model.judged import Changed
from core.model.network import History, TrainedNetwork
from core.model.results import Architecture, CellCounts, Picture, Provenance, Results
from core.model.rows import Detection
from core.results.gallery import chosen
from core.store.earlier import MARK
from core.store.ledger import Ledger
from core.store.records import CellRow, Run
from core.store.tables import stored_table

COLUMNS = [
    *("network_id", "dataset", "defense", "defense_params", "temperature", "seed"),
    *("attack_id", "attack", "attack_params", "budget"),
    *("sample", "label", "target", "predicted_clean", "predicted", "success", "status"),
    *("l0", "l1", "l2", "linf", "iterations"),
]


def load(ref: str, home: Path | None = None) -> tuple[Results, pd.DataFrame]:
    """Results of a run, finished or not.

    Args: ref: run id, a unique beginning of one, or `latest`.
    Returns: the results and the tidy table of results.parquet.
    Raises `UserError` when there is no such run or a file of it is missing.
    """
    ledger = Ledger(home)
    return collect(ledger.run(ref), ledger)


def collect(run: Run, ledger: Ledger) -> tuple[Results, pd.DataFrame]:
    """As `load`, of a run that is at hand."""
    cells = {cell.key: cell for cell in ledger.cells(run.id)}
    rows = tidy(run, cells, ledger)
    networks = _networks(run, cells, ledger)
    provenance = _provenance(run, cells, networks)
    evaluation = Evaluation.of(rows, provenance.data.extent)
    entries, closest = summary(evaluation, networks), evidence.closest(evaluation)
    complete = not provenance.incomplete
    results = Results(
        run=run.id,
        name=run.name,
        created=datetime.fromtimestamp(run.created, UTC).isoformat(timespec="seconds"),
        spec=without_folders(run.spec),
        provenance=provenance,
        summary=entries,
        closest=closest,
        within_budget=evidence.within_budget(evaluation),
        differences=differences(evaluation),
        curves=evidence.security_curves(evaluation),
        matrices=evidence.class_matrices(evaluation, provenance.data.classes),
        detection=_detection(run, cells),
        diagnostics=diagnostics.run_checks(
            evaluation, entries, closest, networks, provenance.data, complete
        ),
        verdicts=[],
        gallery=_gallery(run, cells, ledger),
        reviews=ledger.reviews(run.id),
    )
    return results.model_copy(update={"verdicts": verdicts(results)}), rows


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


def _networks(run: Run, cells: dict[str, CellRow], ledger: Ledger) -> list[TrainedNetwork]:
    """What each trained network is and how it trained; absent while it is not done."""
    found = []
    for network in run.provenance["networks"]:
        cell = cells.get(network["key"])
        if cell is None or cell.state != "done":
            continue
        n_test = run.provenance["data"]["n_test"]
        measured = cell.metrics
        found.append(
            TrainedNetwork.model_validate(
                {
                    "network_id": network["key"][:12],
                    **network,
                    **measured,
                    "trained": diagnostics.trained(
                        measured["accuracy"], n_test, measured["chance"]
                    ),
                    "seconds": cell.seconds,
                    "history": _history(cell, ledger),
                    "network_sha256": cell.artifacts["network"],
                }
            )
        )
    return found


def _history(cell: CellRow, ledger: Ledger) -> History | None:
    if "history" not in cell.artifacts:
        return None
    frame = stored_table(cell.artifacts["history"], ledger.artifacts)
    return History.model_validate(frame.to_dict(orient="list"))


def _provenance(run: Run, cells: dict[str, CellRow], networks: list[TrainedNetwork]) -> Provenance:
    planned = run.provenance
    flushed = [
        cell.metrics["denormals_flushed"]
        for cell in cells.values()
        if cell.kind == "attack" and cell.state == "done"
    ]
    notes = [*planned["notes"], *(note for network in networks for note in network.notes)]
    return Provenance(
        data=DataFacts.model_validate(planned["data"]),
        architecture=Architecture(
            **planned["architecture"],
            parameters=next((network.parameters for network in networks), None),
        ),
        networks=networks,
        departures=planned["departures"],
        notes=list(dict.fromkeys(notes)),
        backend=planned["environment"]["backend"],
        versions=planned["versions"],
        device=planned["environment"]["device"],
        threads=planned["environment"]["threads"],
        denormals_flushed=flushed[0] if flushed else None,
        cells=CellCounts(total=len(cells), **run.counts),
        criteria_changed=[Changed.model_validate(mark) for mark in planned.get(MARK, [])],
        incomplete=[
            f"{cell.label}: {cell.state}" + (f", {cell.error}" if cell.error else "")
            for cell in cells.values()
            if cell.state != "done"
        ],
        seconds=run.seconds,
    )


def _detection(run: Run, cells: dict[str, CellRow]) -> list[Detection]:
    """What an anomaly detector noticed of each attack on each network."""
    found = []
    for network, attack in _attacked(run):
        cell = cells.get(attack["key"])
        if cell is None or cell.state != "done" or cell.metrics.get("detection") is None:
            continue
        found.append(
            Detection(
                defense=network["defense"],
                defense_params=network["params"],
                temperature=network["temperature"],
                seed=network["seed"],
                attack=attack["attack"],
                attack_params=attack["params"],
                distance=attack["distance"],
                **cell.metrics["detection"],
            )
        )
    return found


def _gallery(run: Run, cells: dict[str, CellRow], ledger: Ledger) -> list[Picture]:
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
                Picture(
                    defense=network["defense"],
                    defense_params=network["params"],
                    temperature=network["temperature"],
                    seed=network["seed"],
                    attack=attack["attack"],
                    **row,
                    shape=shape,
                    original=_encoded(original),
                    adversarial=_encoded(arrays["adversarial"][np.flatnonzero(pair)[0]]),
                )
            )
    return pictures


def _encoded(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()
