"""The tidy table of one run, taken apart once: every attack on every network, and its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.evaluation.attacked import Attacked
from core.model.data import Extent
from core.model.identity import AttackId, NetworkId

_KEYS = ["dataset", "defense", "defense_params", "temperature", "attack", "attack_params"]


@dataclass(frozen=True)
class Evaluation:
    """The attacks of one run, in the order of its rows.

    Attributes: extent: the largest distances that two inputs can have.
    """

    attacked: tuple[Attacked, ...]
    extent: Extent

    @classmethod
    def of(cls, rows: pd.DataFrame, extent: Extent) -> Evaluation:
        """Take the tidy table of one run apart. Args: rows: as results.parquet."""
        return cls(tuple(_split(rows, extent)), extent)

    @cached_property
    def by_network(self) -> dict[NetworkId, list[Attacked]]:
        """All attacks on each network."""
        found: dict[NetworkId, list[Attacked]] = {}
        for one in self.attacked:
            found.setdefault(one.network, []).append(one)
        return found

    @cached_property
    def undefended(self) -> list[Attacked]:
        """All attacks on the undefended network."""
        return [one for one in self.attacked if one.network.undefended]

    def reference(self, one: Attacked) -> Attacked | None:
        """The same attack on the undefended network of the same data, or None."""
        same = [o for o in self.undefended if (o.dataset, o.setting) == (one.dataset, one.setting)]
        return same[-1] if same else None


def _split(rows: pd.DataFrame, extent: Extent) -> Iterator[Attacked]:
    for _, group in rows.groupby(_KEYS, sort=False, dropna=False):
        dataset, defense, params, temperature, attack, attack_params = group[_KEYS].iloc[0]
        at = None if pd.isna(temperature) else float(temperature)
        yield Attacked(
            dataset,
            NetworkId(defense, params, at),
            AttackId(attack, attack_params),
            group,
            extent,
        )
