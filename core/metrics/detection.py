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
from sklearn.decomposition import PCA

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


def alarms(
    fitted: Detector, clean: np.ndarray, adversarial: np.ndarray
) -> tuple[np.ndarray, float]:
    """Which adversarial inputs raise an alarm, at no more than 5 % false alarms.

    Args:
        clean: `(m, ...)` held-out inputs that set the threshold; best none of the originals.
        adversarial: `(pairs, ...)`; give successes only, a failed attack has nothing to hide.

    Returns: bool `(pairs,)`, and the share of `clean` that raises an alarm: at most 5 %, because
    the threshold is set on the same inputs.
    """
    threshold = alarm_threshold(fitted, clean)
    false_alarms = float((fitted.score(clean) < threshold).mean())
    return fitted.score(adversarial) < threshold, false_alarms


def bins(distortion: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Bin of each distortion, -1 outside: low edges included, high ones excluded but the last.

    Args: distortion: `(pairs,)`. edges: rising. Returns: int `(pairs,)`.
    """
    place = np.searchsorted(edges, distortion, side="right") - 1
    place = np.where(np.asarray(distortion) == edges[-1], len(edges) - 2, place)
    return np.where(place > len(edges) - 2, -1, place)
