"""Several runs laid over each other: curves, paired differences, what differs in their specs."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.metrics import robustness
from core.store.records import Run
from reports import reading, tables, words
from reports.look import Look, figure, note, plain

_DASHES = ("solid", "dash", "dot", "dashdot")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up")
MEASURES = {"rho": "Robustness", "success_rate": "Attacks that succeed"}
_KEYS = ["defense", "defense_params", "temperature", "attack", "attack_params"]


def curves(runs: list[Run], results: list[dict], measure: str, look: Look) -> go.Figure | None:
    """One line a run and attack against temperature; a run has a colour, an attack a dash."""
    lines = [(i, s) for i, one in enumerate(results) for s in reading.series(one, measure)]
    if not lines:
        return None
    every = {at for _, line in lines for at in line.points}
    ticks = [at for at in [None, *sorted(t for t in every if t is not None)] if at in every]
    attacks = list(dict.fromkeys(line.attack for _, line in lines))
    drawn = figure(look, 420, margin={"l": 52, "r": 16, "t": 48, "b": 56}, showlegend=True)
    order = [look.lines[i] for i in (2, 0, 3, 1, 4)]
    for place, line in lines:
        points = [
            (ticks.index(at), row, *reading.bounds(row, measure)) for at, row in line.points.items()
        ]
        among = results[place]["summary"]
        attack = tables.named(line.attack, line.attack_params, among)
        style = attacks.index(line.attack)
        drawn.add_scatter(
            x=[x for x, *_ in points],
            y=[100 * row[measure] for _, row, *_ in points],
            name=plain(f"{runs[place].name} ({runs[place].id}), {attack}"),
            mode="lines+markers",
            line={"color": order[place % 5], "width": 2.25, "dash": _DASHES[style % 4]},
            marker={"symbol": _SYMBOLS[style % 4], "size": 8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [_gap(high, row[measure]) for _, row, _, high in points],
                "arrayminus": [_gap(row[measure], low) for _, row, low, _ in points],
                "width": 0,
                "thickness": 1,
            },
            hovertemplate="<b>%{y:.2f} %</b><br>%{fullData.name}<extra></extra>",
        )
    drawn.update_layout(legend={"orientation": "h", "y": -0.24, "font": {"color": look.ink}})
    names = ["none" if at is None else f"{at:g}" for at in ticks]
    drawn.update_xaxes(
        tickvals=list(range(len(ticks))),
        ticktext=names,
        title={
            "text": "Temperature T (none: undefended)",
            "font": {"color": look.soft, "size": 13},
            "standoff": 4,
        },
    )
    drawn.update_yaxes(rangemode="tozero", ticksuffix=words.SPACE + "%")
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
    note(drawn, MEASURES[measure], look, xshift=-46, yanchor="bottom", yshift=16, **place)
    return drawn


def differences(first: tuple[dict, pd.DataFrame], second: tuple[dict, pd.DataFrame]) -> list[dict]:
    """Second run minus first, for every network and attack that both hold on the same samples.

    Returns: objects with the network, the attack, `metric`, `difference`, `low`, `high`, `n`,
    `detected`; empty when the runs attacked other samples or other data.
    """
    (one, left), (other, right) = first, second
    checksums = [r["provenance"]["data"]["checksum"] for r in (one, other)]
    if left.empty or right.empty or checksums[0] != checksums[1]:
        return []
    extent = robustness.extent_of(one["provenance"]["data"])
    theirs = {_identity(key): rows for key, rows in right.groupby(_KEYS, sort=False, dropna=False)}
    found = []
    for key, rows in left.groupby(_KEYS, sort=False, dropna=False):
        match = theirs.get(_identity(key))
        if match is None or set(match["sample"]) != set(rows["sample"]):
            continue
        attack, attack_params = rows["attack"].iloc[0], rows["attack_params"].iloc[0]
        budget = float(rows["budget"].iloc[0])
        measure = robustness.measure_of(attack, json.loads(attack_params), budget, extent)
        measured = [
            robustness.seeds_averaged(robustness.per_sample(part, measure))
            for part in (match, rows)
        ]
        every = robustness.tries_every_target(json.loads(attack_params))
        metrics = {"success_rate": 1.0} if every else {}
        # An attack inside a ball finds just any example: how far it went says nothing.
        if words.measures_robustness({"attack": attack, "distance": measure.distance}):
            metrics = {"rho": measure.cap / measure.most, **metrics}
        for metric, most in metrics.items():
            paired = robustness.paired_difference(measured[0], measured[1], metric, most)
            found.append({**_named(key), "metric": metric, **paired})
    return found


def differing(specs: list[dict]) -> list[tuple[str, list[str]]]:
    """Settings that differ between specs: the path, and each spec's value ("–": absent)."""
    flat = [dict(_flat(spec)) for spec in specs]
    paths = dict.fromkeys(path for one in flat for path in one)
    rows = [(path, [one.get(path, "–") for one in flat]) for path in paths]
    return [(path, values) for path, values in rows if len(set(values)) > 1]


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            item
            for key, inner in value.items()
            for item in _flat(inner, f"{path}.{key}" if path else str(key))
        ]
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [item for i, inner in enumerate(value) for item in _flat(inner, f"{path}[{i}]")]
    return [(path, value if isinstance(value, str) else json.dumps(value))]


def _gap(high: float | None, low: float | None) -> float:
    return 0.0 if high is None or low is None else max(0.0, 100 * (high - low))


def _identity(key: Any) -> tuple:
    return tuple("–" if isinstance(part, float) and pd.isna(part) else part for part in key)


def _named(key: Any) -> dict:
    defense, params, temperature, attack, attack_params = key
    return {
        "defense": defense,
        "defense_params": json.loads(params),
        "temperature": None if pd.isna(temperature) else float(temperature),
        "attack": attack,
        "attack_params": json.loads(attack_params),
    }
