"""Box-constrained L-BFGS: the closest point that fulfils the goal, by a search over a trade-off."""

from typing import ClassVar, Literal

from pydantic import Field

from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts
from core.attacks.families import ClosestAttack, Steps
from core.model.data import DataFacts


class Lbfgs(ClosestAttack):
    """Minimise c ||r||^2 + loss(x + r) within the bounds for several c; keep the closest success.

    The loss is the cross-entropy to the target, -log P_t, or for a class to leave -log(1 - P_t).
    Both are softplus functions of the log-odds of t, taken from logits in log space, so that
    neither the loss nor its gradient underflows, however large the gap.

    c starts at `initial_c`. A minimum that fulfils the goal is too far away: c grows; one that does
    not was held back too much: c shrinks. Both by factors of 10 until the answer changes, then c
    halves the interval in logarithms. Each minimisation starts at the unperturbed sample. All
    points at which the network was evaluated compete for the closest success.

    A pair ends as `already`, `success`, `zero_gradient` (the gradient of the log-odds is exactly 0
    where it stopped) or `cap` (searches done); a failed one with the highest log-odds it met.
    `iterations` counts those of all minimisations. In batches of another size or company the
    compiled kernels may round differently in the last digits of float32. A minimiser carries such
    differences on, so that distances agree to rounding or to the precision of the search, not bit
    by bit; nothing else passes between pairs.

    Source: Szegedy et al., arXiv 1312.6199, section 4.1, with the squared distance.

    Args:
        steps: iterations of one minimisation at most, at least 1.
        searches: values of c tried, at least 1.
        initial_c: first weight of the squared L2 distance, above 0, in nats per squared unit of
            the data's scale.
    """

    facts: ClassVar = Facts(
        title="box-constrained L-BFGS: the closest example in L2 (Szegedy et al.)",
        label="L-BFGS",
        remark="closest example",
        access="gradient",
        goal="closest",
        distances=("l2",),
        approach="penalised distance",
        source="Szegedy et al., arXiv 1312.6199",
        adaptive=True,
        repeats=("steps", "searches"),
        rank=10,
    )
    name: Literal["lbfgs"] = "lbfgs"
    steps: Steps = 100
    searches: int = Field(8, ge=1, le=30)
    initial_c: float = Field(1.0, gt=0, le=1e6)

    def passes(self, data: DataFacts) -> float:
        """By experience: 18 to 46 a search."""
        return min(self.steps, 30) * self.searches

    def run(self, question: Question, options: Options) -> AttackResult:
        """Search for the closest example of every pair."""
        # SciPy is loaded where the attack runs, not where its settings are read.
        from threadpoolctl import threadpool_limits

        from core.attacks.engine.lbfgs_slots import LbfgsSlots

        state = LbfgsSlots(question, options, self.steps, self.searches, self.initial_c)
        # SciPy's minimiser calls BLAS on vectors too short to share. Measured on 2 busy cores: with
        # 2 threads waiting for one another it took ten times the processor time of one thread.
        with threadpool_limits(1, user_api="blas"):
            return state.run()
