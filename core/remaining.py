"""How long a run will still take, from measured throughput; for the command line and the app."""

from __future__ import annotations

import time
from collections.abc import Sequence

from core.store.records import CellRow


def fraction(cell: CellRow) -> float:
    """Share of a cell that is done, in [0, 1]."""
    if cell.state == "done":
        return 1.0
    progress = cell.progress or {}
    total = progress.get("total") or 0
    return min(1.0, progress.get("done", 0) / total) if cell.state == "running" and total else 0.0


def seconds_left(
    cells: Sequence[CellRow], rates: dict[str, float | None], slots: int = 1
) -> float | None:
    """Estimated seconds until all cells of a run are done.

    Args:
        rates: seconds per unit of work of each kind of cell, as `Ledger.throughput` gives.
        slots: cells that are computed at the same time.

    Returns: None while a kind that is still needed was never measured.
    """
    total = 0.0
    for cell in cells:
        if cell.state not in ("queued", "running"):
            continue
        rate, part = rates.get(cell.kind), fraction(cell)
        if part > 0.05 and cell.started:
            total += (time.time() - cell.started) / part * (1 - part)
        elif rate is None and cell.work:
            return None
        else:
            total += (rate or 0.0) * cell.work
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
