"""The share of an attack's successes that a detector notices, pooled over all of them."""

from __future__ import annotations

import numpy as np

from core.metrics.intervals.exact import clopper_pearson
from core.metrics.intervals.quantiles import TAIL, student_quantile

FEWEST = 30
"""Below so many successes no share is given: it would rest on a handful of inputs."""


def pooled_share(noticed: np.ndarray, successes: np.ndarray) -> tuple[float, float, float] | None:
    """Share of all successes that were noticed, with its 95 % interval; None below `FEWEST`.

    Each success counts once, so that an input of which more targets were reached weighs more. The
    interval is the exact one at the effective size: successes of one input are alike, and one
    input more, whose successes all agree, is counted when their likeness is measured.

    Args: noticed, successes: `(inputs,)` int, how many of an input's successes were noticed, and
        how many there are (1 or more).

    Source: Korn and Graubard, Survey Methodology 24 (1998); variance of a ratio: Cochran, Sampling
    Techniques, section 6.4.
    """
    noticed, successes = np.asarray(noticed, float), np.asarray(successes, float)
    pairs, inputs = float(successes.sum()), len(successes)
    if pairs < FEWEST:
        return None
    share = noticed.sum() / pairs
    differ = min(int((noticed > 0).sum()), int((noticed < successes).sum()))
    most = pairs / inputs
    effect = most
    if 0 < share < 1 and inputs > 1:
        residual = noticed - share * successes
        variance = (residual**2).sum() * inputs / (inputs - 1) / pairs**2
        freedom = student_quantile(1 - TAIL, inputs - 1) / student_quantile(1 - TAIL, pairs - 1)
        effect = max(1.0, float(variance * freedom**2 * pairs / (share * (1 - share))))
    size = pairs / ((differ * effect + most) / (differ + 1))
    low, high = clopper_pearson(share * size, size)
    return float(share), low, high
