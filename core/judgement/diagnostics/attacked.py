"""One attack with one setting on one network: its rows, and what kind of attack it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core import attacks
from core.attacks.facts import Facts
from core.canonical import canonical
from core.judgement.diagnostics.check import Share, share_of
from core.metrics.curves import within
from core.metrics.robustness import tries_every_target

_PAIR = ["seed", "sample", "target"]


@dataclass(frozen=True)
class Attacked:
    """The rows of one attack with one setting on one defence, all seeds together.

    Attributes:
        defense, defense_params, temperature: the network. attack, params: the attack.
        rows: as in results.parquet.
    """

    defense: str
    defense_params: dict[str, Any]
    temperature: float | None
    attack: str
    params: dict[str, Any]
    rows: pd.DataFrame

    @property
    def network(self) -> tuple:
        """The same for all attacks on one network."""
        return self.defense, canonical(self.defense_params), self.temperature

    @property
    def setting(self) -> tuple[str, str]:
        """The same for one attack with one setting on all networks."""
        return self.attack, canonical(self.params)

    @property
    def facts(self) -> Facts:
        """What is known of the attack, whatever its settings."""
        return attacks.facts(self.attack)

    @property
    def targeted(self) -> bool:
        """Whether each pair has a class to reach, rather than one to leave."""
        return bool((self.rows["target"] >= 0).all())

    @property
    def distance(self) -> str:
        """The distance that the attack keeps small: `l0`, `l2` or `linf`."""
        return attacks.distance_of(self.attack, self.params)

    @property
    def budget(self) -> float | None:
        """The most of it that the attack may spend; None: it looks for the closest success."""
        value = self.params.get("budget", self.params.get("eps"))
        return None if value is None else float(value)

    @property
    def adaptive(self) -> bool:
        """Whether it follows something that a masked gradient does not stop."""
        return attacks.is_adaptive(self.attack, {**self.params, "targeted": self.targeted})

    @property
    def name(self) -> str:
        """For sentences: the name, and what tells it from others of that name."""
        eps, loss = self.params.get("eps"), self.params.get("loss")
        told = [] if eps is None else [f"eps {eps:g}"]
        told += [] if loss in (None, "margin") else [loss]
        return f"{self.attack} ({', '.join(told)})" if told else self.attack

    @property
    def every_target(self) -> bool:
        """Whether each pair went to its own end, whatever the sample's other targets did."""
        return tries_every_target(self.params)

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


def attacked(rows: pd.DataFrame) -> Iterator[Attacked]:
    """Split the tidy table of one run, in its order."""
    keys = ["defense", "defense_params", "temperature", "attack", "attack_params"]
    for _, group in rows.groupby(keys, sort=False, dropna=False):
        defense, params, temperature, attack, attack_params = group[keys].iloc[0]
        yield Attacked(
            defense,
            json.loads(params),
            None if pd.isna(temperature) else float(temperature),
            attack,
            json.loads(attack_params),
            group,
        )


def missed(strong: Attacked, weak: Attacked, anywhere: bool = False) -> Share | None:
    """Share of the goals that the weaker attack reached and the stronger one did not.

    Only what the weaker reached within the stronger's budget counts, unless `anywhere`. Pair by
    pair where both attack the same way; sample by sample where only one is targeted, or stops at
    the first target of a sample. None when
    they have no sample in common, or neither reached anything but what was so from the start.
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
    return bool((one.rows["success"].astype(bool) & (one.rows["status"] != "already")).any())
