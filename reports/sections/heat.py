"""Source by target class: how often each class is moved to each other; numbers in every cell."""

from __future__ import annotations

import plotly.graph_objects as go

from reports.plots.look import LIGHT, Look, note, plain, shorten
from reports.plots.look import figure as empty
from reports.prose import chosen, findings, reading, words
from reports.sections import tables
from reports.sections.tables import Table

_MOST = 4
_GAP = 100


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Heat maps of success rates in percent, side by side; None without matrices."""
    shown = _shown(results)
    if not shown:
        return None
    names = _classes(results, len(shown[0]["success_rate"]))
    columns = 1 if look.narrow else min(2, len(shown))
    lines = -(-len(shown) // columns)
    cell = 30 if look.narrow else 34
    size = cell * len(names) if len(names) > 5 else cell * 5
    inner = lines * size + (lines - 1) * _GAP
    margin = {"l": 84, "r": 16, "t": 56, "b": 52}
    drawn = empty(look, inner + 108, margin=margin)
    for i, entry in enumerate(shown):
        line, column = divmod(i, columns)
        width = (1 - 0.16 * (columns - 1)) / columns
        left, top = column * (width + 0.16), 1 - line * (size + _GAP) / inner
        domain = [left, left + width], [max(0.0, top - size / inner), top]
        _map(drawn, entry, "" if i == 0 else str(i + 1), domain, names, look)
        title = f"<b>{plain(words.defense_of(entry))}</b><br>{plain(_attack(results, entry))}"
        where = {"x": left, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left"}
        font = {"size": 13, "color": look.ink}
        note(drawn, title, look, yanchor="bottom", yshift=6, font=font, **where)
    return drawn


def takeaway(results: dict) -> str:
    """Which pair of classes falls most and least easily on the network in focus."""
    entry = _shown(results)[-1]
    names = _classes(results, len(entry["success_rate"]))
    cells = [
        (value, source, target)
        for source, line in enumerate(entry["success_rate"])
        for target, value in enumerate(line)
        if value is not None
    ]
    text = (
        "Rows: the class that a sample has; columns: the class that the network was made to see; "
        "numbers: percent of attacks that succeed."
    )
    if cells:
        least = min(cells)
        text += (
            f" On {words.defense_of(entry)} under {entry['attack']}, {names[least[1]]} is moved to "
            f"{names[least[2]]} least often ({words.percent(least[0])})."
        )
    return text + chosen.remark(len(_shown(results)), len(results["matrices"]), "matrices").replace(
        "the table has all", "results.json has all"
    )


def table(results: dict) -> Table:
    """The matrices that are drawn, one line a source class, success and mean distance."""
    shown = _shown(results)
    names = _classes(results, len(shown[0]["success_rate"]))
    rows = tuple(
        (
            f"{words.defense_of(entry)}, {_attack(results, entry)}",
            names[source],
            *(
                _cell(rate, far)
                for rate, far in zip(line, entry["distortion"][source], strict=True)
            ),
        )
        for entry in shown
        for source, line in enumerate(entry["success_rate"])
    )
    caption = (
        "Success rate, and in brackets the mean distance of those that succeeded (features in L0, "
        f"else {words.own_units(results)})."
    )
    columns = ("Network and attack", "From", *(f"to {name}" for name in names))
    return Table(caption, columns, rows, frozenset(range(2, 2 + len(names))), grouped=True)


def _cell(rate: float | None, far: float | None) -> str:
    if rate is None:
        return "–"
    return words.percent(rate) + ("" if far is None else f" ({words.number(far)})")


def _shown(results: dict) -> list[dict]:
    """Undefended and the network in focus, under the two most telling attacks."""
    entries = [m for m in results.get("matrices", []) if m["success_rate"]]
    keys = chosen.networks(entries, findings.focus_of(results), 2)
    attacks = [reading.attack_key(a) for a in chosen.attacks(entries, 2)]
    found = [
        entry
        for attack in attacks
        for key in keys
        for entry in entries
        if reading.attack_key(entry) == attack and reading.network_key(entry) == key
    ]
    return found[:_MOST]


def _map(
    drawn: go.Figure,
    entry: dict,
    suffix: str,
    domain: tuple[list[float], list[float]],
    names: list[str],
    look: Look,
) -> None:
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    places = range(len(names))
    rates = entry["success_rate"]
    drawn.add_heatmap(
        z=rates,
        x=list(places),
        y=list(places),
        zmin=0,
        zmax=1,
        colorscale=[[0, look.grid], [1, look.lines[2]]],
        showscale=False,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        **axes,
    )
    filled = [(s, t) for s in places for t in places if rates[s][t] is not None]
    drawn.add_scatter(
        x=[target for _, target in filled],
        y=[source for source, _ in filled],
        mode="text",
        text=[f"{round(100 * rates[s][t])}" for s, t in filled],
        textfont={
            "size": 11 if len(names) > 10 or look.narrow else 12,
            "color": [_legible(rates[s][t], look) for s, t in filled],
        },
        hoverinfo="skip",
        **axes,
    )
    tick = {"color": look.ink, "size": 11}
    labels = [plain(shorten(name, 9)) for name in names]
    shared = {"tickvals": list(places), "ticktext": labels, "tickfont": tick, "showgrid": False}
    shared |= {"zeroline": False, "fixedrange": True}
    title = {"font": {"color": look.soft, "size": 12}}
    drawn.layout[f"xaxis{suffix}"] = {
        **shared,
        "domain": domain[0],
        "anchor": f"y{suffix}",
        "range": [-0.5, len(names) - 0.5],
        "title": {**title, "text": "seen as", "standoff": 4},
    }
    drawn.layout[f"yaxis{suffix}"] = {
        **shared,
        "domain": domain[1],
        "anchor": f"x{suffix}",
        "range": [len(names) - 0.5, -0.5],
        "title": {**title, "text": "is", "standoff": 4},
    }


def _legible(rate: float, look: Look) -> str:
    """Ground or ink, whichever stands out more on the cell of this rate."""
    low, high = look.grid, look.lines[2]
    cell = [a + rate * (b - a) for a, b in zip(_channels(low), _channels(high), strict=True)]
    return max((look.ground, look.ink), key=lambda one: _contrast(_channels(one), cell))


def _channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _contrast(one: list[float], other: list[float]) -> float:
    """Contrast ratio of two colours, as WCAG 2 defines it."""
    light = [
        sum(
            weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
            for weight, c in zip((0.2126, 0.7152, 0.0722), color, strict=True)
        )
        for color in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def _attack(results: dict, entry: dict) -> str:
    return tables.named(entry["attack"], entry["attack_params"], results["matrices"])


def _classes(results: dict, size: int) -> list[str]:
    names = results["provenance"]["data"]["class_names"] or []
    return [names[i] if i < len(names) else str(i) for i in range(size)]
