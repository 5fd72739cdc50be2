"""How long a run will still take, from measured speed; for the command line and the app."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.model.cell import AttackPayload, Cell, PlantPayload
from core.store.records import CellRow
from core.store.speeds import START_UP, Step, groups

LEAST_PART = 0.02  # of a cell, before its own speed says anything
ENOUGH_PART = 0.2  # of a cell, before its speed says something about others


@dataclass(frozen=True)
class Estimate:
    """Computing time of the cells that are missing.

    Args:
        rough: attacks that never ran on their network, so that others stand in; the estimate may
            then be several times off.
    """

    seconds: float
    rough: tuple[str, ...]


def before_launch(
    cells: Sequence[Cell], known: set[str] | frozenset[str], speeds: Mapping[str, float]
) -> Estimate | None:
    """Estimated seconds of a planned run, with one start of a process that loads Keras.

    Args:
        known: keys of the cells that need no computing. speeds: see `Ledger.speeds`.

    Returns: None while a network was never trained, or never attacked, on this machine.
    """
    by_key = {cell.key: cell for cell in cells}
    missing = [cell for cell in cells if cell.key not in known]
    total = speeds.get(START_UP, 0.0) if missing else 0.0
    rough = []
    for cell in missing:
        found = _expected(cell, cell.work, by_key, speeds)
        if found is None:
            return None
        seconds, exact = found
        total += seconds
        if not exact and isinstance(cell.payload, (AttackPayload, PlantPayload)):
            rough.append(cell.payload.attack)
    return Estimate(total, tuple(dict.fromkeys(rough)))


def fraction(cell: CellRow) -> float:
    """Share of a cell that is done, in [0, 1]."""
    if cell.state == "done":
        return 1.0
    progress = cell.progress or {}
    total = progress.get("total") or 0
    return min(1.0, progress.get("done", 0) / total) if cell.state == "running" and total else 0.0


def seconds_left(
    cells: Sequence[CellRow], speeds: Mapping[str, float], slots: int = 1
) -> float | None:
    """Estimated seconds until all cells of a run are done.

    Args:
        speeds: see `Ledger.speeds`.
        slots: cells that are computed at the same time.

    Returns: None while a network was never trained, or never attacked, on this machine.
    """
    by_key = {cell.key: cell for cell in cells}
    missing = [cell for cell in cells if cell.state in ("queued", "running")]
    speeds = _of_this_moment(missing, by_key) | dict(speeds)
    total = 0.0
    if missing and not any(cell.state == "running" for cell in missing):
        total += speeds.get(START_UP, 0.0)
    for cell in missing:
        expected = _expected(cell, cell.work, by_key, speeds)
        left = _of_running(cell, None if expected is None else expected[0], speeds)
        if left is None:
            return None
        total += left
    return total / slots


def in_words(seconds: float | None) -> str:
    """`about 2 minutes`, or that nothing was measured yet."""
    if seconds is None:
        return "measuring"
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5):.0f} seconds"
    if seconds < 5400:
        return f"about {round(seconds / 60):.0f} minutes"
    return f"about {seconds / 3600:.1f} hours"


def _expected(
    cell: Step, work: float, cells: Mapping[str, Step], speeds: Mapping[str, float]
) -> tuple[float, bool] | None:
    """Seconds of a whole cell, and whether its own group was measured; None: no group was."""
    if not work:
        return 0.0, True
    for place, name in enumerate(groups(cell, cells)):
        if name in speeds:
            return speeds[name] * work, place == 0
    return None


def _of_this_moment(cells: Sequence[CellRow], by_key: Mapping[str, CellRow]) -> dict[str, float]:
    """Speeds by what runs, for groups of which nothing has finished yet."""
    return {
        name: cell.progress["seconds"] / fraction(cell) / cell.work
        for cell in cells
        if cell.progress and "seconds" in cell.progress and cell.work
        if fraction(cell) >= ENOUGH_PART
        for name in groups(cell, by_key)
    }


def _of_running(cell: CellRow, expected: float | None, speeds: Mapping[str, float]) -> float | None:
    """Seconds until a cell is done: the further it is, the more its own speed counts."""
    progress = cell.progress or {}
    if cell.state != "running" or cell.started is None:
        return expected
    if "seconds" not in progress:  # its process loads libraries, or has not spoken yet
        loading = speeds.get(START_UP, 0.0) - (time.time() - cell.started)
        return None if expected is None else max(0.0, loading) + expected
    spent, part = progress["seconds"], fraction(cell)
    if part < LEAST_PART:
        return None if expected is None else max(0.0, expected - spent)
    projected = spent / part
    whole = projected if expected is None else part * projected + (1 - part) * expected
    return (1 - part) * whole
