"""A toy attack as somebody would add it: the one new file. Its registry line is `REGISTRY_LINE`."""

from typing import ClassVar, Literal

from core.attacks.engine.ascent import Walk, ascend
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts
from core.attacks.families import GradientAttack
from core.model.data import DataFacts

REGISTRY_LINE = '    "core.attacks.toy:Toy",\n'


class Toy(GradientAttack):
    """Two half steps along the gradient."""

    facts: ClassVar = Facts(
        title="two half steps along the gradient",
        label="Toy attack",
        remark="two half steps",
        access="gradient",
        goal="any in a ball",
        distances=("linf", "l2"),
        source="this test",
        grows=True,
    )
    name: Literal["toy"] = "toy"

    def passes(self, data: DataFacts) -> float:
        """Two to step, one to see where they led."""
        return 3

    def run(self, question: Question, options: Options) -> AttackResult:
        """Take both steps from every sample."""
        eps = self.radius(question.shape)
        walk = Walk(self.norm, eps, steps=2, step_size=eps / 2)
        return ascend(question, options, self.followed, walk)
