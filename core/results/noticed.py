"""From the counts that an attack cell keeps to the share of its successes that was noticed."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.metrics.noticed import FEWEST, pooled_share
from core.model.detection import Alarms


def detected(counts: Alarms) -> dict[str, Any]:
    """The numbers of a `Detection`, as JSON values; no share where the successes are too few."""
    successes = np.array(counts.successes)
    share = pooled_share(np.array(counts.noticed), successes) or (None, None, None)
    return {
        "pairs": int(successes.sum()),
        "samples": len(successes),
        "noticed": sum(counts.noticed),
        **dict(zip(("detected", "low", "high"), share, strict=True)),
        "false_alarms": counts.false_alarms,
        "bins": [
            {
                **part.model_dump(),
                "detected": part.noticed / part.pairs if part.pairs >= FEWEST else None,
            }
            for part in counts.bins
        ],
    }
