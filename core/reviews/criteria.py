"""Were the criteria of a run chosen after its results were known?

A run that asks for something else than an earlier run whose finished attack steps it shares could
have been fitted to what came out. Pure functions; who shares what is the ledger's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.canonical import canonical


@dataclass(frozen=True)
class Earlier:
    """A run that was there before, as far as it matters here.

    Args:
        criteria: what it asked for, as its spec holds it.
        finished: keys of its finished attack steps that the new run wants too.
    """

    run: str
    name: str
    criteria: list[dict[str, Any]]
    finished: frozenset[str]


def changed_after_results(
    criteria: list[dict[str, Any]], earlier: Sequence[Earlier]
) -> list[dict[str, Any]]:
    """The earlier runs whose results were known and whose criteria were others, oldest first.

    The order of criteria does not matter, and neither does who set one. A run that asks again for
    what an older one asked of the same steps is not marked for those that came in between.

    Args: criteria: what the new run asks for. earlier: oldest first.

    Returns: objects with `run, name, finished, before, now`: both lists of criteria, and how many
    finished attack steps are shared.
    """
    found = []
    for place, run in enumerate(earlier):
        asked_first = any(
            _asked(older.criteria) == _asked(criteria) and run.finished <= older.finished
            for older in earlier[:place]
        )
        if run.finished and not asked_first and _asked(run.criteria) != _asked(criteria):
            found.append(
                {
                    "run": run.run,
                    "name": run.name,
                    "finished": len(run.finished),
                    "before": run.criteria,
                    "now": criteria,
                }
            )
    return found


def _asked(criteria: list[dict[str, Any]]) -> list[str]:
    bare = ({key: value for key, value in one.items() if key != "set_by"} for one in criteria)
    return sorted(canonical(one) for one in bare)
