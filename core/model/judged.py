"""What was judged: checks of the evaluation, criteria, verdicts, and how good the evidence is."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from core.model.base import Distance, Number, Settings, Text, Value
from core.model.identity import AttackId
from core.model.subject import OfOneNetwork

VerdictWord = Literal["FAIL", "NOT RELIABLE", "INCONCLUSIVE", "PASS", "REFERENCE"]
"""`REFERENCE`: a control, which nobody proposes and nothing is asked of."""
CheckResult = Literal["pass", "fail", "not run"]
Aim = Literal["targeted", "untargeted"]
"""Whether an attacker picks the class to reach, or any wrong class will do."""
Knowledge = Literal["white-box", "black-box"]
"""Whether an attacker knows the network and its weights, or sees its answers at most."""
Letter = Literal["A", "B", "C", "D"]


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


class ThreatModel(Value):
    """What an attacker wants, may change and knows.

    Attributes:
        distance: what the attacker keeps small; None: whatever was measured, or nothing is
            attacked (`attacked`).
        eps: the most of it: a fraction of each feature's range, for `l0` a number of features;
            None: as little as possible.
        goal: None: nothing is attacked.
        knowledge: None: whatever the attacks that ran know.
    """

    distance: Distance | None = None
    eps: Number | None = None
    goal: Aim | None = None
    knowledge: Knowledge | None = None

    @property
    def attacked(self) -> bool:
        """Whether there is an attacker at all; clean accuracy knows none."""
        return self.goal is not None


class Criterion(Value):
    """What a defence has to reach: exactly one of the two bounds is given.

    Attributes:
        distance, eps, goal, knowledge: under which threat model; None: under each that was
            measured, the goal by the metric.
        attack: a name, or `strongest`. set_by: who asked; `default`: nobody for this run.
    """

    metric: Text
    at_least: Number | None = None
    at_most: Number | None = None
    attack: Text = "strongest"
    distance: Distance | None = None
    eps: Number | None = None
    goal: Aim | None = None
    knowledge: Knowledge | None = None
    set_by: Text = "default"

    @property
    def threat(self) -> ThreatModel:
        """Under which threat model it asks."""
        return ThreatModel(
            distance=self.distance, eps=self.eps, goal=self.goal, knowledge=self.knowledge
        )


def asks_default(criteria: Any) -> bool:
    """Whether these criteria of a spec are those that Thermocline sets: None.

    Earlier versions wrote out the one that they had.
    """
    return criteria is None or criteria == [_FORMER]


_FORMER = {
    "metric": "rho_increase",
    "at_least": 0.5,
    "at_most": None,
    "attack": "strongest",
    "set_by": "default",
}


class Judged(Value):
    """The verdict by one criterion.

    Attributes: proof: of a FAIL, what stands behind it that is more than one ratio of two upper
    bounds, in a sentence; "": nothing does.
    """

    criterion: Criterion
    verdict: VerdictWord
    reason: Text
    proof: Text = ""


class Grade(Value):
    """How good the evidence behind a verdict is, by the table of `core.judgement.grade`.

    Attributes:
        letter: A, the best, to D. line: what would raise it, the cheapest first, in a sentence.
        attacks: of that, attacks as a spec holds them, which a finished run can be extended by.
        settings: of that, settings of a spec that only a new run can have.
    """

    letter: Letter
    line: Text
    attacks: list[Settings] = Field([])
    settings: Settings = Field({})


class Verdict(OfOneNetwork):
    """The verdict on one network under one threat model: the worst of all `criteria` there.

    Attributes: threat: None in results of earlier versions, which judged all at once. proof: as of
    `Judged`. grade: None there too, and where nothing was attacked. word: as reports print it, such
    as "No gain under these attacks" for a FAIL without proof; "" in earlier versions. next_step:
    what to do next, in sentences, where a network was handed in and is judged by itself; else "".
    """

    threat: ThreatModel | None = None
    verdict: VerdictWord
    reason: Text
    proof: Text = ""
    criterion: Criterion | None
    criteria: list[Judged]
    grade: Grade | None = None
    word: Text = ""
    next_step: Text = ""


class Changed(Value):
    """An earlier run with the same finished steps that asked for something else."""

    run: Text
    name: Text
    finished: int
    before: list[Criterion]
    now: list[Criterion]
