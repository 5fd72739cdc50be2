"""Is the evaluation trustworthy? The checks of a run, grouped: failed, passed, not run."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.judged import Check, CheckResult, Subject
from core.model.results import Results
from reports.prose import names, phrases, reading
from reports.prose.table import Table
from reports.sections import tables
from reports.sections.blocks import Block, Numbers, said
from reports.sections.section import Section

ASKS = {
    "network_trained": "Did the network learn its task?",
    "test_inputs_new": "Are the test inputs new to the network?",
    "logits_given": "Does the network give logits, as attacks need them?",
    "same_answer_twice": "Does the network answer the same twice?",
    "planted_found": "Does the attack find an example that was planted for it?",
    "zero_gradients": "Had the attack a gradient to follow?",
    "outcomes_recorded": "Is every success real, and within the budget?",
    "everything_without_budget": "Does everything fall to an attack without a budget?",
    "chance_at_half_range": "Does accuracy fall to chance when half the range may change?",
    "iterative_beats_single_step": "Do many steps find what one step finds?",
    "success_grows": "Do more attacks succeed with more budget?",
    "more_work_changes_nothing": "Would more steps or restarts find more?",
    "white_box_beats_black_box": "Do attacks that see gradients beat those that do not?",
    "black_box_run": "Did an attack without gradients run?",
    "parameters_listed": "Is every setting of every attack listed?",
    "attacks_validated": "Were the attacks seen to break a network that is broken on purpose?",
    "broken_network_found": "Does the attack see that a broken network is not robust?",
    "adaptive_attack_run": "Did an attack run that a hidden gradient does not stop?",
    "undefended_twin_attacked": "Was the undefended network attacked in the same way?",
    "mean_of_minima": "Does each sample count with the strongest attack on it?",
}
"""What each check asks, in the words of a reader."""

OF_THE_RECORDS = frozenset(
    {
        "network_trained",
        "adaptive_attack_run",
        "test_inputs_new",
        "logits_given",
        "same_answer_twice",
        "outcomes_recorded",
        "parameters_listed",
        "undefended_twin_attacked",
        "mean_of_minima",
    }
)
"""Checks that networks, settings and records are as they should be. All others could show that the
attacks do not work, so that their failures mean nothing.
"""

_TITLES: dict[CheckResult, str] = {
    "fail": "Failed: these numbers say little about robustness",
    "pass": "Passed",
    "not run": "Not run: what would make the evaluation stronger",
}


def body(results: Results) -> tuple[Block, ...]:
    """What failed in full; what passed and what could not be run behind a line."""
    blocks = said(summary(results))
    passed, idle = (count(results, outcome) for outcome in ("pass", "not run"))
    folded: tuple[tuple[CheckResult, str, bool], ...] = (
        ("fail", "", False),
        ("pass", f"The {passed} checks that passed", False),
        ("not run", f"The {idle} checks that could not be run, and what to add", True),
    )
    for outcome, line, is_open in folded:
        found = table(results, outcome)
        if found is not None:
            blocks = (*blocks, Numbers(found, line, is_open))
    return blocks


def count(results: Results, outcome: CheckResult) -> int:
    """How many checks ended as `pass`, `fail` or `not run`."""
    return sum(item.result == outcome for item in results.diagnostics)


@dataclass(frozen=True)
class Kinds:
    """Kinds of check by how they ended: failed somewhere; passed wherever they ran; ran nowhere."""

    failed: tuple[str, ...]
    passed: tuple[str, ...]
    not_run: tuple[str, ...]

    def ended(self, about: str) -> str:
        """ "Of 11 kinds of check that ..., 2 failed ..., 5 passed ..."; "" without any."""
        parts = [
            f"{len(kinds)} {how}"
            for kinds, how in (
                (self.failed, "failed at least once"),
                (self.passed, "passed wherever they could be run"),
                (self.not_run, "could not be run"),
            )
            if kinds
        ]
        total = len(self.failed + self.passed + self.not_run)
        kind = "kind" if total == 1 else "kinds"
        return (
            f"Of {total} {kind} of check that {about}, {phrases.listing(parts)}." if parts else ""
        )


def kinds(results: Results, of_the_records: bool) -> Kinds:
    """How each kind of check ended. Args: of_the_records: `OF_THE_RECORDS`, or all others."""
    by_kind: dict[str, set[CheckResult]] = {}
    for item in results.diagnostics:
        if (item.check in OF_THE_RECORDS) == of_the_records:
            by_kind.setdefault(item.check, set()).add(item.result)
    failed = tuple(kind for kind, ends in by_kind.items() if "fail" in ends)
    passed = tuple(kind for kind, ends in by_kind.items() if "pass" in ends and kind not in failed)
    not_run = tuple(kind for kind, ends in by_kind.items() if ends == {"not run"})
    return Kinds(failed, passed, not_run)


def summary(results: Results) -> str:
    """How the kinds of check ended, in sentences, those first that could refute the evaluation."""
    if not results.diagnostics:
        return "No check ran on these results."
    doubts = {
        item.subject.attack
        for item in results.diagnostics
        if item.result == "fail" and item.subject.attack is not None
    }
    refuting = kinds(results, of_the_records=False)
    bookkeeping = kinds(results, of_the_records=True)
    said = (
        refuting.ended("could show that the attacks do not work"),
        bookkeeping.ended("ask whether networks, settings and records are in order"),
    )
    text = " ".join(filter(None, said))
    if doubts:
        text += (
            f" Where a check of {phrases.listing(sorted(doubts))} failed, the numbers of that"
            " attack on that network say little about its robustness; verdicts do not rest on them."
        )
    return text


def table(results: Results, outcome: CheckResult) -> Table | None:
    """All checks with one outcome; one line where several networks or attacks got one sentence.

    Networks and attacks stand in one line only where every pair of them did.

    Args: outcome: `fail`, `pass` or `not run`. Returns: None when there is none.
    """
    found = [item for item in results.diagnostics if item.result == outcome]
    if not found:
        return None
    order = sorted(ASKS, key=lambda kind: kind in OF_THE_RECORDS)
    ranked = sorted(
        _merged(results, found),
        key=lambda items: (
            order.index(items[0].check) if items[0].check in order else len(order),
            items[0].check,
            items[0].sentence,
            _attacks(results, items),
        ),
    )
    whole = {item.subject.identity for item in results.diagnostics}
    rows = tuple(
        (
            ASKS.get(items[0].check, items[0].check.replace("_", " ")),
            items[0].sentence,
            _networks(items, len(whole)),
            _attacks(results, items),
        )
        for items in ranked
    )
    columns = ("Check", "What came out", "Networks", "Attack")
    return Table(_TITLES[outcome], columns, rows, frozenset(), grouped=True, style="prose")


def _merged(results: Results, found: list[Check]) -> list[list[Check]]:
    """Items of one line each: first the networks of an attack, then attacks of equal networks."""
    by_attack: dict[tuple[str, str, str], list[Check]] = {}
    for item in found:
        key = item.check, item.sentence, _attacks(results, [item])
        by_attack.setdefault(key, []).append(item)
    lines: dict[tuple, list[Check]] = {}
    for (check, sentence, _), items in by_attack.items():
        networks = frozenset(item.subject.identity for item in items)
        lines.setdefault((check, sentence, networks), []).extend(items)
    return list(lines.values())


def _networks(items: list[Check], every: int) -> str:
    found = {reading.network_key(item.subject): item.subject for item in items}
    if len(found) == every > 2:
        return f"all {every}"
    return "; ".join(names.defense_of(found[key]) for key in sorted(found))


def _attacks(results: Results, items: list[Check]) -> str:
    names = {name for item in items if (name := attack_named(results, item.subject)) is not None}
    return ", ".join(sorted(names)) or "–"


def attack_named(results: Results, subject: Subject) -> str | None:
    """The attack that a check is about, as tables call it; None for the network as such."""
    if subject.attack is None:
        return None
    return tables.named(subject.attack, subject.attack_params or {}, results.summary)


SECTION = Section("checks", "Is the evaluation trustworthy?", label="Is it trustworthy?", body=body)
