"""From the done cells of a run to its results: tidy table, summary, everything a report needs.

Averages over nothing that is missing: a hole is named in `provenance.incomplete`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.judgement import diagnostics
from core.model.detection import Alarms, Detection
from core.model.migration import earlier_detection
from core.model.network import History, TrainedNetwork
from core.model.planned import PlannedNetwork, RunPlan
from core.model.results import Architecture, CellCounts, Picture, Provenance, Results
from core.results.accuracy import accuracy_changes
from core.results.computed import computed
from core.results.gallery import chosen
from core.results.noticed import detected
from core.results.planted import found_of_planted
from core.results.table import COLUMNS, sha256_of
from core.store.ledger import Ledger
from core.store.records import CellRow, Run
from core.store.tables import stored_table


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
    plan = RunPlan.from_json(run.provenance)
    rows = tidy(plan, cells, ledger)
    networks = _networks(plan, cells, ledger)
    provenance = _provenance(run, plan, cells, networks)
    results = Results(
        run=run.id,
        name=run.name,
        created=datetime.fromtimestamp(run.created, UTC).isoformat(timespec="seconds"),
        spec=without_folders(run.spec),
        provenance=provenance,
        summary=[],
        differences=[],
        detection=_detection(plan, cells),
        planted=found_of_planted(plan, cells),
        diagnostics=[],
        verdicts=[],
        gallery=_gallery(plan, cells, ledger),
        rows_sha256=sha256_of(rows),
        reviews=ledger.reviews(run.id),
    )
    return computed(results, rows), rows


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


def tidy(plan: RunPlan, cells: Mapping[str, CellRow], ledger: Ledger) -> pd.DataFrame:
    """One row per attacked (network, attack, sample, target), in the order of the plan."""
    tables = []
    for network, attack in plan.attacked:
        parts = [cells[key] for key in attack.keys if _done(cells, key)]
        if not parts:
            continue
        rows = pd.concat(
            [stored_table(part.artifacts["rows"], ledger.artifacts) for part in parts],
            ignore_index=True,
        )
        identity = {
            "network_id": network.short,
            "dataset": plan.data.name,
            "defense": network.defense,
            "defense_params": network.identity.settings,
            "temperature": np.nan if network.temperature is None else float(network.temperature),
            "seed": network.seed,
            "attack_id": attack.setting.short,
            "attack": attack.attack,
            "attack_params": attack.setting.settings,
            "budget": np.nan if attack.budget is None else float(attack.budget),
        }
        tables.append(rows.assign(**identity)[COLUMNS])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def _done(cells: Mapping[str, CellRow], key: str) -> bool:
    return key in cells and cells[key].state == "done"


def _networks(plan: RunPlan, cells: Mapping[str, CellRow], ledger: Ledger) -> list[TrainedNetwork]:
    """What each trained network is and how it trained; absent while it is not done."""
    changes = accuracy_changes(plan, cells)
    return [
        _network(network, cells[network.key], plan.data.n_test, ledger).model_copy(
            update={"accuracy_change": changes.get(network.key)}
        )
        for network in plan.networks
        if _done(cells, network.key)
    ]


def _network(network: PlannedNetwork, cell: CellRow, n_test: int, ledger: Ledger) -> TrainedNetwork:
    measured = cell.metrics
    # Too few test inputs to tell: a check says so, and nothing is judged by it.
    trained = diagnostics.trained(measured["accuracy"], n_test, measured["chance"]) is not False
    return TrainedNetwork.model_validate(
        {
            **measured,
            "network_id": network.short,
            "defense": network.defense,
            "params": network.defense_params,
            "temperature": network.temperature,
            "seed": network.seed,
            "trained": trained,
            "seconds": cell.seconds,
            "history": _history(cell, ledger),
            "network_sha256": cell.artifacts["network"],
        }
    )


def _history(cell: CellRow, ledger: Ledger) -> History | None:
    if "history" not in cell.artifacts:
        return None
    frame = stored_table(cell.artifacts["history"], ledger.artifacts)
    return History.model_validate(frame.to_dict(orient="list"))


def _provenance(
    run: Run, plan: RunPlan, cells: Mapping[str, CellRow], networks: list[TrainedNetwork]
) -> Provenance:
    flushed = [
        cell.metrics["denormals_flushed"]
        for cell in cells.values()
        if cell.kind == "attack" and cell.state == "done"
    ]
    notes = [*plan.notes, *(note for network in networks for note in network.notes)]
    return Provenance(
        data=plan.data,
        architecture=Architecture(
            **plan.architecture.model_dump(),
            parameters=next((network.parameters for network in networks), None),
        ),
        networks=networks,
        departures=plan.departures,
        notes=list(dict.fromkeys(notes)),
        backend=plan.environment.backend,
        versions=plan.versions,
        device=plan.environment.device,
        threads=plan.environment.threads,
        denormals_flushed=flushed[0] if flushed else None,
        cells=CellCounts(total=len(cells), **run.counts),
        criteria_changed=plan.criteria_changed,
        incomplete=[
            f"{cell.label}: {cell.state}" + (f", {cell.error}" if cell.error else "")
            for cell in cells.values()
            if cell.state != "done"
        ],
        seconds=run.seconds,
    )


def _detection(plan: RunPlan, cells: Mapping[str, CellRow]) -> list[Detection]:
    """What an anomaly detector noticed of each attack on each network."""
    found = []
    for network, attack in plan.attacked:
        known = cells[attack.key].metrics.get("detection") if _done(cells, attack.key) else None
        if known is None:
            continue
        counts = earlier_detection(known)
        if "successes" in known:
            counts = detected(Alarms.model_validate(known))
        found.append(
            Detection.model_validate(
                {
                    **counts,
                    "defense": network.defense,
                    "defense_params": network.defense_params,
                    "temperature": network.temperature,
                    "seed": network.seed,
                    "attack": attack.attack,
                    "attack_params": attack.attack_params,
                    "distance": attack.distance,
                }
            )
        )
    return found


def _gallery(plan: RunPlan, cells: Mapping[str, CellRow], ledger: Ledger) -> list[Picture]:
    pictures = []
    wanted = chosen(plan, cells, ledger)
    for key, items in groupby(wanted, key=lambda item: item.attack.key):
        stored = np.load(ledger.artifacts.path(cells[key].artifacts["adversarial"]))
        arrays = {name: stored[name] for name in stored.files}
        samples = arrays["sample"][np.sort(np.unique(arrays["sample"], return_index=True)[1])]
        for item in items:
            pair = (arrays["sample"] == item.sample) & (arrays["target"] == item.target)
            original = arrays["original"][np.flatnonzero(samples == item.sample)[0]]
            pictures.append(
                Picture.model_validate(
                    {
                        **item.row,
                        "defense": item.network.defense,
                        "params": item.network.defense_params,
                        "temperature": item.network.temperature,
                        "seed": item.network.seed,
                        "attack": item.attack.attack,
                        "shape": plan.data.shape,
                        "original": _encoded(original),
                        "adversarial": _encoded(arrays["adversarial"][np.flatnonzero(pair)[0]]),
                    }
                )
            )
    return pictures


def _encoded(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()
