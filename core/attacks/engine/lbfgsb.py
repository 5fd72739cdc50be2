"""SciPy's L-BFGS-B that is asked for its next point instead of calling a function.

SciPy offers its minimisers by callback only, one minimisation a call. Many pairs whose gradients
come from one pass of the network need the routine below that, which stops wherever it wants a
value and a gradient; `tests/attacks/test_lbfgsb.py` holds it to SciPy's own `minimize`.
"""

import numpy as np
from scipy.optimize import _lbfgsb  # ty: ignore[missing-module-member]

# SciPy's defaults: corrections kept, and evaluations of one line search at most.
CORRECTIONS = 10
LINE_SEARCH = 20
_EVALUATE, _NEW_POINT = 3, 1


class Minimizer:
    """One box-constrained minimisation after another.

    Args:
        lower, upper: `(n,)` bounds, infinite where there is none.
        steps: iterations of one minimisation at most, at least 1.
        tolerance: it ends when a step lowers the value by a smaller share (of 1 at least).

    Attributes:
        iterations: of the minimisation that runs or has just ended.

    Source: Zhu, Byrd, Lu, Nocedal, ACM TOMS 23 (1997), algorithm 778.
    """

    def __init__(self, lower: np.ndarray, upper: np.ndarray, *, steps: int, tolerance: float):
        n, m = len(lower), CORRECTIONS
        self.lower, self.upper = lower.astype(np.float64), upper.astype(np.float64)
        below, above = np.isfinite(self.lower), np.isfinite(self.upper)
        self._kind = np.select([below & above, below, above], [2, 1, 3], 0).astype(np.int32)
        self._steps, self._tolerance = steps, tolerance / np.finfo(float).eps
        self._work = np.zeros(2 * m * n + 5 * n + 11 * m * m + 8 * m)
        self._whole = np.zeros(3 * n, np.int32)
        self.x = np.zeros(n)
        self.iterations = 0

    def begin(self, start: np.ndarray) -> np.ndarray:
        """Start at a point `(n,)`, moved into the bounds; returns the first point to evaluate."""
        self.x = np.clip(start.astype(np.float64), self.lower, self.upper)
        self.iterations = 0
        self._task, self._line_task = np.zeros(2, np.int32), np.zeros(2, np.int32)
        self._state = np.zeros(4, np.int32), np.zeros(44, np.int32), np.zeros(29)
        self._run(0.0, np.zeros_like(self.x))
        return self.x

    def advance(self, value: float, gradient: np.ndarray) -> np.ndarray | None:
        """Go on from the point that was asked for; returns the next one, or None at the end.

        Args:
            value: of the objective at that point. gradient: `(n,)` float64, contiguous.
        """
        asked = self.x.copy()
        while (wants := self._run(value, gradient)) in (_EVALUATE, _NEW_POINT):
            if wants == _NEW_POINT:
                self.iterations += 1
                if self.iterations >= self._steps:
                    return None
            elif (self.x != asked).any():
                return self.x
            # A line search that asks for the same point again gets the same answer.
        return None

    def _run(self, value: float, gradient: np.ndarray) -> int:
        _lbfgsb.setulb(
            *(CORRECTIONS, self.x, self.lower, self.upper, self._kind, value, gradient),
            *(self._tolerance, 0.0, self._work, self._whole, self._task, *self._state),
            *(LINE_SEARCH, self._line_task),
        )
        return self._task[0]
