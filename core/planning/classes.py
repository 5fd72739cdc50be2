"""Does a network tell more classes apart than the labels of the data name?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from core.errors import UserError
from core.inspection import check


def told_apart(files: Iterable[Path]) -> int | None:
    """How many classes all of these networks tell apart; None where they differ or do not say.

    Args: files: of networks, which a child opens without any data.
    """
    found = {_outputs(file) for file in files}
    return found.pop() if len(found) == 1 else None


def _outputs(file: Path) -> int | None:
    try:
        outputs = check.network(file).get("outputs") or []
    except UserError:
        return None
    if len(outputs) != 1 or not outputs[0] or None in outputs[0]:
        return None
    (shape,) = outputs
    # Axes of length 1 before the last one hold no classes: (1, 1, k).
    return shape[-1] if math.prod(shape) == shape[-1] else None
