"""Transfer: adversarial examples made on another network, shown to this one.

A defence that only hides its gradients does not stop examples made elsewhere.
"""

import dataclasses
from typing import ClassVar, Literal

import numpy as np

from core.attacks.engine import goal, result
from core.attacks.engine.ascent import Loss, Walk, ascend
from core.attacks.engine.question import Options, Question
from core.attacks.facts import Facts
from core.attacks.families import BallAttack, Steps
from core.errors import UserError
from core.model.data import DataFacts


class Transfer(BallAttack):
    """PGD on the margin of another network, all steps taken, then one look at what this one says.

    An example that just fools its own network rarely fools another, so the point with the largest
    margin is taken, not the first success. `iterations` counts steps on the source.
    Source: Papernot, McDaniel & Goodfellow, arXiv 1605.07277; CW16.

    Args:
        source: `independent`, an undefended network trained from another seed; or `none`, the
            undefended network of the same seed (which itself is attacked from the independent one).
        steps: taken on the source from one random start, each of 2.5 eps / steps.
    """

    facts: ClassVar = Facts(
        title="examples made on another network, shown to this one",
        label="Transfer",
        remark="examples made on another network",
        access="transfer",
        goal="any in a ball",
        distances=("linf", "l2"),
        source="Papernot, McDaniel & Goodfellow, arXiv 1605.07277",
        draws=True,
        rank=8,
        cannot="never looks at the network that it attacks",
    )
    name: Literal["transfer"] = "transfer"
    source: Literal["none", "independent"] = "none"
    steps: Steps = 40

    @property
    def source_network(self) -> Literal["none", "independent"]:
        """The network on which the examples are made."""
        return self.source

    def ball_for(self, data: DataFacts) -> None:
        """It never looks at the network in which an example would be planted."""

    def passes(self, data: DataFacts) -> float:
        """Those of PGD on the source, and the looks at both networks."""
        return self.steps + 2

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Make an example of every pair on `question.source`, and show it to the model.

        The gradients of `question.model` are never asked for.
        """
        from core.networks import training

        if question.source is None:
            raise UserError("transfer needs another network on which it makes its examples")
        eps = self.radius(question.shape)
        walk = Walk(
            self.norm, eps, self.steps, 2.5 * eps / self.steps, restarts=1, stop_early=False
        )
        elsewhere = dataclasses.replace(question, model=question.source)
        made = ascend(elsewhere, options, Loss("margin"), walk)
        if not len(question.sample):
            return made

        model, x, sample = question.model, question.x, question.sample
        clean = training.logits(model, x).argmax(-1)[sample]
        already = goal.reached(clean, question.target, question.targeted)
        left_alone = already.reshape(-1, *[1] * (x.ndim - 1))
        adversarial = np.where(left_alone, x[sample], made.adversarial)
        predicted = training.logits(model, adversarial).argmax(-1)
        success = goal.reached(predicted, question.target, question.targeted)
        status = np.where(success, result.SUCCESS, result.CAP)
        return dataclasses.replace(
            made,
            adversarial=adversarial.astype(np.float32),
            predicted=predicted,
            success=success,
            status=np.where(already, result.ALREADY, status),
            iterations=np.where(already, 0, made.iterations),
            predicted_clean=clean,
        )
