"""Which test inputs a network gets right, in a short text, and what two networks differ in."""

from __future__ import annotations

import base64

import numpy as np


def packed(right: np.ndarray) -> str:
    """Base64 of one bit an input, the first in the highest place. Args: right: bool `(n,)`."""
    return base64.b64encode(np.packbits(np.asarray(right, bool)).tobytes()).decode()


def unpacked(text: str, n: int) -> np.ndarray:
    """What `packed` was given. Args: n: number of inputs. Returns: bool `(n,)`.

    Raises ValueError where the text holds fewer.
    """
    bits = np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8))
    if not n <= len(bits) < n + 8:
        raise ValueError(f"expected the answers to {n} inputs, got {len(bits)} bits")
    return bits[:n].astype(bool)
