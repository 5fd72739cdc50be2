"""Figures against temperature: one line an attack, labelled at its end, published points hollow."""

from __future__ import annotations

import plotly.graph_objects as go

from core.catalog import HUMAN_THRESHOLD, OBTAINED, Published, published_for
from reports import reading, words
from reports.look import Look, Mark, figure, mark, note, plain, shorten, spread

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
    lines = reading.series(results, measure)
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
        _shade(drawn, lines, places, gap, look)
    if measure == "rho":
        _budget(drawn, results, lines, look)
        if published is not None and published["title"].startswith("MNIST"):
            _human(drawn, look)
    for i, line in enumerate(lines):
        _line(drawn, line, places, measure, mark(line.attack, look, i), look)
    _published(drawn, points, lines, places, measure, look)
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
    values += [reading.budget_share(results, row) for row in rows]
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


def _published(
    drawn: go.Figure,
    points: list[Published],
    lines: list[reading.Series],
    places: dict[float | None, int],
    measure: str,
    look: Look,
) -> None:
    if not points:
        return
    drawn.add_scatter(
        name="published",
        x=[places[point.temperature] for point in points],
        y=[point.value * 100 for point in points],
        mode="markers",
        cliponaxis=False,
        marker={
            "symbol": "circle-open",
            "size": 12,
            "color": look.ink,
            "line": {"width": 1.75, "color": look.ink},
        },
        customdata=[
            f"<b>published {words.published(point.value)}</b><br>{plain(point.source)}: "
            f"{plain(OBTAINED[point.obtained])}"
            for point in points
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for point in _labelled(points, lines, measure):
        first = places[point.temperature] == 0
        right = {"ax": 16 if look.narrow else 34, "ay": -40, "xanchor": "left"}
        left = {"ax": -30, "ay": 34, "xanchor": "right"}
        beside = {"ax": -26, "ay": -18, "xanchor": "right"}
        where = beside if measure == "success_rate" else right if first else left
        note(
            drawn,
            f"published{'<br>' if look.narrow else ' '}{words.published(point.value)}",
            look,
            x=places[point.temperature],
            y=point.value * 100,
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=look.soft,
            standoff=7,
            font={"size": 12 if look.narrow else 13, "color": look.ink},
            **where,
        )


def _labelled(
    points: list[Published], lines: list[reading.Series], measure: str
) -> list[Published]:
    """The published points worth a label: those from the text, else the one farthest from a line.

    The farthest leaves room for its label; the others are named on hover and in the table.
    """
    from_text = [point for point in points if point.obtained == "text"]
    if from_text:
        return from_text

    def distance(point: Published) -> float:
        near = [
            abs(row[measure] - point.value)
            for line in lines
            for at, row in line.points.items()
            if at == point.temperature
        ]
        return min(near, default=0.0)

    return [max(points, key=distance)]


def _budget(drawn: go.Figure, results: dict, lines: list[reading.Series], look: Look) -> None:
    """The cap of each budget among the lines, labelled for what it is."""
    caps = {row["budget"]: row for line in lines for row in line.points.values()}
    for budget, row in sorted(caps.items()):
        share = reading.budget_share(results, row) * 100
        drawn.add_hline(y=share, line={"color": look.soft, "width": 1, "dash": "4px,3px"})
        text = f"budget: {budget} features"
        note(
            drawn,
            text if look.narrow else f"{text}, where failed attacks are counted",
            look,
            x=1,
            xref="paper",
            xanchor="right",
            y=share,
            yanchor="bottom",
        )


def _human(drawn: go.Figure, look: Look) -> None:
    share = HUMAN_THRESHOLD * 100
    drawn.add_hline(y=share, line={"color": look.soft, "width": 1, "dash": "1px,3px"})
    text = f"{words.published(HUMAN_THRESHOLD)}: people begin to misread digits"
    note(
        drawn,
        "people misread from here" if look.narrow else f"{text}, says the paper",
        look,
        x=0,
        xref="paper",
        xanchor="left",
        y=share,
        yanchor="top",
    )


def _shade(
    drawn: go.Figure,
    lines: list[reading.Series],
    places: dict[float | None, int],
    gap: list[float],
    look: Look,
) -> None:
    """Fills and names the area between jsma-f and jsma-logf where their intervals are apart."""
    pairs = [
        (one.points, other.points)
        for one in lines
        for other in lines
        if (one.attack, other.attack) == ("jsma-f", "jsma-logf")
        and (one.attack_params, one.defense_params) == (other.attack_params, other.defense_params)
        and any(at in one.points and at in other.points for at in gap)
    ]
    upper, lower = pairs[0]
    shared = [places[at] for at in upper if at in lower]
    over = [at for at in upper if shared[0] <= places[at] <= shared[-1]]
    under = [at for at in reversed(lower) if shared[0] <= places[at] <= shared[-1]]
    drawn.add_scatter(
        x=[places[at] for at in [*over, *under]],
        y=[upper[at]["rho"] * 100 for at in over] + [lower[at]["rho"] * 100 for at in under],
        mode="none",
        fill="toself",
        fillcolor=look.shade,
        hoverinfo="skip",
    )
    last = max(at for at in gap if at in upper and at in lower)
    middle = (upper[last]["rho"] + lower[last]["rho"]) * 50
    text = "this gap is rounding,<br>not robustness"
    if look.narrow:
        text = "this gap<br>is rounding,<br>not robustness"
    where = {"x": places[last], "y": middle, "xanchor": "right", "align": "right"}
    if look.narrow:
        room = max(places.values()) * 0.46
        pointer = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": look.soft}
        where |= {**pointer, "axref": "x", "ax": room, "ayref": "y", "ay": middle, "xshift": -10}
        where |= {"x": places[last], "xanchor": "right"}
    else:
        where |= {"xshift": -12}
    font = {"size": 12 if look.narrow else 15, "color": look.ink}
    note(drawn, text, look, font=font, **where)


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
        of = f"of {words.count(results['provenance']['data']['n_features'])}"
    text = what if look.narrow else f"{what}, % {of}"
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
    note(drawn, text, look, xshift=-46, yanchor="bottom", yshift=12, **place)
