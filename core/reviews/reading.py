"""A chain of records as a reader meets it: threads by section, sign-offs, publication.

Pure functions of the records and of what the content is now; the chain itself is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import UserError


@dataclass(frozen=True)
class Thread:
    """A comment, its answers, and the last record that settled or reopened it.

    Args: settled: that record, or None where nobody did either.
    """

    comment: dict[str, Any]
    replies: tuple[dict[str, Any], ...]
    settled: dict[str, Any] | None

    @property
    def resolved(self) -> bool:
        """Whether the comment is settled."""
        return self.settled is not None and self.settled["kind"] == "resolve"


@dataclass(frozen=True)
class Signature:
    """A sign-off and what it is worth now.

    Args:
        stale: it is about other content than the present.
        replaced_by: number of a later sign-off by the same name in the same role, or None.
    """

    record: dict[str, Any]
    stale: bool
    replaced_by: int | None

    @property
    def counts(self) -> bool:
        """Whether it is the last word of its signer, about the present content."""
        return not self.stale and self.replaced_by is None


def threads(records: Sequence[dict]) -> tuple[Thread, ...]:
    """Every comment with what was said to it, oldest first."""
    found = []
    for comment in records:
        if comment["kind"] != "comment":
            continue
        about = [r for r in records if r.get("about") == comment["number"]]
        settling = [r for r in about if r["kind"] in ("resolve", "reopen")]
        replies = tuple(r for r in about if r["kind"] == "reply")
        found.append(Thread(comment, replies, settling[-1] if settling else None))
    return tuple(found)


def signatures(records: Sequence[dict], content_sha256: str) -> tuple[Signature, ...]:
    """Every sign-off, oldest first, held against the present content."""
    signed = [r for r in records if r["kind"] == "sign-off"]
    found = []
    for record in signed:
        later = [r["number"] for r in signed if r["number"] > record["number"] and _same(r, record)]
        stale = record["content_sha256"] != content_sha256
        found.append(Signature(record, stale, later[0] if later else None))
    return tuple(found)


def publication(records: Sequence[dict]) -> dict[str, Any] | None:
    """The record that published the run, or None."""
    return next((r for r in records if r["kind"] == "publish"), None)


def check(said: dict[str, Any], run: str, records: Sequence[dict]) -> None:
    """Whether this can be said after these records.

    Raises: UserError: it answers no comment, settles what is settled, or publishes again.
    """
    if said["kind"] == "publish" and (before := publication(records)) is not None:
        raise UserError(f"{run} is published already, by {before['author']}, {before['time']}")
    if "about" not in said:
        return
    open_to = {thread.comment["number"]: thread for thread in threads(records)}
    if said["about"] not in open_to:
        raise UserError(f"{run}: record {said['about']} is no comment, so it cannot be answered", 2)
    resolved = open_to[said["about"]].resolved
    if said["kind"] == "resolve" and resolved:
        raise UserError(f"{run}: comment {said['about']} is resolved already")
    if said["kind"] == "reopen" and not resolved:
        raise UserError(f"{run}: comment {said['about']} is open already")


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["author"], one["role"]) == (other["author"], other["role"])
