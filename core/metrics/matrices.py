"""Source by target class: which class is moved to which, how often and how far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class ClassMatrices:
    """One entry for each (source class, target class); NaN where nothing was attacked.

    Attributes:
        count: `(classes, classes)` int, pairs attacked.
        success_rate: `(classes, classes)` float, fraction of them that succeeded.
        distortion: `(classes, classes)` float, mean distance of those that succeeded, in the
            units of the distance; NaN where none did.
    """

    count: np.ndarray
    success_rate: np.ndarray
    distortion: np.ndarray


def class_matrices(rows: pd.DataFrame, distance: str, classes: int) -> ClassMatrices:
    """Matrices of one attack on one network, all seeds together.

    A targeted pair belongs to its target. An untargeted one (`target` = -1) chose its class
    itself: it belongs to all targets but its label, as a success where it ended. So each row of
    an untargeted `success_rate` sums to the success rate of its class.

    Args:
        rows: `label, target, predicted, success` and the column `distance`, of inputs that the
            network gets right.
        distance: `l0`, `l1`, `l2` or `linf`. classes: number of classes.

    Source: Papernot et al., arXiv 1511.07528, success rate and distortion of source-target pairs.
    """
    label = rows["label"].to_numpy(int)
    untargeted = (rows["target"] == -1).to_numpy()
    success = rows["success"].to_numpy(bool)
    target = np.where(untargeted, rows["predicted"], rows["target"]).astype(int)
    count = _table(label[~untargeted], target[~untargeted], classes)
    free = np.bincount(label[untargeted], minlength=classes)
    count = count + free[:, None] * ~np.eye(classes, dtype=bool)
    won = _table(label[success], target[success], classes)
    sums = _table(label[success], target[success], classes, rows[distance].to_numpy()[success])
    with np.errstate(invalid="ignore"):
        return ClassMatrices(
            count,
            np.where(count > 0, won / np.maximum(count, 1), np.nan),
            np.where(won > 0, sums / np.maximum(won, 1), np.nan),
        )


def _table(
    source: np.ndarray, target: np.ndarray, classes: int, weight: np.ndarray | None = None
) -> np.ndarray:
    flat = np.bincount(source * classes + target, weight, classes * classes)
    return flat.reshape(classes, classes)
