"""The outcome of one check, and how far noise goes. No check lives here."""

from __future__ import annotations

from dataclasses import dataclass

from core.metrics.shares import Share
from core.model.judged import CheckResult
from core.wording import percent

PASS: CheckResult = "pass"
FAIL: CheckResult = "fail"
NOT_RUN: CheckResult = "not run"

SLACK = 0.05
"""A check that counts samples fails when surely more than this share of them speaks against it."""

ENOUGH = 0.2
"""And it passes only when surely less than this share does: 16 samples without one that does."""

MOST = 0.5
"""Where a coarse answer is enough: more than half."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of one check: `result` is `pass`, `fail` or `not run`."""

    check: str
    result: CheckResult
    number: float | None
    sentence: str


def judged(name: str, against: Share, good: str, bad: str, few: str) -> Outcome:
    """A check that counts the samples that speak against something.

    It fails when surely more than `SLACK` of them do, passes when surely less than `ENOUGH` do,
    and is not run when the samples are too few to tell.

    Args: good, bad: sentences. few: what the check was about, for "too few samples to tell".
    """
    if against.low > SLACK:
        return Outcome(name, FAIL, against.value, bad)
    if against.high < ENOUGH:
        return Outcome(name, PASS, against.value, good)
    sentence = (
        f"{against.n} samples are too few to tell {few} ({percent(against.value)}, surely between"
        f" {percent(against.low)} and {percent(against.high)}); attack more (samples)."
    )
    return Outcome(name, NOT_RUN, against.value, sentence)
