"""The report as one self-contained HTML page: equal results give equal bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from core import seal
from reports import (
    checks,
    context,
    findings,
    gallery,
    integrity,
    reading,
    record,
    tables,
    verdict,
    words,
)
from reports.drawings import drawn
from reports.exports import summary_csv

_HERE = Path(__file__).parent
_HEROES = ("robustness", "defences", "comparison")
_SECTIONS = (
    *("robustness", "defences", "success", "elsewhere"),
    *("arithmetic", "zero-gradients", "amplitudes", "curves"),
)
"""Figures with a section of their own, in order; the hero has its own at the top."""


def render(results: dict) -> str:
    """The page for a results dict (the content of results.json).

    Returns: HTML that needs no other file and no network; bytes depend on `results` alone.
    """
    found, judged = findings.find(results), verdict.groups(results)
    shown, drawings = drawn(results)
    hero = next((shown[name] for name in _HEROES if name in shown), None)
    scripts = [_static("plotly/plotly-cartesian.min.js"), _static("report.js")]
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            results=seal.sealed(results),
            data=results["provenance"]["data"],
            findings=found,
            lines=[line for line in found.lines if not judged or line.about == "training"],
            judged=judged,
            section_ids=_SECTIONS,
            verdict=verdict,
            checks=checks,
            record=record,
            context=context,
            shown=shown,
            hero=hero,
            hero_id=hero.id if hero else "",
            drawings=drawings,
            tables=tables,
            exhibits=gallery.exhibits(results),
            spec=yaml.safe_dump(results["spec"], sort_keys=False, allow_unicode=True),
            csv=summary_csv(results),
            tested=_tested(results),
            script_hashes=hashes,
            scripts=[Markup(script) for script in scripts],
            style=Markup("".join(_static(name) for name in ("report.css", "record.css"))),
        )
    )
    return integrity.closed(page.rstrip("\n") + "\n")


def _static(name: str) -> str:
    return (_HERE / "static" / name).read_text("utf-8")


def _tested(results: dict) -> dict[str, list[str]]:
    """Names of the defences and attacks that the run holds, for people, each once."""
    rows = results["summary"]
    every = sorted(results["provenance"]["networks"], key=reading.network_key)
    networks = dict.fromkeys(words.defense_of(network) for network in every)
    attacks = dict.fromkeys(words.attack_line(row["attack"], row["attack_params"]) for row in rows)
    return {"networks": list(networks), "attacks": list(attacks)}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


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
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "separators": (",", ":")}
    environment.filters["count"] = words.count
    environment.filters["percent"] = words.percent
    environment.filters["slug"] = _slug
    return environment
