"""The fast gradient sign method: one step to the surface of the ball."""

from typing import ClassVar, Literal

from core.attacks.engine.ascent import Walk, ascend
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts
from core.attacks.families import GradientAttack
from core.model.data import DataFacts


class Fgsm(GradientAttack):
    """One step of length eps along the sign of the gradient (Linf) or along the gradient (L2).

    Where the step does not reach the goal, the result is its end or the sample itself, whichever
    has the larger margin. Source: Goodfellow, Shlens & Szegedy, arXiv 1412.6572.
    """

    facts: ClassVar = Facts(
        title="fast gradient sign method: one step of size eps",
        label="Fast gradient sign",
        remark="one step",
        access="gradient",
        goal="any in a ball",
        distances=("linf", "l2"),
        approach="gradient steps",
        source="Goodfellow, Shlens & Szegedy, arXiv 1412.6572",
        single_step=True,
        rank=4,
        cannot="one step, never corrected",
    )
    name: Literal["fgsm"] = "fgsm"

    def passes(self, data: DataFacts) -> float:
        """One to step, one to see where it led."""
        return 2

    def run(self, question: Question, options: Options) -> AttackResult:
        """Take the step from every sample."""
        eps = self.radius(question.shape)
        walk = Walk(self.norm, eps, steps=1, step_size=eps)
        return ascend(question, options, self.followed, walk)
