"""How small gradients become, by powers of ten: Figure 9 of DD, as one histogram a network."""

from __future__ import annotations

import plotly.graph_objects as go

from core import defenses
from reports.plots.look import LIGHT, Look, note, plain, shorten
from reports.plots.look import figure as empty
from reports.prose import chosen, findings, reading, words
from reports.sections.tables import Table

_ROWS = 12
_ROW = 46
_OPEN = -46
_NORMAL, _FLUSHED = -45, -38


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Histograms over powers of ten, one below the other; None where none was measured."""
    known = _known(results)
    if not known:
        return None
    keys = chosen.networks(known, findings.focus_of(results), _ROWS)
    shown = [next(n for n in known if reading.network_key(n) == key) for key in keys]
    left = 108 if look.narrow else 236
    margin = {"l": left, "r": 20, "t": 40, "b": 56}
    drawn = empty(look, 96 + _ROW * len(shown), margin=margin)
    lost = _NORMAL if results["provenance"]["denormals_flushed"] is False else _FLUSHED
    tallest = max(part["share"] for n in shown for part in n["amplitudes"]["bins"])
    for place, network in enumerate(shown):
        bins = network["amplitudes"]["bins"]
        powers = [_OPEN if part["power"] is None else part["power"] for part in bins]
        drawn.add_bar(
            x=[power + 0.5 for power in powers],
            y=[-0.82 * part["share"] / tallest for part in bins],
            base=[place + 0.42] * len(bins),
            width=0.86,
            marker={
                "color": [look.lines[0] if power < lost else look.lines[2] for power in powers],
                "line": {"width": 0},
            },
            customdata=[_hover(network, part) for part in bins],
            hovertemplate="%{customdata}<extra></extra>",
        )
    low = min(_OPEN if p["power"] is None else p["power"] for n in shown for p in _bins(n))
    high = max(p["power"] for n in shown for p in _bins(n) if p["power"] is not None) + 1
    low = min(low, lost - 3) if low < -20 else low
    if low < lost:
        drawn.add_vline(x=lost, line={"color": look.soft, "width": 1, "dash": "dash"})
        where = {"x": lost, "xanchor": "left", "xshift": 4, "y": 1, "yref": "paper"}
        text = "left of here float32 is 0" if look.narrow else "left of here a float32 is exactly 0"
        note(drawn, text, look, yanchor="bottom", yshift=4, **where)
    drawn.update_layout(barmode="overlay", bargap=0)
    every = range(_OPEN // 10 * 10, high + 1, 10 if high - low > 12 else 2)
    ticks = [power for power in every if low <= power <= high] or [high]
    drawn.update_xaxes(
        range=[low - 0.5, high + 0.5],
        tickvals=ticks,
        ticktext=[f"10<sup>{power}</sup>".replace("-", "−") for power in ticks],
        title={
            "text": "largest gradient entry of a sample",
            "font": {"color": look.soft, "size": 13},
        },
    )
    drawn.update_yaxes(
        range=[len(shown) - 0.45, -0.55],
        tickvals=list(range(len(shown))),
        ticktext=[plain(shorten(words.defense_of(n), 16 if look.narrow else 34)) for n in shown],
        showgrid=False,
        tickfont={"size": 11 if look.narrow else 13, "color": look.ink},
    )
    return drawn


def takeaway(results: dict) -> str:
    """By how many powers of ten a defence shrinks gradients, and how many vanish in float32."""
    known = [n for n in _known(results) if n["amplitudes"]["median_power"] is not None]
    base = next((n for n in known if n["defense"] == "none"), None)
    known = [n for n in known if not defenses.facts(n["defense"]).is_broken] or known
    if not known:
        return "Every gradient is exactly zero, even in log space."
    least = min(known, key=lambda n: (n["amplitudes"]["median_power"], reading.network_key(n)))
    lost = words.percent(least["amplitudes"]["zero_in_float32"])
    text = (
        f"The middle sample of {words.defense_of(least)} has a gradient of "
        f"10 to the {least['amplitudes']['median_power']:.0f}".replace("-", "−")
    )
    if base is not None and base is not least:
        text += f", without a defence 10 to the {base['amplitudes']['median_power']:.0f}".replace(
            "-", "−"
        )
    text += f"; in float32, the gradients of {lost} of the test inputs looked at are exactly zero."
    shown = len(chosen.networks(known, findings.focus_of(results), _ROWS))
    every = len({reading.network_key(n) for n in known})
    return text + chosen.remark(shown, every, "networks")


def table(results: dict) -> Table:
    """Median power, what vanishes in float32, and the histogram in words."""
    rows = tuple(
        (
            words.defense_of(n),
            str(n["seed"]),
            _power(n["amplitudes"]["median_power"]),
            words.percent(n["amplitudes"]["zero_in_float32"]),
            words.count(n["amplitudes"]["samples"]),
            ", ".join(
                f"{_power(part['power'])}: {words.percent(part['share'])}" for part in _bins(n)
            ),
        )
        for n in _known(results)
    )
    columns = ("Network", "Seed", "Median", "Zero in float32", "n", "Share at each power of ten")
    caption = (
        "Powers of ten of the largest entry of the probabilities' gradient towards any wrong "
        "class, computed in log space, where nothing vanishes."
    )
    return Table(caption, columns, rows, frozenset({1, 2, 3, 4}))


def _power(power: float | None) -> str:
    return "below −45" if power is None else f"{power:.0f}".replace("-", "−")


def _hover(network: dict, part: dict) -> str:
    where = _power(part["power"])
    return (
        f"<b>{words.percent(part['share'])}</b> at 10<sup>{where}</sup><br>"
        f"{plain(words.defense_of(network))}"
    )


def _bins(network: dict) -> list[dict]:
    return network["amplitudes"]["bins"]


def _known(results: dict) -> list[dict]:
    found = [n for n in results["provenance"]["networks"] if n.get("amplitudes")]
    found = [n for n in found if n["amplitudes"]["bins"]]
    return sorted(found, key=lambda n: (reading.network_key(n), n["seed"]))
