"""The basic iterative method: FGSM in small steps, from the sample itself."""

from typing import ClassVar, Literal

from core.attacks.engine.ascent import Walk, ascend
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts
from core.attacks.families import SteppedAttack
from core.model.data import DataFacts


class Bim(SteppedAttack):
    """Small steepest steps from the sample, kept in the ball; nothing is drawn.

    The result is the first success, or the point of the largest margin.
    Source: Kurakin, Goodfellow & Bengio, arXiv 1607.02533.
    """

    facts: ClassVar = Facts(
        title="basic iterative method: small steps inside a ball of radius eps",
        label="Basic iterative method",
        remark="many small steps",
        access="gradient",
        goal="any in a ball",
        distances=("linf", "l2"),
        approach="gradient steps",
        source="Kurakin, Goodfellow & Bengio, arXiv 1607.02533",
        grows=True,
        repeats=("steps",),
        rank=11,
    )
    name: Literal["bim"] = "bim"

    def passes(self, data: DataFacts) -> float:
        """One a step, one to see where the last led."""
        return self.steps + 1

    def run(self, question: Question, options: Options) -> AttackResult:
        """Walk from every sample."""
        shape = question.shape
        walk = Walk(self.norm, self.radius(shape), self.steps, self.step_length(shape))
        return ascend(question, options, self.followed, walk)
