"""What was measured, one value a network and attack: rates, robustness, curves, detection.

Rates and rho are fractions in [0, 1]; intervals are 95 %. A value that may be missing is `None`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from core.model.base import Count, Distance, Number, Settings, Share, Text, Value
from core.model.identity import AttackId
from core.model.subject import OfAttack, OfNetwork

Budget = int | float | None
"""Features for `l0`, else the radius in fractions of a feature's range; None: not limited."""
Curved = Annotated[list[Share], Field(max_length=1_000)]
Matrix = Annotated[list[Annotated[list[Number | None], Field(max_length=20)]], Field(max_length=20)]


class Spread(Value):
    """A mean with its interval, in the units of its distance."""

    mean: Number
    low: Number
    high: Number


class Planted(OfAttack):
    """Whether an attack finds the examples that were planted in a network, over all seeds.

    Attributes:
        of: how many were planted, all seeds together; 0 where none was, see `reason`.
        found: how many of them the attack found. low, high: 95 % interval of that share.
        by_chance: share of random points, as far out as the planted ones, that are adversarial.
        radius: of the ball around each sample, in units of `distance`.
        reason: why none was planted, in the first network (of a seed) where none was.
    """

    dataset: Text
    distance: Distance
    radius: Number
    seeds: list[int]
    found: Count
    of: Count
    low: Share | None
    high: Share | None
    by_chance: Share | None
    reason: Text | None = None

    @property
    def share(self) -> float | None:
        """Share of the planted examples that were found; None where none was planted."""
        return self.found / self.of if self.of else None


class PerSeed(Value):
    """The numbers of one seed."""

    seed: int
    accuracy: Share | None
    success_rate: Share | None
    rho: Share | None


class SummaryRow(OfAttack):
    """One attack on one network over all seeds.

    Attributes:
        samples: test inputs that were attacked: right in the network of one seed at least.
        inputs: the same, the network of each seed counted by itself.
        misclassified: inputs that were not attacked because the network gets them wrong, counted
            as `inputs`; in no other number of the row. None: an earlier version, which counted
            each as moved by a distance of 0.
        pairs: of an input and a target that were attacked. successes: how many of them.
        success_rate: share of pairs that reached their goal; None where the targets of a sample
            stopped at the first success.
        rho: robustness, Eq. 11; it, all that is made of it and `robustness` are None or empty of
            an attack that looks only inside a ball. rho_cap: what a sample counts that no target
            could move.
        rho_low, rho_high: of that mean. rho_most: the upper end wherever the samples lie that no
            target could move, up to the largest distance that exists; None: there is none.
        rho_increase: rho / rho of the undefended network under the same attack - 1, both over the
            inputs that both networks get right. rho_increase_low, rho_increase_high: hold
            wherever the samples lie that no target could move, on either network.
        censored: share of samples that no target could move.
        zero_gradient_samples: share of samples whose gradient is exactly 0 for every wrong target.
        robust_accuracy: share of samples that stay right under this attack alone within its
            budget; here alone a misclassified input counts, as lost. None without a budget.
        mean_l1, mean_l2, mean_linf: over the pairs that succeeded.
        robustness: Eq. 11 in each distance, by its name.
    """

    dataset: Text
    seeds: list[int]
    budget: Budget
    accuracy: Share | None
    mean_confidence: Share | None
    distance: Distance
    samples: Count
    inputs: Count
    misclassified: Count | None = None
    pairs: Count
    successes: Count | None = None
    success_rate: Share | None
    success_low: Share | None
    success_high: Share | None
    rho: Share | None
    rho_low: Share | None
    rho_high: Share | None
    rho_most: Share | None = None
    rho_cap: Share
    censored: Share | None
    zero_gradient_samples: Share | None
    robust_accuracy: Spread | None = None
    mean_l1: Number | None
    mean_l2: Number | None
    mean_linf: Number | None
    robustness: dict[Distance, Spread] = Field({})
    rho_increase: Number | None
    rho_increase_low: Number | None = None
    rho_increase_high: Number | None = None
    rho_increase_error: Number | None = None
    per_seed: list[PerSeed]

    @property
    def asked(self) -> int:
        """Test inputs that each network was asked about, misclassified ones among them."""
        return round((self.inputs + (self.misclassified or 0)) / max(1, len(self.seeds)))


