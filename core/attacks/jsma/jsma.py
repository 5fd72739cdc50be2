"""The Jacobian-based saliency map attack (JSMA), pairs of features: one attack, four arithmetics.

jsma-f     differentiates probabilities, as *Distillation as a Defense* did; its gradient underflows
jsma-f64   the same with weights, forward and backward pass in float64; underflows later
jsma-logf  differentiates log-probabilities: the same ranking as jsma-f without underflow
jsma-z     differentiates logits, as the JSMA paper did; needs the exact pair search

Eq. 11 of DD needs no more than the nearest target of each sample (`stop="first-target"`).
"""

import dataclasses
import math
from contextlib import nullcontext
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from core.attacks.attack import Attack
from core.attacks.engine.balls import Ball
from core.attacks.engine.domain import domain
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts
from core.attacks.jsma.jsma_host import JsmaSlots
from core.attacks.jsma.jsma_nearest import NearestTargets
from core.attacks.jsma.jsma_steps import JsmaPlan
from core.attacks.jsma.jsma_tied import TiedJsma
from core.errors import UserError
from core.model.base import Settings
from core.model.data import DataFacts
from core.networks.gradients import steps_per_visit

PAPER_BUDGET = 112
_NOT_NEAREST = (
    "some features are tied to others or cost more, so the target of the fewest steps need not be"
    " the nearest"
)


