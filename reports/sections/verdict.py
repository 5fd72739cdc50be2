"""Verdicts in plain words: what was asked of a defence, what came out, and what that means.

The rule is `core.judgement.verdicts`; nothing is decided here. The section is `verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core import defenses
from core.canonical import canonical
from core.criteria.defaults import asked as criteria_of
from core.judgement.rule import (
    ENOUGH_SEEDS,
    FAIL,
    INCONCLUSIVE,
    NOT_RELIABLE,
    ORDER,
    PASS,
    REFERENCE,
)
from core.judgement.words import LABELS, word
from core.model import judged
from core.model.results import Results
from core.model.rows import SummaryRow
from core.model.subject import OfNetwork
from core.wording import SPACE
from reports.prose import chosen, names, numbers, phrases, planted, reading, ruled, threats
from reports.prose.alone import alone
from reports.prose.outcome import at_others, criterion_of, demand, sentence, set_by
from reports.sections import tables
from reports.sections.checks import attack_named

MARKS = {FAIL: "✕", NOT_RELIABLE: "!", INCONCLUSIVE: "?", PASS: "✓", REFERENCE: "–"}
TONES = {
    **{FAIL: "doubt", NOT_RELIABLE: "doubt", INCONCLUSIVE: "neutral", PASS: "hold"},
    REFERENCE: "neutral",
}
_WORDS = (*ORDER, REFERENCE)


@dataclass(frozen=True)
class Verdict:
    """One verdict as a reader meets it.

    Args:
        word, mark, label, tone: the verdict, a sign that needs no colour, its name on the chip.
        defense: for people. threat: under which threat model, or "". sentence: what came out.
        doubt: which attack's numbers do not count here, or "". asked: the criterion.
        reason: the technical reason of the rule. grade: how good the evidence is, and what would
            raise it, or "". next_step: what to do next, or "".
    """

    word: str
    mark: str
    label: str
    tone: str
    defense: str
    threat: str
    sentence: str
    doubt: str
    asked: str
    reason: str
    grade: str
    next_step: str


@dataclass(frozen=True)
class Answer:
    """Yes, no or undecided, for all defences at once: a mark that needs no colour, and a tone."""

    mark: str
    tone: str


@dataclass(frozen=True)
class Group:
    """Neighbours of one defence with one verdict, in one line: the chip, who, and a sentence."""

    verdict: Verdict
    names: str
    sentence: str


def verdicts(results: Results) -> tuple[Verdict, ...]:
    """One verdict a network and threat model, worst first; () where nothing was asked."""
    found = sorted(
        results.verdicts,
        key=lambda item: (_WORDS.index(item.verdict), reading.network_key(item)),
    )
    return tuple(_verdict(results, item) for item in found)


def groups(results: Results) -> tuple[Group, ...]:
    """The first screen: one line for all temperatures of a defence with the same verdict under
    the same threat model.

    The network that was broken on purpose is a check, no candidate, and stands only in the table;
    so does a reference under more than one threat model.
    The network that the headline is about speaks for its group where it is in it.
    """
    lines: dict[tuple[str, str, str, str], list[judged.Verdict]] = {}
    for item in sorted(results.verdicts, key=reading.network_key):
        under = threats.named(item.threat, results.data.scale)
        key = (label(results, item), item.defense, canonical(item.defense_params), under)
        lines.setdefault(key, []).append(item)
    sound = {key: found for key, found in lines.items() if not defenses.facts(key[1]).is_broken}
    lines = sound or lines
    ordered = sorted(
        lines.values(), key=lambda items: (_order(items[0]), reading.network_key(items[0]))
    )
    return tuple(_once(_group(results, items) for items in ordered))


def _once(found: Iterable[Group]) -> Iterator[Group]:
    """What is said of a network under each threat model alike, only where it comes first."""
    told: set[tuple[str, str]] = set()
    for group in found:
        reference = group.verdict.word == REFERENCE
        if group.verdict.next_step and ("grade", group.verdict.grade) in told:
            group = replace(group, verdict=replace(group.verdict, grade=""))
        told.add(("grade", group.verdict.grade))
        about = (group.names, "" if reference else group.verdict.doubt)
        if about not in told:
            yield group
        elif not reference:
            yield replace(group, verdict=replace(group.verdict, doubt=""))
        told.add(about)


def _order(item: judged.Verdict) -> tuple[bool, int]:
    return is_control(item.defense), _WORDS.index(item.verdict)


def label(results: Results, item: judged.Verdict) -> str:
    """The words on the chip: the verdict's own, which results of earlier versions do not hold."""
    criterion = criterion_of(item.criterion)
    if criterion is None:
        return item.word or LABELS[item.verdict]
    return word(results, item.identity, item.verdict, item.proof, criterion)


def evidence(item: judged.Verdict) -> str:
    """How good the evidence of a verdict is, in a line, or ""."""
    return "" if item.grade is None else f"Evidence: grade {item.grade.letter}. {item.grade.line}"


def answer(results: Results) -> Answer | None:
    """What the statement says, at a glance; None where no defence was judged."""
    found = {item.verdict for item in results.verdicts if not is_control(item.defense)}
    if not found:
        return None
    if alone(results):
        word = min(found, key=_WORDS.index)  # of one network the worst stands
    else:
        word = found.pop() if len(found) == 1 else INCONCLUSIVE
    return Answer(MARKS[word], TONES[word])


