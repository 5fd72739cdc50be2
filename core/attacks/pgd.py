"""Projected gradient descent: BIM from random starts in the ball."""

from typing import ClassVar, Literal

from pydantic import Field

from core.attacks.engine.ascent import Walk, ascend
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts
from core.attacks.families import SteppedAttack, Steps
from core.model.data import DataFacts


class Pgd(SteppedAttack):
    """Small steepest steps from random starts; only pairs that still fail start again.

    A start is drawn uniformly from the ball and clipped to the bounds. The result is the first
    success, or the point of the largest margin. Source: Madry et al., arXiv 1706.06083.

    Args:
        restarts: number of random starts in all, at least 1.
    """

    facts: ClassVar = Facts(
        title="projected gradient descent: as bim, from random starts",
        label="Projected gradient descent",
        remark="random starts",
        access="gradient",
        goal="any in a ball",
        distances=("linf", "l2"),
        approach="gradient steps",
        source="Madry et al., arXiv 1706.06083",
        draws=True,
        grows=True,
        repeats=("steps", "restarts"),
        rank=2,
    )
    name: Literal["pgd"] = "pgd"
    steps: Steps = 40
    restarts: int = Field(1, ge=1, le=1_000)

    def passes(self, data: DataFacts) -> float:
        """One a step and start, one to see where the last step led."""
        return (self.steps + 1) * self.restarts

    def run(self, question: Question, options: Options) -> AttackResult:
        """Walk from the starts of every pair."""
        shape = question.shape
        walk = Walk(
            self.norm, self.radius(shape), self.steps, self.step_length(shape), self.restarts
        )
        return ascend(question, options, self.followed, walk)
