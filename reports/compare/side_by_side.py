"""What two or more runs say about the same networks: sentences and tables, the first run first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.criteria.defaults import asked
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.compare import overlay
from reports.compare.paired import Paired
from reports.compare.setup import differing
from reports.plots.look import shorten
from reports.prose import (
    detections,
    distances,
    findings,
    names,
    numbers,
    phrases,
    reading,
    threats,
)
from reports.prose.table import Table
from reports.sections import tables, verdict
from reports.sections.statement import statement

_CELL = 160

Differences = Sequence[Sequence[Paired]]
"""For every run after the first, its differences from the first."""


def headline(results: Sequence[Results], paired: Differences) -> str:
    """The finding in one sentence."""
    called = overlay.labels(results)
    every = [item for items in paired for item in items]
    changed = len(verdicts(results).strong)
    if not every:
        return f"{phrases.listing(called)} have no attack on the same samples in common."
    detected = [item for item in every if item.detected]
    moved = f"{_many(changed, 'verdict')} changed" if changed else "no verdict changed"
    if all(item.other_seeds for item in every):
        return (
            f"{phrases.listing(called)} trained their networks with other seeds: what differs "
            f"between them may be the luck of training; {moved}."
        )
    if not detected:
        return f"No difference detected between {phrases.listing(called)}; {moved}."
    return (
        f"{phrases.listing(called)} differ in {len(detected)} of {len(every)} numbers measured on "
        f"the same samples; {moved}."
    )


def evidence(results: Sequence[Results], paired: Differences) -> str:
    """The largest difference that was detected, or what is missing for one, in a sentence."""
    found = [
        (item, place)
        for place, items in enumerate(paired, start=1)
        for item in items
        if item.detected
    ]
    if not any(paired):
        return (
            "Differences can be paired only where runs attacked the same samples of the same data "
            "with the same attack, and where the runs themselves are at hand, not only their "
            "results.json."
        )
    if not found:
        n = sorted({item.n for items in paired for item in items})
        samples = phrases.listing([numbers.count(one) for one in n])
        every = [item for items in paired for item in items]
        if all(item.other_seeds for item in every):
            return (
                f"Paired by sample, n = {samples}. No network of one run shares its seed with one "
                "of the other, so that nothing is called a difference."
            )
        return (
            f"Paired by sample, n = {samples}; after correction for all {len(every)} comparisons "
            "no difference is detected."
        )
    item, place = max(found, key=lambda pair: abs(pair[0].difference))
    called = overlay.labels(results)
    return (
        f"The largest: {names.defense_of(item)} under {item.attack}, "
        f"{overlay.MEASURES[item.metric].lower()} {_points(item)} points from {called[0]} to "
        f"{called[place]}."
    )


def found_by_each(results: Sequence[Results]) -> list[tuple[str, str, str]]:
    """For each run: what it is called, its headline, its statement on the defences."""
    return [
        (name, findings.find(one).headline, statement(one))
        for name, one in zip(overlay.labels(results), results, strict=True)
    ]


def verdicts(results: Sequence[Results]) -> Table:
    """One row a network and threat model, one column a run; in bold where the words differ.

    The letter in brackets is the grade of the evidence.
    """
    cells: dict[tuple[reading.NetworkKey, str], dict[int, str]] = {}
    words: dict[tuple[reading.NetworkKey, str], set[str]] = {}
    titles: dict[tuple[reading.NetworkKey, str], str] = {}
    for i, one in enumerate(results):
        for item in one.verdicts:
            under = threats.named(item.threat, one.data.scale)
            key = reading.network_key(item), under
            label = verdict.label(one, item)
            titles[key] = names.defense_of(item)
            words.setdefault(key, set()).add(label)
            grade = "" if item.grade is None else f" ({item.grade.letter})"
            cells.setdefault(key, {})[i] = f"{verdict.MARKS[item.verdict]} {label}{grade}"
    rows = tuple(
        (titles[key], key[1] or "–", *(cells[key].get(i, "–") for i in range(len(results))))
        for key in sorted(cells)
    )
    strong = frozenset(i for i, key in enumerate(sorted(cells)) if len(words[key]) > 1)
    columns = ("Network", "Attacker", *overlay.labels(results))
    caption = "In bold: the runs differ. –: not judged. In brackets: the grade of the evidence."
    return Table(caption, columns, rows, frozenset(), strong)


def same_criteria(results: Sequence[Results]) -> bool:
    """Whether every run asked the same of its defences."""
    return all(asked(one) == asked(results[0]) for one in results)


def every_number(results: Sequence[Results]) -> Table:
    """Every network under every attack: both measures, one column a run each."""
    every = [row for one in results for row in one.summary]
    found: dict[tuple[reading.NetworkKey, reading.AttackKey], dict[int, SummaryRow]] = {}
    for i, one in enumerate(results):
        for row in one.summary:
            key = (reading.network_key(row), reading.attack_key(row))
            found.setdefault(key, {})[i] = row
    rows = []
    for key in sorted(found):
        there = found[key]
        first = next(iter(there.values()))
        cells = [
            tables.measured(there[i], measure) if i in there else "–"
            for measure in ("success_rate", "rho")
            for i in range(len(results))
        ]
        name = tables.named(first.attack, first.attack_params, every)
        rows.append((names.defense_of(first), name, *cells))
    called = overlay.labels(results)
    columns = (
        *("Network", "Attack"),
        *(f"Succeed, {name}" for name in called),
        *(f"Robustness, {name}" for name in called),
    )
    numeric = frozenset(range(2, len(columns)))
    caption = (
        "95 % intervals in brackets. Robustness only of attacks that look for the closest "
        f"example, in percent of features (L0) or in {_own_units(results)}."
    )
    return Table(caption, columns, tuple(rows), numeric, grouped=True)


def differences(results: Sequence[Results], paired: Differences) -> list[Table]:
    """One table for each run after the first: it minus the first, paired by sample."""
    called = overlay.labels(results)
    return [
        _difference(f"{called[place]} minus {called[0]}", items)
        for place, items in enumerate(paired, start=1)
        if items
    ]


def setup(results: Sequence[Results]) -> Table | None:
    """Settings in which the specs differ; None where they are the same."""
    found = differing(one.spec for one in results)
    rows = tuple((path, *(shorten(value, _CELL) for value in values)) for path, values in found)
    return _runs_table("Setting", results, rows) if rows else None


def origins(results: Sequence[Results]) -> Table:
    """Where each run comes from: data, machine, versions, the hash of its content."""
    asked: dict[str, Callable[[Results], str]] = {
        "Run": lambda one: one.run,
        "Created": lambda one: one.created,
        "Content sha256": lambda one: one.content_sha256 or numbers.ABSENT,
        "Data": lambda one: one.data.title,
        "Checksum of the data": lambda one: one.data.checksum,
        "Architecture": lambda one: one.provenance.architecture.name,
        "Seeds": lambda one: ", ".join(map(str, sorted({n.seed for n in one.networks}))),
        "Backend and device": lambda one: f"{one.provenance.backend} on {one.provenance.device}",
        "Versions": lambda one: ", ".join(
            f"{name} {version or numbers.ABSENT}"
            for name, version in sorted(one.provenance.versions.items())
        ),
        "Missing": lambda one: f"{len(one.provenance.incomplete)} parts",
    }
    rows = tuple((name, *(ask(one) for one in results)) for name, ask in asked.items())
    return _runs_table("What", results, rows)


def _runs_table(first: str, results: Sequence[Results], rows: tuple[tuple[str, ...], ...]) -> Table:
    return Table("", (first, *overlay.labels(results)), rows, frozenset(), style="facts")


def _difference(title: str, items: Sequence[Paired]) -> Table:
    rows = tuple(
        (
            names.defense_of(item),
            tables.named(item.attack, item.attack_params, items),
            overlay.MEASURES[item.metric].lower(),
            _points(item),
            "other seeds" if item.other_seeds else detections.word(item),
        )
        for item in items
    )
    n = phrases.listing([numbers.count(one) for one in sorted({item.n for item in items})])
    caption = (
        f"{title}: paired by sample, n = {n}; percentage points with 95 % intervals. "
        f"{detections.caption(items)}"
    )
    columns = ("Network", "Attack", "Measure", "Difference, points", "Detected")
    strong = frozenset(i for i, item in enumerate(items) if item.detected)
    return Table(caption, columns, rows, frozenset({3}), strong, grouped=True)


def _points(item: Paired) -> str:
    return numbers.points(item.difference, item.low, item.high)


def _own_units(results: Sequence[Results]) -> str:
    """What distances are counted in; by run where runs differ."""
    found: dict[str, list[str]] = {}
    for name, one in zip(overlay.labels(results), results, strict=True):
        found.setdefault(distances.own_units(one), []).append(name)
    if len(found) == 1:
        return next(iter(found))
    return " or ".join(f"{units} ({', '.join(names)})" for units, names in found.items())


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
