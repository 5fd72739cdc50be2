"""Does a network tell more classes apart than the labels of the data name?"""

from __future__ import annotations

from pathlib import Path

from core.errors import UserError
from core.inspection import check
from core.planning.code import Trusted
from core.spec.spec import ArchitectureFile, Experiment


def told_apart(experiment: Experiment, trusted: Trusted) -> int | None:
    """How many classes all networks in files tell apart; None where they differ or do not say.

    A child opens each without any data.
    """
    found = set()
    try:
        for one in experiment.defenses:
            if one.given:
                asked = trusted.asked(one.given)
                found.add(check.network(Path(one.given.file), asked=asked)["outputs"])
        if isinstance(experiment.architecture, ArchitectureFile):
            found.add(check.network(Path(experiment.architecture.file))["outputs"])
    except UserError:
        return None
    return found.pop() if len(found) == 1 else None
