"""One attack with one setting on one network: its rows, and what kind of attack it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core import attacks
from core.attacks.facts import Facts
from core.metrics import counted, robustness
from core.metrics.curves import within
from core.metrics.shares import Share, share_of
from core.model.base import Distance, Settings
from core.model.data import Extent
from core.model.identity import AttackId, NetworkId

_PAIR = ["seed", "sample", "target"]


@dataclass(frozen=True)
class Attacked:
    """The rows of one attack with one setting on one defence, all seeds together.

    Attributes:
        dataset: its name. network: which network. setting: which attack.
        all_rows: as in results.parquet, misclassified inputs among them.
        extent: the largest distances that two inputs can have.
    """

    dataset: str
    network: NetworkId
    setting: AttackId
    all_rows: pd.DataFrame
    extent: Extent

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows of the inputs that the network gets right: those that were attacked."""
        return self.all_rows[counted.right(self.all_rows)]

    @cached_property
    def misclassified(self) -> int:
        """Inputs that were not attacked, the network of each seed counted by itself."""
        return counted.inputs(self.all_rows) - counted.inputs(self.rows)

    @property
    def had_a_task(self) -> bool:
        """Whether the network gets any input right, so that there was something to attack."""
        return len(self.rows) > 0

    @property
    def defense(self) -> str:
        """Name of the defence of the network."""
        return self.network.defense

    @property
    def attack(self) -> str:
        """Name of the attack."""
        return self.setting.attack

    @cached_property
    def params(self) -> Settings:
        """Settings of the attack."""
        return self.setting.params

    @cached_property
    def seeds(self) -> list[int]:
        """Seeds of the networks that were attacked, in the order of the rows."""
        return list(dict.fromkeys(self.all_rows["seed"].tolist()))

    @cached_property
    def measure(self) -> robustness.Measure:
        """How the robustness under this attack is measured."""
        return robustness.measure_of(self.distance, self.budget, self.extent)

    @cached_property
    def per_sample(self) -> pd.DataFrame:
        """One row a (seed, sample), as `core.metrics.robustness.per_sample`."""
        return robustness.per_sample(self.rows, self.measure)

    @property
    def facts(self) -> Facts:
        """What is known of the attack, whatever its settings."""
        return attacks.facts(self.attack)

    @property
    def targeted(self) -> bool:
        """Whether each pair has a class to reach, rather than one to leave."""
        return bool((self.all_rows["target"] >= 0).all())

    @property
    def distance(self) -> Distance:
        """The distance that the attack keeps small: `l0`, `l2` or `linf`."""
        return attacks.distance_of(self.attack, self.params)

    @cached_property
    def budget(self) -> int | float | None:
        """The most of the distance that the attack may spend: features as a whole number, else a
        radius; None: it looks for the closest success.
        """
        budget = float(self.all_rows["budget"].iloc[0])
        return None if np.isnan(budget) else whole(budget)

    @property
    def adaptive(self) -> bool:
        """Whether it follows something that a masked gradient does not stop."""
        return attacks.is_adaptive(self.attack, {**self.params, "targeted": self.targeted})

    @property
    def name(self) -> str:
        """For sentences: the name, and what tells it from others of that name."""
        eps, loss = self.params.get("eps"), self.params.get("loss")
        settings = [] if eps is None else [f"eps {eps:g}"]
        settings += [] if loss in (None, "margin") else [loss]
        return f"{self.attack} ({', '.join(settings)})" if settings else self.attack

    @property
    def every_target(self) -> bool:
        """Whether each pair went to its own end, whatever the sample's other targets did."""
        return self.setting.every_target

    @cached_property
    def success(self) -> pd.Series:
        """Bool by (seed, sample, target); by (seed, sample) where the first target is enough."""
        return self.reached(self.every_target)

    def reached(self, by_pair: bool, within_of: Attacked | None = None) -> pd.Series:
        """What the attack reached, within the budget of another attack where one is given.

        Args: by_pair: True: bool by (seed, sample, target); False: whether a sample left its
            label by any target, bool by (seed, sample).
        """
        rows = self.rows
        hit = rows["success"].to_numpy(bool)
        if within_of is not None and within_of.budget is not None:
            hit = hit & within(rows[within_of.distance].to_numpy(float), within_of.budget)
        if by_pair:
            return pd.Series(hit, index=pd.MultiIndex.from_frame(rows[_PAIR]))
        hit = hit & (rows["predicted"] != rows["label"]).to_numpy()
        return rows.assign(hit=hit).groupby(["seed", "sample"])["hit"].max()

    def nearest(self, by_pair: bool) -> pd.Series:
        """The attack's own distance where it reached its goal, else infinity; as `reached`."""
        keys = ["seed", "sample", "target"] if by_pair else ["seed", "sample"]
        hit = self.rows["success"].to_numpy(bool)
        if not by_pair:
            hit = hit & (self.rows["predicted"] != self.rows["label"]).to_numpy()
        far = np.where(hit, self.rows[self.distance].to_numpy(float), np.inf)
        return self.rows.assign(far=far).groupby(keys)["far"].min()


def whole(budget: float) -> int | float:
    """A number of features as an integer; a radius that is none stays as it is."""
    return int(budget) if float(budget).is_integer() else budget


def missed(strong: Attacked, weak: Attacked, anywhere: bool = False) -> Share | None:
    """Share of the goals that the weaker attack reached and the stronger one did not.

    Only what the weaker reached within the stronger's budget counts, unless `anywhere`. Pair by
    pair where both attack the same way; sample by sample where only one is targeted, or stops at
    the first target of a sample. None when they have no sample in common, or neither reached
    anything.
    """
    by_pair = strong.targeted == weak.targeted and strong.every_target and weak.every_target
    both = pd.DataFrame(
        {
            "strong": strong.reached(by_pair),
            "weak": weak.reached(by_pair, within_of=None if anywhere else strong),
        }
    ).dropna()
    both = both.astype(bool)
    if not (_moved(strong) or _moved(weak)) or not len(both):
        return None
    return share_of(both["weak"] & ~both["strong"])


def _moved(one: Attacked) -> bool:
    return bool(one.rows["success"].any())
