"""What a reader of a file hands on to be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Found:
    """The content of a file, as named arrays.

    Attributes:
        arrays: as `core.data.arrays.from_arrays` takes them. said: a line on each conversion.
        group: int64 `(features,)`, one-hot columns of one category have one number, -1 is a
            feature by itself; None where there are no categories.
    """

    arrays: Mapping[str, np.ndarray]
    said: tuple[str, ...] = ()
    group: np.ndarray | None = None
