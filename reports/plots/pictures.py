"""Inputs of a network as PNG data: the image, and what an attack changed.

PNG is written with the standard library alone, so that equal results give equal bytes.
"""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

_RAISED, _LOWERED = (213, 94, 0), (0, 114, 178)
_CELL, _LARGEST = 5, 64


def shown(
    original: np.ndarray, adversarial: np.ndarray
) -> tuple[np.ndarray, np.ndarray, str] | None:
    """What a picture can show of a pair of inputs: images, or the slice in which most changed.

    Args: both `(height, width, channels)` or `(depth, height, width, channels)`.

    Returns: two images of 1 or 3 channels, and which slice they are, ", slice 3 of 8" or "";
    None where no picture shows such inputs.
    """
    if original.ndim not in (3, 4) or original.shape[-1] not in (1, 3):
        return None
    if original.ndim == 3:
        return original, adversarial, ""
    changed = np.abs(adversarial - original).reshape(len(original), -1).sum(axis=1)
    place = int(changed.argmax()) if changed.any() else len(original) // 2
    return original[place], adversarial[place], f", slice {place + 1} of {len(original)}"


def pixels(image: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values as 8-bit grey or RGB, `low` black and `high` full; values beyond are cut.

    Args: image: `(height, width, channels)`, 1 or 3 channels.
    """
    unit = np.nan_to_num((image - low) / _span(low, high))
    return np.round(np.clip(unit, 0, 1) * 255).astype(np.uint8)


def signed_difference(
    original: np.ndarray, adversarial: np.ndarray, low: float, high: float
) -> np.ndarray:
    """What the attack changed as RGBA: orange raised, blue lowered, clear where nothing changed.

    Of colour images the channel that changed most decides.

    Args: original, adversarial: `(height, width, channels)`. low, high: bounds of their values.
    """
    change = np.nan_to_num((adversarial - original) / _span(low, high))
    most = np.take_along_axis(change, np.abs(change).argmax(axis=2)[..., None], axis=2)[..., 0]
    picture = np.zeros((*most.shape, 4), np.uint8)
    picture[most > 0, :3] = _RAISED
    picture[most < 0, :3] = _LOWERED
    strength = np.where(most == 0, 0, 0.25 + 0.75 * np.clip(np.abs(most), 0, 1))
    picture[..., 3] = np.round(strength * 255)
    return picture


def hollowed(difference: np.ndarray) -> np.ndarray:
    """A signed difference that needs no colour: five times as large, lowered features hollow.

    Images of more than 64 pixels a side stay as they are: no reader could see their single pixels.

    Args: difference: RGBA of `signed_difference`, `(height, width, 4)`.
    """
    if max(difference.shape[:2]) > _LARGEST:
        return difference
    large = difference.repeat(_CELL, axis=0).repeat(_CELL, axis=1)
    lowered = (difference[..., :3] == _LOWERED).all(axis=2)
    hole = np.zeros((_CELL, _CELL), bool)
    hole[1:-1, 1:-1] = True
    large[np.kron(lowered, hole)] = 0
    return large


def png(pixels: np.ndarray) -> bytes:
    """A PNG file of uint8 pixels `(height, width, channels)`, 1, 3 or 4 channels."""
    height, width, channels = pixels.shape
    color = {1: 0, 3: 2, 4: 6}[channels]
    lines = np.zeros((height, 1 + width * channels), np.uint8)
    lines[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def uri(pixels: np.ndarray) -> str:
    """Pixels of `png` as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


def _span(low: float, high: float) -> float:
    return max(high - low, 1e-12)
