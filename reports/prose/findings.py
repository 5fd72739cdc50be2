"""What a run found, in plain words with live numbers: headline, evidence, summary.

Which network the headline is about is decided here; its sentences are `headline`'s, those of the
summary `paragraphs`'s, those of verdicts `verdict`'s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core import defenses
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.prose import alone, costs, distances, names, numbers, phrases, planted, reading
from reports.prose.headline import with_defense, without_defense
from reports.prose.paragraphs import paragraphs


@dataclass(frozen=True)
class Line:
    """A short statement under the headline; `tone` is "doubt", "hold" or "neutral".

    `about` is "attacks" for what verdicts say as well, and "training".
    """

    title: str
    text: str
    tone: str
    about: str = "attacks"


@dataclass(frozen=True)
class Findings:
    """The first screen of a report."""

    headline: str
    evidence: str
    lines: tuple[Line, ...]
    paragraphs: tuple[str, ...]


def find(results: Results) -> Findings:
    """The findings of a run, finished or not."""
    focus = focus_of(results)
    if alone.alone(results):
        headline, evidence = alone.headline(results)
    elif focus is None:
        headline, evidence = without_defense(results)
    else:
        headline, evidence = with_defense(results, focus)
        evidence = " ".join(filter(None, (evidence, planted.sentence(results, focus))))
        cost = costs.lost(results, focus)
        if cost is not None:
            headline, evidence = cost.headline(focus), f"{headline} {evidence}"
    return Findings(
        headline, evidence, tuple(_lines(results, focus)), tuple(paragraphs(results, focus))
    )


def focus_of(results: Results) -> SummaryRow | None:
    """The defended network that matters, under the attack that shows it best.

    One that lost much accuracy before all others; else the defence under which robustness changes
    most, either way, under any attack; of its temperatures T = 20, where the paper has its
    headline, if a gain shows there, else the largest rho. Attacks that count features before other
    distances, and none but the paper's that is blind there. Networks that did not train are never
    chosen.
    """
    every = [
        row
        for row in results.summary
        if defenses.facts(row.defense).is_defense
        and _measured(row) is not None
        and reading.trained(results, row)
    ]
    every = costs.dearest(results, every) or _most_changed(results, every)
    # What the paper's attack does not see is what this report is about; of others it is no news.
    seeing = [row for row in every if row.attack == "jsma-f" or not planted.blind(results, row)]
    every = seeing or every
    candidates = [row for row in every if row.distance == "l0" and row.rho is not None]
    candidates = candidates or [row for row in every if distances.measures_robustness(row)] or every
    if not candidates:
        return None
    papers = [row for row in candidates if row.attack == "jsma-f"]
    candidates = papers or candidates
    at_20 = [row for row in candidates if row.temperature == 20]
    if at_20 and reading.gain_detected(results, at_20[0]):
        return at_20[0]
    return max(candidates, key=lambda row: (_measured(row) or 0.0, reading.network_key(row)))


def _measured(row: SummaryRow) -> float | None:
    """What a network withstands: robustness, and inside a ball the share that was not moved."""
    return row.rho if distances.measures_robustness(row) else row.censored


def _most_changed(results: Results, rows: list[SummaryRow]) -> list[SummaryRow]:
    """Rows of the defence whose robustness differs most from the undefended network's.

    A control only where nothing else was proposed.
    """
    most: dict[str, float] = {}
    for row in rows:
        most[row.defense] = max(most.get(row.defense, 0.0), _change(results, row))
    if not most:
        return []
    ranked = sorted(
        most,
        key=lambda name: (defenses.facts(name).is_control, -most[name], defenses.place(name)),
    )
    return [row for row in rows if row.defense == ranked[0]]


def _change(results: Results, row: SummaryRow) -> float:
    """How far a network's robustness is from the undefended one's, as a factor in nats."""
    base = reading.baseline(results, row)
    if base is None:
        return 0.0
    mine, other = row.rho, base.rho
    if mine is None or other is None:
        # Of an attack inside a ball: the share of inputs that stay right.
        mine, other = row.censored, base.censored
    if mine is None or other is None:
        return 0.0
    # A hundredth on both sides: from nothing to something is much, and no infinity.
    return abs(math.log((mine + 0.01) / (other + 0.01)))


def _lines(results: Results, focus: SummaryRow | None) -> list[Line]:
    """Up to three short statements under the headline."""
    found = []
    same = [] if focus is None else reading.of_network(results, focus)
    hardest = reading.strongest(same)
    if hardest is not None:
        at = "" if hardest.temperature is None else f" at {numbers.at(hardest.temperature)}"
        moved = None if hardest.censored is None else 1 - hardest.censored
        told = f"{hardest.attack} moves {numbers.of_100(moved)} inputs"
        if distances.measures_robustness(hardest):
            told += f", robustness {distances.robustness(hardest, results.data.scale)}"
        else:
            told += f" within {distances.budget(hardest, results.data.scale)}"
        found.append(Line(f"Strongest attack{at}", told, "neutral"))
    blind = [
        (row.zero_gradient_samples, row) for row in same if row.zero_gradient_samples is not None
    ]
    share, worst = max(blind, key=lambda one: one[0], default=(0.0, None))
    if worst is not None and share > 0.05:
        found.append(
            Line(
                f"{worst.attack} is not reliable here",
                f"{numbers.of_100(share)} gradients were exactly zero when it ran",
                "doubt",
            )
        )
    untrained = [n for n in results.networks if not n.trained]
    for what, mine in (
        ("did not train", [one for one in untrained if not one.from_a_file]),
        ("answered near chance", [one for one in untrained if one.from_a_file]),
    ):
        if mine:
            text = phrases.listing([names.defense_of(network) for network in mine])
            title = f"{len(mine)} of the networks {what}"
            found.append(Line(title, text, "doubt", "training"))
    return found
