"""The report as one self-contained HTML page: equal results give equal bytes."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from reports import findings, gallery, look, tables, words
from reports.exports import summary_csv
from reports.figure_list import FIGURES
from reports.tables import Table

_HERE = Path(__file__).parent
_LOOKS = {
    "light": look.LIGHT,
    "dark": look.DARK,
    "light-narrow": look.LIGHT_NARROW,
    "dark-narrow": look.DARK_NARROW,
}


@dataclass(frozen=True)
class Shown:
    """A figure of the page: its id, title, takeaway and the table of its numbers."""

    id: str
    title: str
    takeaway: str
    table: Table


def render(results: dict) -> str:
    """The page for a results dict (the content of results.json).

    Returns: HTML that needs no other file and no network; bytes depend on `results` alone.
    """
    shown, drawings = _figures(results)
    scripts = [get_plotlyjs(), (_HERE / "static" / "report.js").read_text("utf-8")]
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            results=results,
            data=results["provenance"]["data"],
            findings=findings.find(results),
            shown=shown,
            hero=shown.get("robustness") or shown.get("comparison"),
            drawings=drawings,
            tables=tables,
            exhibits=gallery.exhibits(results),
            spec=yaml.safe_dump(results["spec"], sort_keys=False, allow_unicode=True),
            csv=summary_csv(results),
            tested=_tested(results),
            script_hashes=hashes,
            scripts=[Markup(script) for script in scripts],
            style=Markup((_HERE / "static" / "report.css").read_text("utf-8")),
        )
    )


def _figures(results: dict) -> tuple[dict[str, Shown], dict[str, dict]]:
    """The figures that this run can fill, and their drawings for both grounds and widths."""
    shown: dict[str, Shown] = {}
    drawings: dict[str, dict] = {}
    for name, entry in FIGURES.items():
        looks = {key: entry.draw(results, chosen) for key, chosen in _LOOKS.items()}
        drawn = {key: figure for key, figure in looks.items() if figure is not None}
        if not drawn:
            continue
        shown[name] = Shown(name, entry.title, entry.takeaway(results), entry.table(results))
        drawings[name] = {key: json.loads(figure.to_json()) for key, figure in drawn.items()}
    return shown, drawings


def _tested(results: dict) -> dict[str, list[str]]:
    """Names of the defences and attacks that the run holds, for people, each once."""
    rows = results["summary"]
    networks = dict.fromkeys(words.defense_of(n) for n in results["provenance"]["networks"])
    attacks = dict.fromkeys(words.attack_line(row["attack"], row["attack_params"]) for row in rows)
    return {"networks": list(networks), "attacks": list(attacks)}


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    environment.filters["count"] = words.count
    environment.filters["percent"] = words.percent
    return environment
