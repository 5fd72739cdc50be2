"""Several runs laid over each other: one panel an attack, one line a run, and the numbers."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from reports.plots.look import LIGHT, Look, nth, plain, shorten
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import chosen, reading, words
from reports.sections.tables import Table, measured, named

MEASURES = {"rho": "Robustness", "success_rate": "Attacks that succeed"}
_PANELS = 6
_LABEL = 48


def labels(results: Sequence[Results]) -> list[str]:
    """What each run is called where all are named: its name, with its id where names repeat."""
    names = [shorten(one.name, _LABEL) for one in results]
    if len(set(names)) == len(names):
        return names
    return [f"{name} ({one.run})" for name, one in zip(names, results, strict=True)]


def figure(results: Sequence[Results], measure: str, look: Look = LIGHT) -> go.Figure | None:
    """One panel an attack against temperature, one line a run; None where no run has a curve.

    Args: measure: "rho" or "success_rate". A run has a colour, a dash and a marker.
    """
    by_attack = _by_attack(results, measure)
    drawn = chosen.attacks([rows[0] for rows in by_attack.values()], _PANELS)
    places = _places(results, measure)
    names = {str(i): label for i, label in enumerate(labels(results))}
    panels = [
        _panel(by_attack[reading.attack_key(attack)], attack, results, measure, places)
        for attack in drawn
    ]
    return small_multiples(panels, names, lambda key: nth(int(key), look), look)


def takeaway(results: Sequence[Results], measure: str) -> str:
    """How far the runs lie apart at most, in a sentence."""
    widest: tuple[float, str, float | None, list[str]] | None = None
    for rows in _by_attack(results, measure).values():
        for at in _temperatures(rows):
            values = [(i, row[measure]) for i, row in _at(results, rows[0], measure, at)]
            if len(values) < 2:
                continue
            span = max(v for _, v in values) - min(v for _, v in values)
            if widest is None or span > widest[0]:
                said = [f"{words.percent(v)} ({labels(results)[i]})" for i, v in values]
                widest = span, named(rows[0].attack, rows[0].attack_params, rows), at, said
    bars = "Bars are 95 % intervals."
    if widest is None:
        return f"No two of these runs attacked a network at the same temperature. {bars}"
    span, attack, at, said = widest
    if span == 0:
        return f"The curves of these runs coincide. {bars}"
    where = "without a defence" if at is None else f"at {words.at(at)}"
    what = {"rho": "Robustness", "success_rate": "The share of attacks that succeed"}[measure]
    return (
        f"{what} lies farthest apart {where} under {attack}: {words.listing(said)}. {bars}"
        + chosen.remark(
            min(_PANELS, len(_by_attack(results, measure))),
            len(_by_attack(results, measure)),
            "attacks",
        )
    )


def table(results: Sequence[Results], measure: str) -> Table:
    """The numbers of the panels: one row an attack and temperature, one column a run."""
    rows = []
    for attacked in _by_attack(results, measure).values():
        name = named(
            attacked[0].attack,
            attacked[0].attack_params,
            [row for one in results for row in one.summary],
        )
        for at in _temperatures(attacked):
            there = dict(_at(results, attacked[0], measure, at))
            cells = [
                measured(there[i], measure) if i in there else "–" for i in range(len(results))
            ]
            rows.append((name, words.temperature(at), *cells))
    columns = ("Attack", "T", *labels(results))
    numeric = frozenset(range(2, 2 + len(results)))
    return Table("95 % intervals in brackets.", columns, tuple(rows), numeric, grouped=True)


def differing(specs: list[dict]) -> list[tuple[str, list[str]]]:
    """Settings that differ between specs: the path, and each spec's value ("–": absent).

    Defences and attacks are told by their names, so that their order does not count; one that a
    spec does not have at all is a single row.
    """
    parts = [dict(_parts(spec)) for spec in specs]
    found = []
    for part in dict.fromkeys(part for one in parts for part in one):
        there = [one.get(part) for one in parts]
        if None in there:
            found.append((part, ["–" if value is None else _settings(value) for value in there]))
            continue
        for path in dict.fromkeys(path for value in there if value for path in value):
            name = f"{part}.{path}" if path else part
            found.append((name, [(value or {}).get(path, "–") for value in there]))
    return [(path, values) for path, values in found if len(set(values)) > 1]


def _parts(spec: dict) -> list[tuple[str, dict[str, str]]]:
    """The settings of a spec by what they belong to: each defence and attack, and the rest."""
    found: list[tuple[str, dict[str, str]]] = []
    for key, value in spec.items():
        named = isinstance(value, list) and all(isinstance(v, dict) and "name" in v for v in value)
        for item in value if named else []:
            seen = sum(part.partition(" #")[0] == f"{key}.{item.name}" for part, _ in found)
            part = f"{key}.{item.name}" + (f" #{seen + 1}" if seen else "")
            rest = {name: inner for name, inner in item.items() if name != "name"}
            found.append((part, dict(_flat(rest))))
        if not named:
            found.append((key, dict(_flat(value))))
    return found


def _settings(value: dict[str, str]) -> str:
    """All settings of a part in one cell; "there" where it has none of its own."""
    said = [f"{path} {inner}".strip() for path, inner in value.items() if inner != "null"]
    return ", ".join(said) or "there"


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


def _by_attack(results: Sequence[Results], measure: str) -> dict[tuple, list[dict]]:
    """The rows of every curve of every run, by attack, in the order of reports."""
    found: dict[tuple, list[dict]] = {}
    for one in results:
        for line in reading.series(one, measure):
            rows = list(line.points.values())
            found.setdefault(reading.attack_key(rows[0]), []).extend(rows)
    return dict(sorted(found.items()))


def _temperatures(rows: list[dict]) -> list[float | None]:
    every = {row.temperature for row in rows}
    return [at for at in [None, *sorted(t for t in every if t is not None)] if at in every]


def _at(
    results: Sequence[Results], attack: dict, measure: str, at: float | None
) -> list[tuple[int, dict]]:
    """(place of the run, row) under an attack at a temperature, runs that have none left out."""
    found = []
    for i, one in enumerate(results):
        for line in reading.series(one, measure):
            row = line.points.get(at)
            if row is not None and reading.attack_key(row) == reading.attack_key(attack):
                found.append((i, row))
                break
    return found


def _places(results: Sequence[Results], measure: str) -> list[float | None]:
    rows = [row for rows in _by_attack(results, measure).values() for row in rows]
    return _temperatures(rows)


def _panel(
    rows: list[dict],
    attack: dict,
    results: Sequence[Results],
    measure: str,
    places: list[float | None],
) -> Small:
    curves = []
    for i, label in enumerate(labels(results)):
        mine = [
            (places.index(at), row)
            for at in places
            for run, row in _at(results, attack, measure, at)
            if run == i
        ]
        if not mine:
            continue
        between = [reading.bounds(row, measure) for _, row in mine]
        curves.append(
            Curve(
                str(i),
                tuple(float(x) for x, _ in mine),
                tuple(row[measure] for _, row in mine),
                tuple(
                    f"<b>{plain(measured(row, measure))}</b><br>{plain(words.defense_of(row))}"
                    f"<br>{plain(label)}"
                    for _, row in mine
                ),
                tuple(low for low, _ in between),
                tuple(high for _, high in between),
            )
        )
    values = [row[measure] for row in rows]
    tops = [high for row in rows if (high := reading.bounds(row, measure)[1]) is not None]
    top = 1.05 if measure == "success_rate" else 1.1 * max([*values, *tops, 1e-6])
    every = [row for one in results for row in one.summary]
    title = named(attack.attack, attack.attack_params, every)
    ticks = tuple(words.temperature(at) for at in places)
    return Small(title, tuple(curves), "temperature T (none: undefended)", top, ticks=ticks)
