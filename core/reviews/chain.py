"""The chain of records of one run: each holds the hash of the one before, the first the run's id.

An altered, removed, inserted or moved record breaks a link. A chain that was cut at its end, or
made anew from some record on, is whole in itself: only an earlier copy of it shows that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.canonical import canonical

IDENTITY = "unverified"
"""How the name in a record is known to be right; there is no login yet."""


def chained(said: dict[str, Any], run: str, before: Sequence[dict], seconds: float) -> dict:
    """What was said (see entries.py) as the next record of a chain.

    Args:
        run: id of the run. before: the chain so far, oldest first.
        seconds: the moment, since 1970, UTC.

    Returns: `said` with `number` (from 1), `time`, `identity`, `previous` and its own `sha256`.
    """
    record = {
        "number": len(before) + 1,
        "time": datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds"),
        **said,
        "identity": IDENTITY,
        "previous": head(run, before),
    }
    return {**record, "sha256": fingerprint(record)}


def fingerprint(record: dict) -> str:
    """sha256 of the canonical JSON of a record, all of it but its own hash."""
    bare = {key: value for key, value in record.items() if key != "sha256"}
    return hashlib.sha256(canonical(bare).encode("utf-8", "surrogatepass")).hexdigest()


def head(run: str, records: Sequence[dict]) -> str:
    """The hash of the last record, which stands for the whole chain; the run's id before any."""
    return records[-1]["sha256"] if records else run


def exported(run: str, records: Sequence[dict]) -> dict[str, Any]:
    """The chain as an export holds it: `length`, `head` and all `records`."""
    return {"length": len(records), "head": head(run, records), "records": list(records)}


def fault(run: str, reviews: dict[str, Any]) -> str:
    """Why an exported chain is not whole in itself, in a sentence, or "" where it is.

    Args: reviews: as `exported` gives it.
    """
    previous = run
    for place, record in enumerate(reviews["records"], start=1):
        if record["number"] != place:
            return f"record {place} is numbered {record['number']}: one was removed or moved"
        if record["previous"] != previous:
            return f"record {place} does not continue the one before it"
        if record["sha256"] != fingerprint(record):
            return f"record {place} was altered after it was made"
        previous = record["sha256"]
    if reviews["length"] != len(reviews["records"]) or reviews["head"] != previous:
        return "records are missing at the end, or more were added than its head and length say"
    return ""


def departure(earlier: dict[str, Any], later: dict[str, Any]) -> tuple[int, int] | None:
    """Where a chain does not continue an earlier copy of it; None where it does.

    Args: earlier, later: chains of one run, whole in themselves.

    Returns: the number of the first record that differs or is missing, and how many are missing
    at the end (0: the record is there and another).
    """
    for old, new in zip(earlier["records"], later["records"], strict=False):
        if old["sha256"] != new["sha256"]:
            return old["number"], 0
    missing = len(earlier["records"]) - len(later["records"])
    return (earlier["records"][-missing]["number"], missing) if missing > 0 else None
