"""Would an anomaly detector notice the adversarial examples? The only user of scikit-learn here.

The detector is the likelihood of probabilistic PCA. One closed form measures both how far an
input lies along the directions in which the data vary (Mahalanobis) and how far it leaves them,
and leaving them is what perturbations do (Hendrycks & Gimpel). It is deterministic. An isolation
forest cuts one feature at a time and hardly sees a few pixels of 784; a robust covariance needs
more samples than features squared, and fails on pixels that never change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from core.metrics.intervals.shares import share_interval

MOST_SAMPLES = 5_000
KEPT_VARIANCE = 0.95
FALSE_ALARMS = 0.05
_CHUNK = 4_096


@dataclass(frozen=True)
class Detector:
    """A fitted detector.

    Attributes:
        pca: fitted `sklearn.decomposition.PCA`. mean, scale: `(n,)`, taken off and divided by
        before it. fitted_on: number of training inputs.
    """

    pca: PCA
    mean: np.ndarray
    scale: np.ndarray
    fitted_on: int

    def score(self, x: np.ndarray) -> np.ndarray:
        """Log-likelihood of each input `(m, ...)`; low is unusual. Returns float64 `(m,)`."""
        flat = np.asarray(x, np.float64).reshape(len(x), -1)
        chunks = [
            self.pca.score_samples((flat[start : start + _CHUNK] - self.mean) / self.scale)
            for start in range(0, len(flat), _CHUNK)
        ]
        return np.concatenate(chunks) if chunks else np.zeros(0)


def detector(x_train: np.ndarray, standardize: bool = False, seed: int = 0) -> Detector:
    """Fit the detector on clean training inputs, at most 5,000 drawn with a fixed seed.

    Args:
        x_train: `(m, ...)`. standardize: divide each feature by its standard deviation: right for
            tables, whose features have units of their own; wrong for images, where it would blow
            up pixels that hardly ever change.

    Raises ValueError with fewer than 20 inputs, or when fewer than two features vary.

    Source: Tipping & Bishop, Journal of the Royal Statistical Society B 61 (1999); PCA against
    adversarial images: Hendrycks & Gimpel, arXiv 1608.00530.
    """
    flat = np.asarray(x_train, np.float64).reshape(len(x_train), -1)
    if len(flat) < 20:
        raise ValueError(f"a detector needs at least 20 training inputs, got {len(flat)}")
    if len(flat) > MOST_SAMPLES:
        chosen = np.random.default_rng(seed).choice(len(flat), MOST_SAMPLES, replace=False)
        flat = flat[np.sort(chosen)]
    mean, spread = flat.mean(0), flat.std(0)
    scale = np.where(spread > 0, spread, 1.0) if standardize else np.ones_like(spread)
    centred = (flat - mean) / scale
    variance = np.linalg.eigvalsh(np.cov(centred, rowvar=False))[::-1]
    rank = int((variance > 1e-10 * variance[0]).sum()) if variance[0] > 0 else 0
    if rank < 2:
        raise ValueError("a detector needs at least two features that vary independently")
    share = np.cumsum(variance) / variance.sum()
    # At least one varying direction stays out: its variance is the model's noise.
    components = min(int(np.searchsorted(share, KEPT_VARIANCE)) + 1, rank - 1)
    pca = PCA(components, svd_solver="covariance_eigh").fit(centred)
    return Detector(pca, mean, scale, len(flat))


def alarm_threshold(fitted: Detector, clean: np.ndarray, rate: float = FALSE_ALARMS) -> float:
    """Score below which an input raises an alarm, so that at most `rate` of `clean` do.

    Args: clean: `(m, ...)` held-out inputs, none of which the detector was fitted on.
    Raises ValueError with too few of them to have one false alarm at that rate.
    """
    if len(clean) * rate < 1:
        raise ValueError(
            f"{len(clean)} held-out inputs are too few for a false-alarm rate of {rate:g}:"
            f" at least {int(np.ceil(1 / rate))} are needed"
        )
    return float(np.sort(fitted.score(clean))[int(len(clean) * rate)])


def detection_rate(
    fitted: Detector,
    clean: np.ndarray,
    adversarial: np.ndarray,
    *,
    sample: np.ndarray | None = None,
    attack: np.ndarray | None = None,
    distortion: np.ndarray | None = None,
    edges: np.ndarray | None = None,
) -> pd.DataFrame:
    """Share of adversarial inputs that raise an alarm, at 5 % false alarms on held-out data.

    Args:
        clean: `(m, ...)` held-out inputs that set the threshold; best none of the originals.
        adversarial: `(pairs, ...)`; give successes only, a failed attack has nothing to hide.
        sample: `(pairs,)` which original each came from, None: each from its own. Targets of one
            sample are correlated, so intervals run over samples.
        attack: `(pairs,)` names, None: all are one attack, called `all`.
        distortion, edges: `(pairs,)` distances and rising bin edges (low included, high excluded,
            the last edge included); None: one bin.

    Returns: one row an (attack, bin) that holds any: `attack, low_edge, high_edge` (None without
    bins), `pairs, samples, detected, low, high, false_alarms` (fractions). The interval is
    exact, at the effective size where a sample has several pairs. `false_alarms` is the share of
    `clean` that raises one.
    """
    threshold = alarm_threshold(fitted, clean)
    false_alarms = float((fitted.score(clean) < threshold).mean())
    pairs = len(adversarial)
    frame = pd.DataFrame(
        {
            "alarm": fitted.score(adversarial) < threshold,
            "sample": np.arange(pairs) if sample is None else sample,
            "attack": "all" if attack is None else attack,
            "bin": _bins(pairs, distortion, edges),
        }
    )
    found = []
    for (name, place), group in frame[frame["bin"] >= 0].groupby(["attack", "bin"], sort=True):
        values = group.groupby("sample")["alarm"].mean().to_numpy(float)
        share = float(values.mean())
        low, high = share_interval(values[:, None], len(group))
        found.append(
            {
                "attack": name,
                "low_edge": None if edges is None else float(edges[place]),
                "high_edge": None if edges is None else float(edges[place + 1]),
                "pairs": len(group),
                "samples": len(values),
                "detected": share,
                "low": low,
                "high": high,
                "false_alarms": false_alarms,
            }
        )
    return pd.DataFrame(found)


def _bins(pairs: int, distortion: np.ndarray | None, edges: np.ndarray | None) -> np.ndarray:
    """Bin of each pair, -1 outside the edges."""
    if (distortion is None) != (edges is None):
        raise ValueError("distortion and edges belong together: give both or neither")
    if distortion is None or edges is None:
        return np.zeros(pairs, int)
    place = np.searchsorted(edges, distortion, side="right") - 1
    place = np.where(np.asarray(distortion) == edges[-1], len(edges) - 2, place)
    return np.where(place > len(edges) - 2, -1, place)
