"""The report as one self-contained HTML page: equal results give equal bytes."""

from __future__ import annotations

import yaml

from core import seal
from reports.document import page, record
from reports.document.drawings import drawn
from reports.files.exports import summary_csv
from reports.plots import gallery
from reports.prose import findings, reading, words
from reports.sections import checks, origins, tables, verdict

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
    sealed = seal.sealed(results)
    return page.made(
        "report.html.j2",
        [results["run"]],
        sealed["content_sha256"],
        results=sealed,
        renderer=sealed["renderer"],
        data=results["provenance"]["data"],
        findings=found,
        lines=[line for line in found.lines if not judged or line.about == "training"],
        judged=judged,
        section_ids=_SECTIONS,
        verdict=verdict,
        checks=checks,
        record=record,
        shown=shown,
        hero=hero,
        hero_id=hero.id if hero else "",
        drawings=drawings,
        tables=tables,
        origins=origins,
        own_units=words.own_units(results),
        share_of="all of them"
        if words.all_features(results) == "all features"
        else "those that may change",
        exhibits=gallery.exhibits(results),
        spec=yaml.safe_dump(results["spec"], sort_keys=False, allow_unicode=True),
        csv=summary_csv(results),
        tested=_tested(results),
    )


def _tested(results: dict) -> dict[str, list[str]]:
    """Names of the defences and attacks that the run holds, for people, each once."""
    rows = results["summary"]
    every = sorted(results["provenance"]["networks"], key=reading.network_key)
    networks = dict.fromkeys(words.defense_of(network) for network in every)
    attacks = dict.fromkeys(words.attack_line(row["attack"], row["attack_params"]) for row in rows)
    return {"networks": list(networks), "attacks": list(attacks)}
