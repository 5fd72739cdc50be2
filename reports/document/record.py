"""Comments and sign-offs as a reader meets them, in the document and in the app: words only.

The chain itself and what it proves are `core.reviews`; which sections there are, `sections`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core import seal
from core.model.judged import Criterion
from core.model.results import Results
from core.reviews import chain, reading, schema
from core.reviews.entries import ROLES
from reports.prose import phrases
from reports.prose.outcome import criterion_of, demand
from reports.prose.table import Table
from reports.sections.sections import title

MARKS = {"approved": "✓", "changes requested": "!", "rejected": "✕"}
TONES = {"approved": "hold", "changes requested": "neutral", "rejected": "doubt"}
UNVERIFIED = "Names are as typed: nobody's identity is verified until Thermocline has a login."
FORGERY = (
    "Every record holds the hash of the one before it, so that an altered, removed or moved record"
    " shows. Whoever can write to the ledger's file could still make the whole chain anew, names"
    " and times included. Only what lies outside shows that: an earlier export, or a note of the"
    " chain's last hash that somebody else keeps."
)
SHORT_HASH = 12


@dataclass(frozen=True)
class Signed:
    """One sign-off, in words.

    Args:
        number: of its record. tone, mark: as of a verdict. note: as typed, or "".
        content: short hash of what was signed. standing: why it no longer counts, or "".
    """

    number: int
    author: str
    role: str
    verdict: str
    tone: str
    mark: str
    note: str
    when: str
    content: str
    standing: str


@dataclass(frozen=True)
class Said:
    """A reply: who, when, what."""

    author: str
    when: str
    text: str


@dataclass(frozen=True)
class Discussion:
    """A comment with its answers; `state` is "open" or who resolved it and when."""

    number: int
    section: str
    title: str
    author: str
    when: str
    text: str
    replies: tuple[Said, ...]
    resolved: bool
    state: str


@dataclass(frozen=True)
class Record:
    """All that was said of a run.

    Args:
        statement: in one sentence, who stands for the present content.
        published: when and by whom, or "". chain: every record, one a line.
        content: short hash of the present content. length, head: of the chain.
    """

    statement: str
    signatures: tuple[Signed, ...]
    discussions: tuple[Discussion, ...]
    published: str
    chain: Table
    content: str
    length: int
    head: str


def read(results: Results, content_sha256: str) -> Record:
    """The record of a run, held against what its results are now.

    Args: results: with their `reviews`. content_sha256: the hash of their content.
    """
    reviews = results.reviews or chain.exported(results.run, [])
    records = reviews["records"]
    signatures = reading.signatures(records, content_sha256)
    return Record(
        _statement(signatures, results.reviews is not None),
        tuple(_signed(one, results, content_sha256) for one in signatures),
        tuple(_discussion(thread) for thread in reading.threads(records)),
        _published(records, results, content_sha256),
        _table(records),
        short(content_sha256),
        reviews["length"],
        reviews["head"],
    )


def criteria_changed(results: Results) -> tuple[str, ...]:
    """One sentence for each earlier run whose results were known when other criteria were set."""
    found = []
    for mark in results.provenance.criteria_changed:
        steps = "attack" if mark.finished == 1 else "attacks"
        found.append(
            f"{mark.finished} {steps} of this run had already finished in run {mark.run}"
            f" ({mark.name}), which asked for something else. There:"
            f" {_demands(mark.before)} Here: {_demands(mark.now)}"
        )
    return tuple(found)


def short(digest: str) -> str:
    """The beginning of a hash, enough to tell two apart."""
    return digest[:SHORT_HASH]


def when(moment: str) -> str:
    """A record's time as "22 Nov 2026, 17:04 UTC"; as it stands where it is none."""
    try:
        there = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return moment
    return f"{there.day} {there:%b %Y, %H:%M} UTC"