class Difference(OfAttack):
    """A network minus `against` under one attack, paired by sample, over what both get right.

    Attributes:
        metric: `rho` or `success_rate`. low, high: the interval; of a rho it holds wherever the
            samples lie that no attack moved. bounded: there is such a sample.
        n: number of samples. p: p-value of no difference. adjusted: the same, corrected for all
            distinct differences of the run (Holm); None: an earlier version, which did not.
        detected: the interval leaves out 0, and the corrected p-value is at most 5 %.
        borderline: another draw of the bootstrap could move an end across 0: not detected.
    """

    dataset: Text = ""
    against: Text
    metric: Text
    difference: Number
    low: Number | None
    high: Number | None
    n: Count
    p: Share | None = None
    adjusted: Share | None = None
    bounded: bool = False
    detected: bool
    borderline: bool = False


class Strongest(Value):
    """One attack among those whose successes count towards the closest example of each sample.

    Attributes:
        mean: of this attack alone, in units of the distance; None of one that does not look for
            the closest example in it, such as one inside a ball.
        strongest: share of the moved samples on which it found the smallest distance; None where
            no sample was moved.
    """

    attack_id: Text = ""
    attack: Text
    attack_params: Settings
    samples: Count | None = None
    mean: Number | None = None
    strongest: Share | None

    @property
    def setting(self) -> AttackId:
        """Which attack it is about."""
        return AttackId.of(self.attack, self.attack_params)


class Closest(OfNetwork):
    """The mean over samples of the least that any attack needed, in one distance.

    Attributes: rho...: as shares of the largest distance that exists; as in `SummaryRow`, of the
    samples that no attack moved. mean, low, high, cap: in units of the distance. median...: the
    same, the least within which attacks move half of the samples; None: more than the cap, or an
    earlier version. censored: share of samples that no attack moved within the cap, the largest
    budget of the attacks that look for the closest example. tied: share of the moved samples on
    which two attacks or more found that least; None: an earlier version. attacks: all whose
    successes count. misclassified: as in `SummaryRow`.
    """

    dataset: Text
    distance: Distance
    seeds: list[int]
    rho: Share
    rho_low: Share
    rho_high: Share
    rho_most: Share | None = None
    rho_cap: Share
    rho_increase: Number | None
    rho_increase_low: Number | None
    rho_increase_high: Number | None
    rho_increase_error: Number | None = None
    samples: Count
    misclassified: Count | None = None
    mean: Number
    low: Number
    high: Number
    median: Number | None = None
    median_low: Number | None = None
    median_high: Number | None = None
    censored: Share
    cap: Number | None = None
    tied: Share | None = None
    attacks: list[Strongest]


class WithinBudget(OfNetwork):
    """The share of samples that stay right under every attack within a budget.

    Attributes: attacks: those that moved an input. samples: all that were asked for, the
    misclassified among them, which count as lost. misclassified: as in `SummaryRow`.
    """

    dataset: Text
    distance: Distance
    budget: int | float
    attacks: list[Text]
    seeds: list[int]
    samples: Count
    misclassified: Count | None = None
    robust_accuracy: Share
    low: Share
    high: Share


class Quantile(Value):
    """The smallest budget at which a share of the pairs succeeds; None: it never does."""

    share: Share
    budget: Number | None


class Curve(OfAttack):
    """Success rate against budget; the lists are equally long.

    Attributes:
        budget: of an attack that looks for the closest example, distances at which pairs
            succeeded; of one inside a ball, the radii at which it ran, and nothing between.
        quantiles: of the first kind, computed from the pairs.
        robust_accuracy: of the second, a `Spread` a radius: what stays right under this attack at
            all radii that ran, the misclassified counted as lost.
    """

    dataset: Text = ""
    distance: Distance
    budget: Annotated[list[Number], Field(max_length=1_000)]
    success_rate: Curved
    low: Curved
    high: Curved
    quantiles: list[Quantile] = Field([])
    robust_accuracy: list[Spread] = Field([])

    @model_validator(mode="after")
    def _equally_long(self) -> Curve:
        if len({len(part) for part in (self.budget, self.success_rate, self.low, self.high)}) > 1:
            raise ValueError("budget, success_rate, low and high differ in length")
        if self.robust_accuracy and len(self.robust_accuracy) != len(self.budget):
            raise ValueError("budget and robust_accuracy differ in length")
        return self


class Matrices(OfAttack):
    """Source class by target class; None where nothing was attacked or moved."""

    dataset: Text = ""
    distance: Distance
    success_rate: Matrix
    distortion: Matrix

    @model_validator(mode="after")
    def _square(self) -> Matrices:
        size = len(self.success_rate)
        for name, matrix in (("success_rate", self.success_rate), ("distortion", self.distortion)):
            if [len(row) for row in matrix] != [size] * size:
                raise ValueError(f"{name} is not a square of {size} classes")
        return self
