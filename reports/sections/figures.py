"""The figures of a run, for the app and the document alike: results in, plotly figure out.

Every function returns None when the run holds nothing that the figure could show. `look` chooses
the ground (light or dark) and the width (page or phone).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import plotly.graph_objects as go

from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.lines import against_temperature
from reports.plots.look import LIGHT, Look, Mark, figure, mark, note, nth, plain, shorten, spread
from reports.prose import chosen, reading, words


def robustness_against_temperature(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """rho against temperature, one line an attack, beside the published points (DD, Figure 10)."""
    return against_temperature(results, "rho", look)


def success_against_temperature(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Success rate against temperature beside the published points (DD, Figure 7)."""
    return against_temperature(results, "success_rate", look)


def comparison(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """rho of every defence under each attack that counts features, with intervals."""
    rows = [row for row in results["summary"] if row["rho"] is not None]
    rows = drawn_attacks([row for row in rows if words.distance_of(row) == "l0"])
    return dot_plot([_distances(results, rows)], _names(results, rows), _styles(rows, look), look)


def arithmetic(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """One attack in float32, float64 and log space; None unless two of the family ran."""
    rows = [row for row in results["summary"] if row["attack"] in reading.JSMA_FAMILY]
    if len({row["attack"] for row in rows}) < 2:
        return None
    family = reading.temperature_family(results)
    wanted = {"none", "given", family} if family else {row["defense"] for row in rows}
    return _by_network(results, [row for row in rows if row["defense"] in wanted], look)


def zero_gradients(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Share of unperturbed samples whose gradient is exactly zero for every wrong target."""
    rows = [r for r in results["summary"] if r["zero_gradient_samples"] is not None]
    rows = drawn_attacks([row for row in rows if chosen.follows_a_gradient(row)])
    dots = tuple(
        _dot(row, "zero_gradient_samples", words.percent(row["zero_gradient_samples"]))
        for row in rows
    )
    panel = Panel("Share of samples", dots, 1.0)
    return dot_plot([panel], _names(results, rows), _styles(rows, look), look)


def accuracy(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Accuracy on the clean test set, one row a network, with its interval."""
    networks = sorted(
        results["provenance"]["networks"], key=lambda n: (reading.network_key(n), n["seed"])
    )
    several = len({network["seed"] for network in networks}) > 1
    dots = tuple(
        Dot(
            words.defense_of(n) + (f", seed {n['seed']}" if several else ""),
            "accuracy",
            n["accuracy"],
            n["accuracy_low"],
            n["accuracy_high"],
            f"<b>{words.percent(n['accuracy'])}</b> "
            f"{words.interval(n['accuracy_low'], n['accuracy_high'])}<br>"
            f"{plain(words.defense_of(n))}, seed {n['seed']}",
        )
        for n in networks
        if n["accuracy"] is not None
    )
    style = Mark(look.ink, look.ink, "solid", "circle", "●")
    lows = [dot.value if dot.low is None else dot.low for dot in dots]
    floor = max(0.0, min(lows, default=0.0) - 0.02)
    panel = Panel("Share of test samples that are classified rightly", dots, 1.0, floor)
    return dot_plot([panel], {"accuracy": "accuracy"}, lambda _: style, look)


def training_curves(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Test accuracy (training accuracy where there is none) after each epoch."""
    curves = []
    for network in sorted(
        results["provenance"]["networks"], key=lambda n: (reading.network_key(n), n["seed"])
    ):
        history = network["history"]
        if not history:
            continue
        values = history.get("test_accuracy") or history.get("accuracy") or []
        pairs = [
            (e, v) for e, v in zip(history.get("epoch", []), values, strict=False) if v is not None
        ]
        if pairs:
            curves.append((network, [e for e, _ in pairs], [v * 100 for _, v in pairs]))
    if not curves:
        return None
    margin = {"l": 46, "r": 20 if look.narrow else 228, "t": 48, "b": 56}
    drawn = figure(look, 340, margin=margin)
    low = min(min(values) for _, _, values in curves)
    floor = 0.0 if low < 60 else low - 2
    ends: dict[tuple, float] = {}
    for network, _, values in curves:
        ends.setdefault(reading.network_key(network), values[-1])
    styles = {key: _network_mark(place, look) for place, key in enumerate(ends)}
    for network, epochs, values in curves:
        style = styles[reading.network_key(network)]
        title = f"{words.defense_of(network)}, seed {network['seed']}"
        drawn.add_scatter(
            name=plain(title),
            x=epochs,
            y=values,
            mode="lines+markers",
            line={"color": style.line, "width": 2, "dash": style.dash},
            marker={"size": 7, "symbol": style.symbol, "color": style.line},
            hovertemplate=f"<b>%{{y:.1f}} %</b> after epoch %{{x}}<br>{plain(title)}"
            "<extra></extra>",
        )
    if not look.narrow:
        _name_networks(drawn, curves, ends, styles, floor, look)
    drawn.update_yaxes(range=[floor, 100.5], ticksuffix=words.SPACE + "%", nticks=6)
    axis_title = {"text": "Epoch", "font": {"color": look.soft, "size": 13}}
    longest = max(max(epochs) for _, epochs, _ in curves)
    drawn.update_xaxes(title=axis_title, tick0=0, dtick=max(1, math.ceil(longest / 8)))
    corner = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
    note(drawn, "Accuracy", look, xshift=-40, yanchor="bottom", yshift=16, **corner)
    return drawn


def _network_mark(place: int, look: Look) -> Mark:
    """Four networks by colour, dash and marker; those after them by marker and name."""
    return nth(place, look) if place < 4 else mark("", look, place - 4)


def _name_networks(
    drawn: go.Figure,
    curves: list[tuple],
    ends: dict[tuple, float],
    styles: dict[tuple, Mark],
    floor: float,
    look: Look,
) -> None:
    """Each line's marker and name at its right end; beyond nine only those that tell something."""
    telling = {
        reading.network_key(network)
        for network, _, _ in curves
        if network["defense"] == "none" or not network["trained"]
    }
    failed = {reading.network_key(network) for network, _, _ in curves if not network["trained"]}
    named = [key for key in ends if len(ends) <= 9 or key in telling]
    titles = {reading.network_key(n): words.defense_of(n) for n, _, _ in curves}
    gap = 19 * (100.5 - floor) / 236
    heights = spread([ends[key] for key in named], gap, floor, 100.5)
    for key, height in zip(named, heights, strict=True):
        remark = ": did not train" if key in failed else ""
        text = f"{styles[key].glyph} <b>{plain(shorten(titles[key], 27))}</b>{remark}"
        font = {"size": 13, "color": styles[key].text}
        place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6}
        note(drawn, text, look, y=height, font=font, **place)


def _by_network(results: dict, rows: list[dict], look: Look) -> go.Figure | None:
    rows = _ordered(rows)
    successes = tuple(
        _dot(row, "success_rate", words.percent(row["success_rate"]))
        for row in rows
        if row["success_rate"] is not None
    )
    panels = [Panel("Attacks that succeed", successes, 1.0), _distances(results, rows)]
    return dot_plot([p for p in panels if p.dots], _names(results, rows), _styles(rows, look), look)


def _distances(results: dict, rows: list[dict]) -> Panel:
    """rho of the rows, on an axis that reaches to the largest budget."""
    known = [row for row in rows if row["rho"] is not None]
    dots = tuple(_dot(row, "rho", words.robustness(row)) for row in known)
    ends = [reading.budget_share(results, row) for row in known]
    ends += [dot.value if dot.high is None else dot.high for dot in dots]
    return Panel("Robustness: features an attacker must change", dots, max(ends, default=0.01))


def drawn_attacks(rows: list[dict]) -> list[dict]:
    """The rows of the attacks that a figure of all networks draws, in a fixed order."""
    keys = [reading.attack_key(row) for row in chosen.attacks(rows)]
    return _ordered([row for row in rows if reading.attack_key(row) in keys])


def _ordered(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: (reading.network_key(row), reading.attack_key(row)))


def _series_key(row: dict) -> str:
    extra = reading.canonical(row["attack_params"]) if row["attack_params"] else ""
    return row["attack"] + extra


def _names(results: dict, rows: list[dict]) -> dict[str, str]:
    return {
        _series_key(row): words.attack_line(row["attack"], reading.telling_params(results, row))
        for row in sorted(rows, key=reading.attack_key)
    }


def _styles(rows: list[dict], look: Look) -> Callable[[str], Mark]:
    attacks = {_series_key(row): row["attack"] for row in sorted(rows, key=reading.attack_key)}
    places = {key: i for i, key in enumerate(attacks)}
    return lambda key: mark(attacks[key], look, places[key])


def _dot(row: dict, measure: str, value: str) -> Dot:
    low, high = reading.bounds(row, measure)
    text = (
        f"<b>{plain(value)}</b> {words.interval(low, high)}<br>{plain(words.defense_of(row))}<br>"
        f"{plain(words.attack_line(row['attack'], row['attack_params']))}"
    )
    return Dot(words.defense_of(row), _series_key(row), row[measure], low, high, text)