def _statement(signatures: tuple[reading.Signature, ...], kept: bool) -> str:
    if not kept:
        return "This file was made without a record of comments and sign-offs."
    valid = [one.record for one in signatures if one.counts]
    stale = sum(one.stale and one.replaced_by is None for one in signatures)
    older = {0: "", 1: " One earlier sign-off is of other content."}.get(
        stale, f" {stale} earlier sign-offs are of other content."
    )
    if not valid:
        return f"Nobody has signed this content.{older}"
    groups = []
    for verdict in MARKS:
        names = [f"{r['author']} ({r['role']})" for r in valid if r["verdict"] == verdict]
        if names:
            groups.append(f"{verdict} by {phrases.listing(names)}")
    said = "; ".join(groups)
    roles = {record["role"] for record in valid}
    open_roles = [role for role in ROLES if role not in roles]
    waiting = f" Not signed as {phrases.listing(open_roles)}." if open_roles else ""
    return f"{said[0].upper()}{said[1:]}.{waiting}{older}"


def _signed(one: reading.Signature, results: Results, content_sha256: str) -> Signed:
    record = one.record
    return Signed(
        record["number"],
        record["author"],
        record["role"],
        record["verdict"],
        TONES[record["verdict"]] if one.counts else "neutral",
        MARKS[record["verdict"]],
        record["note"],
        when(record["time"]),
        short(record["content_sha256"]),
        _standing(one, results, content_sha256),
    )


def _standing(one: reading.Signature, results: Results, content_sha256: str) -> str:
    if one.replaced_by is not None:
        return f"replaced by record {one.replaced_by}"
    return _stale(one.record, results, content_sha256) if one.stale else ""


def _stale(record: schema.Record, results: Results, content_sha256: str) -> str:
    """Why a record is of other content than the present; its own hash stands beside it."""
    now = f"stale: this is content {short(content_sha256)}"
    then = seal.content_sha256(results.as_json(), rendered_by=record["renderer"])
    if then == record["content_sha256"]:
        return f"{now}; the results are the same, the page is drawn by another version"
    return now


def _discussion(thread: reading.Thread) -> Discussion:
    settled, comment = thread.settled, thread.comment
    by = f" by {settled['author']}, {when(settled['time'])}" if settled is not None else ""
    state = f"resolved{by}" if thread.resolved else f"reopened{by}" if by else "open"
    return Discussion(
        comment["number"],
        comment["section"],
        title(comment["section"]),
        comment["author"],
        when(comment["time"]),
        comment["text"],
        tuple(Said(r["author"], when(r["time"]), r["text"]) for r in thread.replies),
        thread.resolved,
        state,
    )


def _published(records: Sequence[schema.Record], results: Results, content_sha256: str) -> str:
    record = reading.publication(records)
    if record is None:
        return ""
    said = (
        f"Content {short(record['content_sha256'])} was published by {record['author']},"
        f" {when(record['time'])}: the run is frozen since."
    )
    if record["content_sha256"] == content_sha256:
        return said
    return f"{said} That is {_stale(record, results, content_sha256)}."


def _table(records: Sequence[schema.Record]) -> Table:
    rows = tuple(
        (
            str(record["number"]),
            when(record["time"]),
            record["author"],
            _did(record),
            short(record["sha256"]),
        )
        for record in records
    )
    columns = ("Record", "Time", "Name", "What", "Hash")
    return Table("", columns, rows, frozenset())


def _did(record: schema.Record) -> str:
    match record["kind"]:
        case "comment":
            return f"comment on “{title(record['section'])}”"
        case "sign-off":
            content = short(record["content_sha256"])
            return f"{record['verdict']} as {record['role']}, content {content}"
        case "publish":
            return f"published content {short(record['content_sha256'])}"
        case "reply":
            return f"reply to record {record['about']}"
        case _:
            return f"{record['kind']} record {record['about']}"


def _demands(criteria: Sequence[Criterion]) -> str:
    if any(one.metric == "default" for one in criteria):
        return "What Thermocline asks by default."
    found = [demand(one) for one in map(criterion_of, criteria) if one is not None]
    return " ".join(found) or "Nothing was asked."