class Jsma(Attack):
    """Change the two features that help the target most, again and again; targeted only.

    An evaluation ends a pair as `success` (the target is predicted; `already` if nothing was
    changed), then `cap` (budget spent), `zero_gradient`, `no_admissible_pair`, in this order; with
    `stop="first-target"` a pair that another target of its sample has beaten ends as `stopped`.
    Nothing is drawn, and results do not depend on the batch size.

    Source: Papernot et al., arXiv 1511.07528, Algorithm 3; arXiv 1511.04508 for jsma-f.

    Args:
        budget: features to change: a number (int), or a share (float below 1) of the n that may
            change; default 112 for 784 and 3,072, else 2 * floor(0.145 n / 2), at least 2. Two
            change at a time, so an odd number is rounded down. Where features have costs, the
            cost of those that change, n being the cost of all that may.
        theta: change of each feature, a fraction of its range, clipped to it; negative decreases.
        stop: `first-target` stops the targets of a sample once its nearest one is known: the same
            rho (Eq. 11) for two fifths of the work, and no success rate. The pairs of a sample
            have to stand one after another.
    """

    objective: ClassVar[str]
    double: ClassVar[bool] = False
    unlisted: ClassVar = frozenset({"stop"})
    budget: int | float | None = None
    theta: float = Field(1.0, ge=-1e6, le=1e6)
    stop: Literal["each-pair", "first-target"] = "each-pair"

    @field_validator("budget")
    @classmethod
    def _budget(cls, value: int | float | None) -> int | float | None:
        if value is None:
            return None
        if isinstance(value, float) and value >= 1 and value.is_integer():
            value = int(value)
        if isinstance(value, float) and not 0 < value < 1:
            raise ValueError("a share lies between 0 and 1; a number of features is a whole number")
        if isinstance(value, int) and value < 2:
            raise ValueError("the attack changes features in pairs: at least 2")
        return value

    @field_validator("theta")
    @classmethod
    def _theta(cls, value: float) -> float:
        if value == 0:
            raise ValueError("a change of 0 attacks nothing; 1 increases, -1 decreases")
        return value

    def budget_for(self, data: DataFacts) -> int:
        """Features that may change, of those of these data."""
        return resolve_budget(
            self.budget, int(data.extent.l0) if data.priced else data.mutable_features
        )

    def ball_for(self, data: DataFacts) -> Ball:
        """The features it may change, each by theta."""
        return Ball("l0", self.budget_for(data), self.theta)

    def params_for(self, data: DataFacts) -> Settings:
        """Change and number of features; `stop` only where it is used."""
        shut = data.down_only if self.theta > 0 else data.up_only
        if shut == data.mutable_features:
            way, other = ("rise", "below 0") if self.theta > 0 else ("fall", "above 0")
            raise UserError(f"attacks.theta: no feature may {way}; give a theta {other}", 2)
        params = {"theta": self.theta, "budget": self.budget_for(data)}
        if self.stop == "each-pair":
            return params
        if data.stepped_features:
            # Putting a success on its steps may undo it when the other targets have stopped.
            raise UserError("attacks.stop: these features move in steps; leave stop out", 2)
        if data.tied_features or data.priced:
            raise UserError(f"attacks.stop: {_NOT_NEAREST}; leave stop out", 2)
        return {**params, "stop": self.stop}

    def passes(self, data: DataFacts) -> float:
        """One for every two features."""
        return self.budget_for(data) / 2

    def run(self, question: Question, options: Options) -> AttackResult:
        """Take every pair as far as its budget goes.

        Where a device computes, state and selection stay on it for several steps at a time; the
        pair search of jsma-z, exact in float64, stays on the host.
        """
        from core.networks.gradients.precision import as_float64, float64_kept

        if not question.targeted:
            raise UserError(f"{self.name} needs a target class; leave it out of an untargeted run")
        limits = domain(question.x, question.limits)
        tied = limits.ties is not None or limits.cost is not None
        whole = int(np.prod(question.shape)) if limits.cost is None else int(limits.cost.sum())
        budget = resolve_budget(self.budget, whole)
        plan = JsmaPlan(self.objective, self.theta, budget // 2, budget)
        if tied and self.stop == "first-target":
            raise UserError(f"{self.name}: stop: first-target: {_NOT_NEAREST}; leave stop out", 2)
        ends = _sample_ends(np.asarray(question.sample)) if self.stop == "first-target" else None
        with float64_kept() if self.double else nullcontext():
            model = as_float64(question.model) if self.double else question.model
            question = dataclasses.replace(question, model=model)
            if tied:
                return TiedJsma(question, options, plan).run()
            visit = options.steps_per_visit or steps_per_visit()
            if visit > 1 and self.objective != "logit" and limits.stride is None:
                from core.attacks.jsma.jsma_device import DeviceJsma

                return DeviceJsma(question, options, plan, ends, visit).run()
            if ends is not None:
                return NearestTargets(question, options, plan, ends).run()
            return JsmaSlots(question, options, plan).run()


_SOURCE = "Papernot et al., arXiv 1511.07528"
_CANNOT = "features move in one direction only, two at a time; none is moved back; one start"


class JsmaF(Jsma):
    """JSMA on probabilities in float32, as the paper on distillation ran it: they underflow."""

    facts: ClassVar = Facts(
        title="JSMA on probabilities in float32: the paper's attack, which underflows",
        label="The paper's attack",
        remark="float32",
        access="gradient",
        goal="closest within a budget",
        distances=("l0",),
        source=f"{_SOURCE}; 1511.04508",
        grows=True,
        family="jsma",
        cannot=_CANNOT,
        approach="saliency",
        arithmetic="float32, on probabilities",
        rank=0,
        plain="the paper's attack, which changes two features at a time where the network's "
        "slope is steepest (jsma-f)",
    )
    objective: ClassVar = "probability"
    name: Literal["jsma-f"] = "jsma-f"


class JsmaF64(Jsma):
    """JSMA on probabilities with weights and both passes in float64, which underflows in turn."""

    facts: ClassVar = Facts(
        title="JSMA on probabilities in float64: underflows only at far larger gaps",
        label="The same attack",
        remark="float64",
        access="gradient",
        goal="closest within a budget",
        distances=("l0",),
        source=_SOURCE,
        grows=True,
        family="jsma",
        cannot=_CANNOT,
        approach="saliency",
        arithmetic="float64, on probabilities",
        rank=12,
        plain="the same in double precision (jsma-f64)",
    )
    objective: ClassVar = "probability"
    double: ClassVar = True
    name: Literal["jsma-f64"] = "jsma-f64"


class JsmaLogf(Jsma):
    """JSMA on log-probabilities: the ranking of jsma-f without underflow."""

    facts: ClassVar = Facts(
        title="JSMA on log-probabilities: the same ranking as jsma-f without underflow",
        label="The same attack",
        remark="no underflow",
        access="gradient",
        goal="closest within a budget",
        distances=("l0",),
        source=f"{_SOURCE}, computed in log space",
        adaptive=True,
        grows=True,
        family="jsma",
        cannot=_CANNOT,
        approach="saliency",
        arithmetic="log space: no underflow",
        rank=1,
        plain="the same computed with logarithms, so that no slope is rounded to zero (jsma-logf)",
    )
    objective: ClassVar = "log-probability"
    name: Literal["jsma-logf"] = "jsma-logf"


class JsmaZ(Jsma):
    """JSMA on logits, with the exact search for the best pair of features."""

    facts: ClassVar = Facts(
        title="JSMA on logits with the exact pair search",
        label="JSMA on logits",
        remark="exact pairs",
        access="gradient",
        goal="closest within a budget",
        distances=("l0",),
        source=_SOURCE,
        adaptive=True,
        grows=True,
        family="jsma",
        cannot=_CANNOT,
        approach="saliency",
        arithmetic="logits, exact pair search",
        rank=9,
    )
    objective: ClassVar = "logit"
    name: Literal["jsma-z"] = "jsma-z"


def resolve_budget(budget: int | float | None, n_features: int) -> int:
    """Number of features that an attack may change.

    Args:
        budget: None (112 for 784 and for 3,072 features, as in the paper, else
            2 * floor(0.145 n / 2), at least 2), a number of features, or a share in (0, 1).
        n_features: features of one input.

    Returns: an int in [2, n_features]. Raises `UserError` when it exceeds the input.
    """
    if budget is None:
        if n_features in (784, 3072):
            return PAPER_BUDGET
        return max(2, 2 * math.floor(0.145 * n_features / 2))
    number = max(2, math.floor(budget * n_features)) if isinstance(budget, float) else budget
    if number > n_features:
        raise UserError(
            f"attacks.budget: {number} features exceed the {n_features} features of one input; "
            f"give at most {n_features}, or a share below 1",
            exit_code=2,
        )
    return number


def _sample_ends(sample: np.ndarray) -> np.ndarray:
    """How many pairs there are up to the last of each sample; raises where they lie apart."""
    ends = np.flatnonzero(np.diff(sample, append=-1)) + 1
    if len(ends) != len(np.unique(sample)):
        raise UserError("stop: first-target needs the pairs of each sample one after another")
    return ends
