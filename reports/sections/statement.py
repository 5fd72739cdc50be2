"""The one sentence on all defences of a report: how many withstood, under which threat model."""

from __future__ import annotations

from collections.abc import Sequence

from core.judgement.rule import FAIL, INCONCLUSIVE, NOT_RELIABLE, PASS
from core.model import judged
from core.model.results import Results
from reports.prose import names, phrases, threats
from reports.prose.alone import alone
from reports.sections.verdict import LABELS, is_control, label

_ALONE: dict[judged.VerdictWord, str] = {
    FAIL: "it fails",
    NOT_RELIABLE: "it cannot be judged reliably",
    INCONCLUSIVE: "it is undecided",
    PASS: "it withstood these attacks",
}
"""Of one defence alone; a FAIL without its plain word is said otherwise."""


def statement(results: Results) -> str:
    """The one sentence for the whole report; one a threat model where there are several.

    A network that stands by itself may withstand one and fall to another that nobody judged, so
    that its threat model is named also where it is the only one.
    """
    found = [item for item in results.verdicts if not is_control(item.defense)]
    if not found:
        return _unjudged(results)
    by_threat: dict[str, list[judged.Verdict]] = {}
    for item in found:
        by_threat.setdefault(threats.named(item.threat, results.data.scale), []).append(item)
    if len(by_threat) == 1 and not (alone(results) and all(by_threat)):
        return _whole(results, found)
    by_clause: dict[str, list[str]] = {}
    for under, items in by_threat.items():
        by_clause.setdefault(_clause(results, items), []).append(under)
    return " ".join(
        f"{phrases.capital('; '.join(under))}: {clause}." for clause, under in by_clause.items()
    )


def _whole(results: Results, found: Sequence[judged.Verdict]) -> str:
    """Of runs with one threat model, whose name stands at each verdict."""
    one = len(found) == 1
    if all(item.verdict == FAIL for item in found):
        if not all(_plain(results, item) for item in found):
            shown = "The defence does not show" if one else f"None of the {len(found)} defended"
            shown += "" if one else " networks shows"
            return f"{shown} the gain that was asked for, under these attacks."
        if one:
            return "The defence does not reach what was asked of it."
        return f"None of the {len(found)} defended networks reaches what was asked of it."
    return (
        f"Of {len(found)} {'defence' if one else 'defended networks'}, {_counts(results, found)}."
    )


def _clause(results: Results, found: Sequence[judged.Verdict]) -> str:
    if all(item.verdict == FAIL and _plain(results, item) for item in found):
        return (
            "it does not reach what was asked"
            if len(found) == 1
            else f"none of {len(found)} reaches what was asked"
        )
    if not any(_plain(results, item) for item in found):
        who = "it does not show" if len(found) == 1 else f"none of {len(found)} shows"
        return f"{who} the gain that was asked for, under these attacks"
    if len(found) == 1:
        return _ALONE[found[0].verdict]
    return f"of {len(found)}, {_counts(results, found)}"


def _counts(results: Results, found: Sequence[judged.Verdict]) -> str:
    failed = sum(item.verdict == FAIL and _plain(results, item) for item in found)
    unseen = sum(item.verdict == FAIL and not _plain(results, item) for item in found)
    count = {word: sum(item.verdict == word for item in found) for word in LABELS}
    parts = [
        f"{count[PASS]} withstood these attacks" if count[PASS] else "",
        f"{failed} {'fails' if failed == 1 else 'fail'}" if failed else "",
        f"{unseen} without the gain asked for, under these attacks" if unseen else "",
        f"{count[NOT_RELIABLE]} cannot be judged reliably" if count[NOT_RELIABLE] else "",
        f"{count[INCONCLUSIVE]} undecided" if count[INCONCLUSIVE] else "",
    ]
    return phrases.listing([part for part in parts if part])


def _plain(results: Results, item: judged.Verdict) -> bool:
    """Whether a verdict carries its plain word."""
    return label(results, item) == LABELS[item.verdict]


def _unjudged(results: Results) -> str:
    """What to say where no network that somebody proposes was judged."""
    if not results.summary:
        return "No attack has finished, so there is nothing to judge."
    if {row.defense for row in results.summary} <= {"none"}:
        return "Only the undefended network was attacked: there is no defence to judge."
    if results.verdicts:
        return _only_controls(results)
    return (
        "No criterion was set for this run, so it gives numbers and no verdict; set criteria "
        "in the spec to have one."
    )


def _only_controls(results: Results) -> str:
    """What to say where no network that somebody proposes was judged."""
    proposed = [
        names.defense(item["name"], {}, None)
        for item in results.spec.get("defenses", [])
        if item["name"] not in ("none", "given") and not is_control(item["name"])
    ]
    if proposed and results.provenance.incomplete:
        called = phrases.listing(list(dict.fromkeys(proposed)))
        return f"{called} did not finish: there is only a reference."
    return "There are only references: no defence was proposed."
