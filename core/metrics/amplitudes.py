"""How small the gradient of a network's probabilities is, by powers of ten, without underflow.

The gradient of the log-probability comes from an attack's own gradient function; nothing here
differentiates.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.metrics.intervals.exact import exact_ends

LOWEST_POWER = -45
"""Below 10**-45 no float32 exists: one open bin holds all of it."""

_LN10 = np.log(10.0)
SMALLEST_NORMAL = -126 * np.log(2.0)
SMALLEST_DENORMAL = -150 * np.log(2.0)
"""Natural logarithms of the sizes below which float32 is 0: denormals flushed, or kept."""


def amplitudes(log_probability: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Base-10 logarithm of the largest gradient that leads a sample to any wrong answer.

    dF_t/dx = F_t * d(log F_t)/dx, so log10 of the amplitude is a sum of two numbers of ordinary
    size, however small F_t is. The class that the network predicts is left out: the gradients of
    all probabilities sum to zero, so its own adds nothing.

    Args:
        log_probability: `(b, classes)` float64, log F_t.
        slope: `(b, classes)` float64, max over the features of |d(log F_t)/dx|; 0 is allowed.

    Returns: `(b,)` float64, -inf where every slope is 0.
    Raises ValueError when the shapes differ or hold fewer than two classes.

    Source: DD, Figure 9 (arXiv 1511.04508), which sorts test samples by the *mean* amplitude of
    the entries of the Jacobian. This is their *largest*: what a saliency map ranks first. The
    mean is smaller by at most the number of entries (7,840 on MNIST: under 4 powers of ten of
    30), and only the largest says that a float32 gradient is 0 everywhere. The published factor
    of up to 1e30 is known to this project at second hand only.
    """
    total = _log_amplitudes(log_probability, slope)
    return total.max(1) / _LN10


def zero_in_float32(
    log_probability: np.ndarray, slope: np.ndarray, denormals_flushed: bool = True
) -> np.ndarray:
    """Whether the gradient of every wrong class rounds to exactly 0 in float32.

    That is so where F_t itself does (the backward pass multiplies by it), or the product.

    Args: as `amplitudes`. denormals_flushed: values below 1.2e-38 become 0, as on TensorFlow's
    CPU kernels; else those below 7e-46 do. Returns: bool `(b,)`.
    """
    total = _log_amplitudes(log_probability, slope)
    floor = SMALLEST_NORMAL if denormals_flushed else SMALLEST_DENORMAL
    gone = (np.asarray(log_probability, np.float64) < floor) | (total < floor)
    # The predicted class stands at -inf in `total`, so it counts as gone and decides nothing.
    return np.asarray(gone.all(1))


def amplitude_histogram(log10_amplitudes: np.ndarray, lowest: int = LOWEST_POWER) -> pd.DataFrame:
    """Share of samples in each power of ten.

    Args: log10_amplitudes: `(b,)` as from `amplitudes`. lowest: first power with a bin of its
    own; everything below shares one open bin.

    Returns: one row a bin, rising: `low_power` (-inf for the open bin), `high_power`, `count`,
    `share`, and its exact interval `share_low, share_high` (fractions). A bin holds
    low_power <= log10 amplitude < high_power.
    Raises ValueError without samples or with NaN.
    """
    values = np.asarray(log10_amplitudes, np.float64)
    if not len(values) or np.isnan(values).any():
        raise ValueError(f"expected at least one amplitude and no NaN, got {len(values)}")
    top = max(0, int(np.floor(values.max())) if np.isfinite(values.max()) else 0) + 1
    edges = np.arange(lowest, top + 1)
    place = np.searchsorted(edges, values, side="right")
    count = np.bincount(place, minlength=len(edges))[: len(edges)]
    share = count / len(values)
    low, high = exact_ends(count, len(values))
    return pd.DataFrame(
        {
            "low_power": [-np.inf, *edges[:-1].astype(float)],
            "high_power": edges.astype(float),
            "count": count,
            "share": share,
            "share_low": low,
            "share_high": high,
        }
    )


def _log_amplitudes(log_probability: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """`(b, classes)`: natural logarithm of the amplitude, -inf for the predicted class."""
    log_probability = np.asarray(log_probability, np.float64)
    slope = np.asarray(slope, np.float64)
    if log_probability.shape != slope.shape or slope.ndim != 2 or slope.shape[1] < 2:
        raise ValueError(
            "expected two arrays (b, classes) with two classes or more, got"
            f" {log_probability.shape} and {slope.shape}"
        )
    with np.errstate(divide="ignore"):
        total = log_probability + np.log(slope)
    total[np.arange(len(total)), log_probability.argmax(1)] = -np.inf
    return total
