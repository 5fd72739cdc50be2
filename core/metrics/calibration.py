"""Does a network know when it is wrong? Confidence on right and wrong answers, calibration.

Everything in float64 and log space: the confidences of a distilled network round to 1 in float32.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import log_softmax

from core.metrics.intervals.estimates import mean_estimate

BINS = 15


def confidence(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predicted class and the softmax probability that the network gives to it.

    Args: logits: `(n, classes)`. Returns: `(n,)` int64 and `(n,)` float64 in [1/classes, 1].
    """
    log_probability = log_softmax(np.asarray(logits, np.float64), axis=-1)
    predicted = log_probability.argmax(-1)
    return predicted, np.exp(log_probability.max(-1))


def reliability_diagram(logits: np.ndarray, labels: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Accuracy against confidence, in bins of equal width.

    Args: logits: `(n, classes)`. labels: `(n,)` ints. bins: number of bins over [0, 1].

    Returns: one row a bin: `low, high` (its edges; low excluded, high included), `count`,
    `mean_confidence`, `accuracy` (fractions; NaN where the bin is empty).

    Source: Guo et al., arXiv 1706.04599, section 2.
    """
    predicted, sure = confidence(logits)
    right = predicted == np.asarray(labels)
    place = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "low": np.arange(bins) / bins,
                "high": np.arange(1, bins + 1) / bins,
                "count": count,
                "mean_confidence": np.bincount(place, sure, bins) / count,
                "accuracy": np.bincount(place, right.astype(float), bins) / count,
            }
        )


def expected_calibration_error(diagram: pd.DataFrame) -> float:
    """Mean distance between confidence and accuracy, weighted by the bins of a diagram.

    Args: diagram: as `reliability_diagram`. Returns: a fraction in [0, 1].
    Raises ValueError when no bin holds a sample.

    Source: Guo et al., arXiv 1706.04599, Eq. 3. With few samples it is biased upwards: also a
    perfectly calibrated network gets more than 0.
    """
    filled = diagram[diagram["count"] > 0]
    if not len(filled):
        raise ValueError("a calibration error needs at least one sample")
    gap = (filled["accuracy"] - filled["mean_confidence"]).abs()
    return float((gap * filled["count"]).sum() / filled["count"].sum())


def calibration(logits: np.ndarray, labels: np.ndarray, bins: int = BINS) -> dict:
    """All of a network's confidence in one object.

    Args: as `reliability_diagram`.

    Returns: JSON values: `samples`, `expected_calibration_error`, `accuracy`, and for `right` and
    `wrong` answers `count`, `mean_confidence`, `low`, `high` (None where there is no such answer);
    `bins`, the diagram as a list of rows (None in place of NaN).
    Raises ValueError when shapes do not fit or there is no sample.
    """
    logits, labels = np.asarray(logits), np.asarray(labels)
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"expected logits (n, classes) and labels (n,), got {logits.shape} and {labels.shape}"
        )
    diagram = reliability_diagram(logits, labels, bins)
    predicted, sure = confidence(logits)
    right = predicted == labels
    rows = diagram.astype(object).where(diagram.notna(), None).to_dict(orient="records")
    return {
        "samples": len(labels),
        "expected_calibration_error": expected_calibration_error(diagram),
        "accuracy": float(right.mean()),
        "right": _answers(sure[right]),
        "wrong": _answers(sure[~right]),
        "bins": rows,
    }


def _answers(sure: np.ndarray) -> dict:
    if not len(sure):
        return {"count": 0, "mean_confidence": None, "low": None, "high": None}
    mean = mean_estimate(sure, 0, 1)
    return {
        "count": len(sure),
        "mean_confidence": float(sure.mean()),
        "low": mean.low,
        "high": mean.high,
    }
