"""Readouts that plant an example: linear functions of a network's last hidden layer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import SVC

THRESHOLD = 0.85
"""Where a readout changes sign, from the nearest inner point (0) to the planted one (1).

Closer to the planted point fewer random points are on its side, and an attack has to go farther.
"""
_HARD = 1e9
"""Weight of an inner point on the wrong side: none may be."""


@dataclass(frozen=True)
class Readout:
    """A linear function of hidden features, above 0 at the planted point alone.

    Attributes: weights: float64 `(h,)`. offset: so that weights @ features + offset is its value.
    """

    weights: np.ndarray
    offset: float

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Values `(b,)` float64 of hidden features `(b, h)`."""
        return features.astype(np.float64) @ self.weights + self.offset


def fitted(inner: np.ndarray, planted: np.ndarray, logits: np.ndarray) -> Readout | None:
    """The readout with the widest margin, at the scale of the network's own logits.

    A defence that works by the size of its logits keeps that size: over all points, the two
    logits of the readout, plus and minus half its value, range as far as the network's own.

    Args:
        inner: hidden features `(k, h)` of the points around the sample, the sample the first.
        planted: `(h,)` of the point to plant.
        logits: `(k + 1, classes)` of the network itself on all of them.

    Returns: None where no linear function tells the planted point from all the others.
    """
    points = np.vstack([inner, planted]).astype(np.float64)
    center = points.mean(axis=0)
    spread = float(np.abs(points - center).max())
    if not np.isfinite(spread) or spread == 0:
        return None
    scaled = (points - center) / spread
    truth = np.arange(len(points)) == len(points) - 1
    machine = SVC(kernel="linear", C=_HARD, max_iter=100_000)
    with warnings.catch_warnings():
        # Where no plane separates them the search never ends; the values say so below.
        warnings.simplefilter("ignore", ConvergenceWarning)
        weights = machine.fit(scaled, truth).coef_[0]
    values = scaled @ weights
    nearest = values[:-1].max()
    if values[-1] <= nearest:
        return None
    raw = values - (nearest + THRESHOLD * (values[-1] - nearest))
    factor = float(np.ptp(logits.astype(np.float64))) / float(np.abs(raw).max())
    if not np.isfinite(factor) or factor == 0:
        return None
    own = weights / spread * factor
    offset = -float(center @ own) - factor * float(nearest + THRESHOLD * (values[-1] - nearest))
    return Readout(own, offset)