def asked(results: Results) -> tuple[str, ...]:
    """What the run asked of every defence, and who set it."""
    raw = results.spec.get("criteria", [])
    every = criteria_of(results) if results.asks_default else raw if isinstance(raw, list) else []
    known = [one for one in map(criterion_of, every) if one is not None]
    told = (f"{demand(one, results.data.scale)} {set_by(one)}" for one in known)
    return (*told, *(ruled.only(results) if known else ()))


def seeds_to_pass(results: Results) -> str:
    """That a pass needs more seeds than the run has, in a sentence, or ""."""
    seeds = len(results.spec.get("seeds", []))
    if not asked(results) or seeds >= ENOUGH_SEEDS or alone(results):
        return ""
    return (
        f"To pass, a defence must show it with networks of {ENOUGH_SEEDS} seeds; this run has "
        f"{'one' if seeds == 1 else seeds}. With one, a "
        "FAIL is about that network alone."
    )


def misled(results: Results) -> str:
    """Which attacks called a network robust that was broken on purpose, in a sentence, or ""."""
    names = {
        name
        for check in results.diagnostics
        if check.check == "broken_network_found" and check.result == "fail"
        if (name := attack_named(results, check.subject)) is not None
    }
    if not names:
        return ""
    return (
        f"{phrases.listing(sorted(names))} called a network robust that was broken on purpose: "
        f"where {'it fails' if len(names) == 1 else 'they fail'}, nothing is shown."
    )


def doubted(results: Results, network: OfNetwork) -> list[tuple[str, str]]:
    """Attacks whose numbers on a network a failed check disqualifies, each with its sentence."""
    found: dict[str, str] = {}
    for check in results.diagnostics:
        name = attack_named(results, check.subject)
        mine = check.subject.identity == network.identity
        if check.result == "fail" and name is not None and mine:
            found.setdefault(name, check.sentence)
    return sorted(found.items())


def is_control(defense: str) -> bool:
    """Networks that nobody proposes: the control of distillation, the one broken on purpose."""
    known = defenses.facts(defense)
    return known.is_control or known.is_broken


def _verdict(results: Results, item: judged.Verdict) -> Verdict:
    criterion = criterion_of(item.criterion)
    word = item.verdict
    return Verdict(
        word,
        MARKS[word],
        label(results, item),
        TONES[word],
        names.defense_of(item),
        threats.named(item.threat, results.data.scale),
        sentence(results, item, criterion),
        _doubt(results, item),
        "no criterion" if criterion is None else f"{demand(criterion)} {set_by(criterion)}",
        item.reason,
        evidence(item),
        item.next_step,
    )


def _group(results: Results, items: Sequence[judged.Verdict]) -> Group:
    speaker = _speaker(items)
    verdict = _verdict(results, speaker)
    hot = [numbers.temperature(item.temperature) for item in items if item.temperature is not None]
    if speaker.temperature is None or len(hot) < 2:
        return Group(verdict, verdict.defense, verdict.sentence)
    name = names.defense(speaker.defense, speaker.defense_params, None)
    at = f"T{SPACE}={SPACE}{phrases.listing(hot)}"
    others = at_others(results, [item for item in items if item is not speaker])
    sentence = _lowered(verdict.sentence)
    said = f"At {numbers.at(speaker.temperature)}: {sentence} {others}".strip()
    return Group(verdict, f"{name}, {at}", said)


def _speaker(items: Sequence[judged.Verdict]) -> judged.Verdict:
    """The item at T = 20, where the paper has its headline, else the hottest."""
    at_20 = [item for item in items if item.temperature == 20]
    return at_20[0] if at_20 else items[-1]


def _doubt(results: Results, item: judged.Verdict) -> str:
    """Which attack failed on this network for a reason that is no robustness."""
    # One that moved everything did not fail.
    mine = [r for r in results.summary if r.identity == item.identity and r.success_rate != 1]
    failed = {tables.attack_of(results, row) for row in mine}
    names = [name for name, _ in doubted(results, item) if name in failed]
    if not names:
        return ""
    told = [pair for pair in planted.entries(results) if pair[0] in mine]
    missed = [(row, one) for row, one in told if planted.blind(results, row)]
    if missed:
        row, one = min(missed, key=lambda pair: (pair[1].share or 0.0, chosen.rank(pair[0].attack)))
        return (
            f"{tables.attack_of(results, row)} is {planted.called(results, row)} here: of the "
            f"examples planted in this network it found {planted.count(one)}, so that it failed is "
            "no sign of robustness."
        )
    blind = [
        (row, row.zero_gradient_samples)
        for row in mine
        if tables.attack_of(results, row) in names and row.zero_gradient_samples
    ]
    if not blind:
        return (
            f"A check failed for {phrases.listing(names)}: what was found with "
            f"{'it' if len(names) == 1 else 'them'} does not count here."
        )
    worst, share = min(blind, key=_most_blind)
    return (
        f"{tables.attack_of(results, worst)} is not reliable here: on "
        f"{numbers.of_100(share)} samples rounding left it nothing to "
        "follow, so that it failed is no sign of robustness."
    )


def _most_blind(pair: tuple[SummaryRow, float]) -> tuple:
    row, share = pair
    return -share, chosen.rank(row.attack), reading.attack_key(row)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
