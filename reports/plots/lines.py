"""Figures against temperature: one line an attack, labelled at its end, published points hollow."""

from __future__ import annotations

import plotly.graph_objects as go

from core.spec.catalog import Published, published_for
from reports.plots import remarks
from reports.plots.look import Look, Mark, figure, mark, note, plain, shorten, spread
from reports.prose import chosen, reading, words

HEIGHT = {False: 460, True: 400}
_TITLES = {
    "rho": ("Robustness: features an attacker must change", "of all features"),
    "success_rate": ("Attacks that succeed", "of all attacked image and target pairs"),
}


def against_temperature(results: dict, measure: str, look: Look) -> go.Figure | None:
    """One measure against temperature; None when no network of the run has a temperature.

    Args:
        measure: "rho" (Figure 10 of DD) or "success_rate" (Figure 7).
    """
    lines = chosen.lines(reading.series(results, measure))
    if not lines:
        return None
    published = published_for(results["provenance"]["data"]["name"])
    points = published[measure] if published else []
    places = _places(lines, points)
    top = _top(results, lines, points, measure)
    margin = {"l": 46, "r": 74 if look.narrow else 204, "t": 40, "b": 60}
    drawn = figure(look, HEIGHT[look.narrow], margin=margin)
    gap = [t for t in reading.gap_at(results) if t in places] if measure == "rho" else []
    if gap:
        remarks.shade(drawn, lines, places, gap, look)
    if measure == "rho":
        remarks.budget(drawn, results, lines, look)
        if published is not None and published["title"].startswith("MNIST"):
            remarks.human(drawn, look)
    for i, line in enumerate(lines):
        _line(drawn, line, places, measure, mark(line.attack, look, i), look)
    remarks.published(drawn, points, lines, places, measure, look)
    _end_labels(drawn, results, lines, places, measure, top, look)
    _axes(drawn, places, top, measure, results, look)
    return drawn


def _places(lines: list[reading.Series], points: list[Published]) -> dict[float | None, int]:
    """Temperatures evenly spaced, "none" first; published ones get a place too."""
    seen = {at for line in lines for at in line.points} | {point.temperature for point in points}
    order: list[float | None] = [None] if None in seen else []
    order += sorted(at for at in seen if at is not None)
    return {at: i for i, at in enumerate(order)}


def _top(
    results: dict, lines: list[reading.Series], points: list[Published], measure: str
) -> float:
    if measure == "success_rate":
        return 104.0
    rows = [row for line in lines for row in line.points.values()]
    values = [row["rho"] for row in rows] + [row["rho_high"] or 0 for row in rows]
    values += [reading.budget_share(results, row) for row in rows if row["budget"] is not None]
    return 100 * 1.1 * max([*values, *(point.value for point in points)], default=0.01)


def _line(
    drawn: go.Figure,
    line: reading.Series,
    places: dict[float | None, int],
    measure: str,
    style: Mark,
    look: Look,
) -> None:
    """The connected temperatures, and a thin stroke back to the undefended network."""
    undefended = line.points.get(None)
    rows = [row for at, row in line.points.items() if at is not None]
    if undefended is not None and rows:
        drawn.add_scatter(
            x=[places[None], places[rows[0]["temperature"]]],
            y=[undefended[measure] * 100, rows[0][measure] * 100],
            mode="lines",
            line={"color": style.line, "width": 1.5, "dash": "dot"},
            opacity=0.7,
            hoverinfo="skip",
        )
    ordered = list(line.points.values())
    drawn.add_scatter(
        name=plain(line.attack),
        x=[places[at] for at in line.points],
        y=[row[measure] * 100 for row in ordered],
        error_y=_error(ordered, measure, style),
        mode="markers",
        cliponaxis=False,
        marker={"color": style.line, "symbol": style.symbol, "size": 8 if look.narrow else 9},
        customdata=[_hover(row, measure) for row in ordered],
        hovertemplate="%{customdata}<extra></extra>",
    )
    drawn.add_scatter(
        x=[places[row["temperature"]] for row in rows],
        y=[row[measure] * 100 for row in rows],
        mode="lines",
        line={"color": style.line, "width": 2.5, "dash": style.dash},
        hoverinfo="skip",
    )


def _error(rows: list[dict], measure: str, style: Mark) -> dict:
    """Asymmetric interval bars in percent; zero length where an interval is not known."""
    up, down = [], []
    for row in rows:
        low, high = reading.bounds(row, measure)
        up.append(0 if high is None else max(0.0, (high - row[measure]) * 100))
        down.append(0 if low is None else max(0.0, (row[measure] - low) * 100))
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "color": style.line,
        "thickness": 1.5,
        "width": 0,
    }


def _hover(row: dict, measure: str) -> str:
    value = words.robustness(row) if measure == "rho" else words.percent(row["success_rate"])
    between = words.interval(*reading.bounds(row, measure))
    lines = [
        f"<b>{plain(value)}</b> {between}",
        plain(words.defense_of(row)),
        plain(words.attack_line(row["attack"], row["attack_params"])),
    ]
    if measure == "rho" and row["censored"]:
        lines.append(f"{words.percent(row['censored'])} of samples counted at the budget")
    return "<br>".join(lines)


def _end_labels(
    drawn: go.Figure,
    results: dict,
    lines: list[reading.Series],
    places: dict[float | None, int],
    measure: str,
    top: float,
    look: Look,
) -> None:
    """Names each line at its right end, in its own colour, moved apart where lines meet."""
    plot = HEIGHT[look.narrow] - 100
    gap = (18 if look.narrow else 42) * top / plot
    last = [list(line.points.values())[-1] for line in lines]
    heights = spread([row[measure] * 100 for row in last], gap, gap / 2, top - gap / 2)
    several = len({reading.canonical(line.defense_params) for line in lines}) > 1
    for i, (line, height) in enumerate(zip(lines, heights, strict=True)):
        title, remark = words.attack(line.attack, reading.telling_params(results, last[i]))
        if several:
            remark += f" {reading.canonical(line.defense_params)}"
        title, remark = plain(shorten(title, 20)), plain(shorten(remark, 24))
        text = f"<b>{title}</b><br>{remark}" if remark else f"<b>{title}</b>"
        note(
            drawn,
            plain(shorten(line.attack, 9)) if look.narrow else text,
            look,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=height,
            yanchor="middle",
            font={"color": mark(line.attack, look, i).text, "size": 12 if look.narrow else 14},
        )


def _axes(
    drawn: go.Figure,
    places: dict[float | None, int],
    top: float,
    measure: str,
    results: dict,
    look: Look,
) -> None:
    family = words.defense(reading.temperature_family(results) or "", {}, None)
    title = f"{family} temperature T"
    if None in places:
        title += " (none: undefended)" if not look.narrow else ""
    drawn.update_xaxes(
        range=[-0.35, max(places.values()) + 0.3],
        tickvals=list(places.values()),
        ticktext=[words.temperature(at) for at in places],
        tickangle=0,
        tickfont={"size": 10 if look.narrow and len(places) > 8 else 12 if look.narrow else 14},
        title={"text": title, "font": {"color": look.soft, "size": 13}, "standoff": 14},
    )
    drawn.update_yaxes(range=[0, top], ticksuffix=words.SPACE + "%", nticks=8)
    what, of = _TITLES[measure]
    if measure == "rho":
        of = f"of {words.count(words.changeable(results['provenance']['data']))}"
    text = what if look.narrow else f"{what}, % {of}"
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
    note(drawn, text, look, xshift=-46, yanchor="bottom", yshift=12, **place)
