"""Exact search for the best pair of features of JSMA, without looking at all n x n pairs.

With a = alpha and c = -beta, X = a_p + a_q and Y = c_p + c_q, the pair sought maximises X Y
subject to X > 0 and Y > 0. Two facts make that cheap:

1. For any l > 0, X Y <= ((l X + Y / l) / 2)^2, with equality at l = sqrt(Y / X). Rank features by
   w = l a + c / l. The k best give a candidate, and every pair with a feature left out scores at
   most ((w_1 + w_{k+1}) / 2)^2. A candidate at or above that bound is proven best.
2. A feature dominated by two others (in a and in c) can be replaced by one of them that is not its
   partner without loss, so some best pair lies in the first two Pareto layers of (a, c).
"""

import numpy as np

# Numbers of features ranked, in order; rows that no round proves go to the Pareto layers.
_ROUNDS = (16, 16, 64)
# Rounding: relative to the largest term of w, far above float64's and far below float32's.
_SLACK = 1e-14
_BLOCK = 1 << 18


def best_pairs(
    alpha: np.ndarray, beta: np.ndarray, domain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the pair (p, q) that maximises -(alpha_p + alpha_q) (beta_p + beta_q).

    Admissible pairs have p != q, both in the domain, alpha_p + alpha_q > 0, beta_p + beta_q < 0.

    Args:
        alpha: `(b, n)` finite floats, gradient of the target's output.
        beta: `(b, n)` finite floats, gradient of the sum of the other outputs.
        domain: `(b, n)` bool, the features that may be picked.

    Returns:
        `(pairs (b, 2) int64, scores (b,) float64)`; where no pair is admissible the score is
        -inf and the pair means nothing. Among equal scores any pair may be returned.

    Source: Papernot et al., arXiv 1511.07528, Algorithm 3.
    """
    a = np.where(domain, alpha, -np.inf).astype(np.float64, copy=False)
    c = -beta.astype(np.float64, copy=False)
    pairs = np.zeros((len(a), 2), np.int64)
    scores = np.full(len(a), -np.inf)

    size_a = np.abs(alpha).max(axis=1).astype(np.float64)
    size_c = np.abs(beta).max(axis=1).astype(np.float64)
    # With alpha or beta zero throughout, X > 0 or Y > 0 cannot hold.
    rows = np.flatnonzero((size_a > 0) & (size_c > 0))
    scale = np.sqrt(size_c[rows] / size_a[rows])
    for k in _ROUNDS:
        if not len(rows):
            return pairs, scores
        slack = _SLACK * (scale * size_a[rows] + size_c[rows] / scale)
        found, score, ratio, bound = _ranked(a[rows], c[rows], scale, slack, k)
        better = score > scores[rows]
        pairs[rows[better]] = found[better]
        scores[rows[better]] = score[better]
        scale = np.where(np.isfinite(ratio), ratio, scale)
        # A bound of zero or less leaves no admissible pair outside, candidate or not.
        open_ = ~((scores[rows] >= bound) | (bound <= 0))
        rows, scale = rows[open_], scale[open_]
    for row in rows:
        pairs[row], scores[row] = _best_in_layers(a[row], c[row])
    return pairs, scores


def _ranked(a, c, scale, slack, k):
    """Search among the k features of largest w; return pairs, scores, sqrt(Y / X) and bounds."""
    b, n = a.shape
    k = min(k, n)
    w = a * scale[:, None] + c / scale[:, None]
    if n > k:
        order = np.argpartition(w, (n - k - 1, n - 1), axis=1)
        top = order[:, n - k :]
        reach = np.take_along_axis(w, order[:, [n - 1, n - k - 1]], axis=1).sum(axis=1)
        reach = (reach + slack) / 2
        bound = np.where(reach > 0, reach**2 * (1 + _SLACK), 0.0)
    else:
        top = np.broadcast_to(np.arange(n), (b, n))
        bound = np.zeros(b)
    first, second = np.triu_indices(k, 1)
    if not len(first):
        return np.zeros((b, 2), np.int64), np.full(b, -np.inf), np.full(b, np.nan), bound
    near_a = np.take_along_axis(a, top, axis=1)
    near_c = np.take_along_axis(c, top, axis=1)
    x = near_a[:, first] + near_a[:, second]
    y = near_c[:, first] + near_c[:, second]
    product = np.where((x > 0) & (y > 0), np.maximum(x, 0) * np.maximum(y, 0), -np.inf)
    best = product.argmax(axis=1)
    every = np.arange(b)
    score = product[every, best]
    found = np.stack([top[every, first[best]], top[every, second[best]]], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(score > 0, np.sqrt(y[every, best] / x[every, best]), np.nan)
    return found, score, ratio, bound


def _best_in_layers(a, c):
    """Search all pairs of the first two Pareto layers of one sample, a block of rows at a time."""
    inside = np.flatnonzero(np.isfinite(a))
    layers = inside[_two_layers(a[inside], c[inside])]
    if len(layers) < 2:
        return (0, 0), -np.inf
    a, c = a[layers], c[layers]
    pair, score = (0, 0), -np.inf
    height = max(1, _BLOCK // len(a))
    for start in range(0, len(a), height):
        x = a[start : start + height, None] + a
        y = c[start : start + height, None] + c
        product = np.where((x > 0) & (y > 0), x * y, -np.inf)
        rows = np.arange(len(product))
        product[rows, start + rows] = -np.inf
        p, q = divmod(int(product.argmax()), len(a))
        if product[p, q] > score:
            pair, score = (layers[start + p], layers[q]), product[p, q]
    return pair, score


def _two_layers(a, c):
    """Return the indices of the points that fewer than two chained points dominate."""
    left = np.lexsort((-c, -a))
    layers = []
    for _ in range(2):
        if not len(left):
            break
        height = np.maximum.accumulate(c[left])
        # In order of falling a, a point stands out if it is higher than all before it.
        front = np.concatenate(([True], c[left][1:] > height[:-1]))
        layers.append(left[front])
        left = left[~front]
    return np.concatenate(layers) if layers else left
