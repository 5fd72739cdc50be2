"""Would an anomaly detector on the training data have noticed an attack's successes?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.metrics import counted
from core.metrics.detection import FALSE_ALARMS, Detector, alarms, bins, detector
from core.model.detection import AlarmBin, Alarms

EDGES = np.array([0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])
"""Bins of distortion, as shares of the largest distance that two inputs can have."""

_FEWEST = int(np.ceil(1 / FALSE_ALARMS))


def noticed(
    dataset: Dataset, attacked: np.ndarray, rows: pd.DataFrame, adversarial: np.ndarray, norm: str
) -> Alarms | None:
    """How many successes of one attack raise an alarm, input by input and by distortion.

    Args:
        dataset: in unit space, where every feature weighs by its own range.
        attacked: `(m,)` test inputs that were attacked; the others set the threshold.
        rows: one row a pair. adversarial: `(pairs, *shape)`, fractions. norm: of the distortion.

    Returns: counts, `bins` by share of the largest distance; None where nothing succeeded, or the
    data are too few for a detector, or only test data.
    """
    if not len(dataset.x_train):
        return None
    moved = rows["success"].to_numpy(bool) & counted.right(rows)
    clean = np.delete(dataset.x_test, attacked, axis=0)
    if len(clean) < _FEWEST:
        clean = dataset.x_test
    if not moved.any() or len(clean) < _FEWEST:
        return None
    fitted = _fitted(dataset.checksum(), dataset)
    if fitted is None:
        return None
    noticed_pairs, false_alarms = alarms(fitted, clean, adversarial[moved])
    _, place = np.unique(rows["sample"].to_numpy()[moved], return_inverse=True)
    bin_of = bins(rows[norm].to_numpy()[moved] / dataset.extent()[norm], EDGES)
    return Alarms(
        false_alarms=false_alarms,
        successes=np.bincount(place).tolist(),
        noticed=np.bincount(place, noticed_pairs).astype(int).tolist(),
        bins=[
            AlarmBin(
                low_edge=float(EDGES[i]),
                high_edge=float(EDGES[i + 1]),
                pairs=int((bin_of == i).sum()),
                noticed=int(noticed_pairs[bin_of == i].sum()),
            )
            for i in range(len(EDGES) - 1)
            if (bin_of == i).any()
        ],
    )


_kept: dict[str, Detector | None] = {}


def _fitted(checksum: str, dataset: Dataset) -> Detector | None:
    """The detector of a data set, fitted once a process."""
    if checksum not in _kept:
        _kept.clear()
        try:
            _kept[checksum] = detector(dataset.x_train, standardize=len(dataset.shape) == 1)
        except ValueError:
            # Too few inputs, or inputs that do not vary: there is nothing to learn from.
            _kept[checksum] = None
    return _kept[checksum]
