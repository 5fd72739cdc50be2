"""What was judged: checks of the evaluation, criteria, verdicts."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from core.model.base import Number, Settings, Text, Value
from core.model.identity import AttackId
from core.model.subject import OfOneNetwork

VerdictWord = Literal["FAIL", "NOT RELIABLE", "INCONCLUSIVE", "PASS"]
CheckResult = Literal["pass", "fail", "not run"]


class Subject(OfOneNetwork):
    """What a check is about: a network of one seed (None: all), under one attack (None: any)."""

    seed: int | None = None
    attack: Text | None = None
    attack_params: Settings | None = None

    @cached_property
    def setting(self) -> AttackId | None:
        """Which attack it is about; None for the whole network."""
        return None if self.attack is None else AttackId.of(self.attack, self.attack_params or {})


class Check(Value):
    """Outcome of one check, with its number (None where there is none) and a sentence."""

    check: Text
    result: CheckResult
    number: Number | None = None
    sentence: Text
    subject: Subject


class Criterion(Value):
    """What a defence has to reach: exactly one of the two bounds is given."""

    metric: Text
    at_least: Number | None = None
    at_most: Number | None = None
    attack: Text = "strongest"
    set_by: Text = "default"


class Judged(Value):
    """The verdict by one criterion."""

    criterion: Criterion
    verdict: VerdictWord
    reason: Text


class Verdict(OfOneNetwork):
    """The verdict on one network: the worst of all criteria, which stand in `criteria`."""

    verdict: VerdictWord
    reason: Text
    criterion: Criterion | None
    criteria: list[Judged]


class Changed(Value):
    """An earlier run with the same finished steps that asked for something else."""

    run: Text
    name: Text
    finished: int
    before: list[Criterion]
    now: list[Criterion]
