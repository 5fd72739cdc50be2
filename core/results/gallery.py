"""Which adversarial examples a report shows: the same pairs under a few telling attacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics.counted import right
from core.model.base import Settings
from core.model.planned import PlannedAttack, PlannedNetwork, RunPlan
from core.store.ledger import Ledger
from core.store.records import CellRow
from core.store.tables import stored_table

PICTURES = 12
COLUMNS = [
    *("sample", "label", "target", "predicted_clean", "predicted", "success", "status"),
    *("l0", "l1", "l2", "linf"),
]


@dataclass(frozen=True)
class Chosen:
    """One pair of one attack on one network. Attributes: row: its columns, as JSON values."""

    network: PlannedNetwork
    attack: PlannedAttack
    row: Settings

    @property
    def sample(self) -> int:
        """Number of the test input."""
        return self.row["sample"]

    @property
    def target(self) -> int:
        """The class to reach, -1 where any other will do."""
        return self.row["target"]


def chosen(plan: RunPlan, cells: Mapping[str, CellRow], ledger: Ledger) -> list[Chosen]:
    """Up to 12 pairs, grouped by attack.

    The same few pairs are shown for the undefended network and for one distilled network under
    each of two attacks, so that a reader compares like with like. Failed attacks are shown too.
    Only the run's first seed, only pairs whose images were kept, and only inputs that each of
    these networks gets right.
    """
    columns = _telling(plan, cells)
    if not columns:
        return []
    tables = [_rows(cells[attack.key], ledger) for _, attack in columns]
    wrong = set[int]().union(*(table.loc[~right(table), "sample"] for table in tables))
    first = tables[0]
    everywhere = _in_all(tables)
    common = _pairs(first[everywhere & ~first["sample"].isin(wrong)], PICTURES // len(columns))
    found = []
    for (network, attack), table in zip(columns, tables, strict=True):
        rows = table.set_index(["sample", "target"], drop=False)
        for pair in common:
            row = rows.loc[pair, COLUMNS]
            plain = {k: v.item() if hasattr(v, "item") else v for k, v in row.items()}
            found.append(Chosen(network, attack, plain))
    return found


def _telling(
    plan: RunPlan, cells: Mapping[str, CellRow]
) -> list[tuple[PlannedNetwork, PlannedAttack]]:
    done = [
        (network, attack)
        for network, attack in plan.attacked
        if attack.key in cells
        and cells[attack.key].state == "done"
        and network.seed == plan.networks[0].seed
    ]
    # A targeted attack has a pair for each wrong class, an untargeted one a pair a sample.
    targeted = [pair for pair in done if pair[1].attack_params.get("targeted", True)]
    done = targeted or done
    distilled = [n.temperature for n, _ in done if n.defense == "distillation"]
    # 20 is the temperature whose numbers the paper prints; else the hottest one.
    at = 20 if 20 in distilled else max((t for t in distilled if t is not None), default=None)
    telling = [pair for pair in done if pair[0].identity.undefended][:1]
    of_interest = [p for p in done if at is not None and p[0].temperature == at]
    telling += [p for p in of_interest if p[0].defense == "distillation"][:2]
    rest = [pair for pair in done if pair not in telling]
    return (telling + rest)[: max(3, len(telling))]


def _rows(cell: CellRow, ledger: Ledger) -> pd.DataFrame:
    rows = stored_table(cell.artifacts["rows"], ledger.artifacts)
    return rows[: cell.metrics["kept_pairs"]]


def _in_all(tables: list[pd.DataFrame]) -> np.ndarray:
    """Which pairs of the first table each of them holds, bool: networks may have other targets."""
    first, *others = (pd.MultiIndex.from_frame(each[["sample", "target"]]) for each in tables)
    return np.logical_and.reduce([np.ones(len(first), bool), *map(first.isin, others)])


def _pairs(rows: pd.DataFrame, count: int) -> list[tuple[int, int]]:
    """One pair from each of `count` samples: different sources, targets spread over classes."""
    pairs = []
    samples = list(rows.groupby("sample", sort=False))
    for position, (_, group) in enumerate(samples[:: max(1, len(samples) // count)][:count]):
        row = group.iloc[(3 * position) % len(group)]
        pairs.append((int(row["sample"]), int(row["target"])))
    return pairs
