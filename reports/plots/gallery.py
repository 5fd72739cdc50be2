"""Single attacks as PNG data (original, adversarial, difference) or as changed features.

PNG is written with the standard library alone, so that equal results give equal bytes.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np

from reports.prose import words

_RAISED, _LOWERED = (213, 94, 0), (0, 114, 178)
_SHOWN = 12
_CELL, _LARGEST = 5, 64


@dataclass(frozen=True)
class Change:
    """One changed feature of a table row."""

    feature: str
    before: str
    after: str


@dataclass(frozen=True)
class Exhibit:
    """One attacked sample. Images carry three data URIs, table rows their changed features.

    `distance` is how far the sample was moved in the attack's own distance; "" where that is the
    number of features.
    """

    network: str
    attack: str
    sample: str
    label: str
    target: str
    predicted: str
    succeeded: bool
    outcome: str
    features: str
    distance: str
    images: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    left_out: int


_OUTCOMES = {
    "success": "reached its target",
    "already": "was seen as the target from the start",
    "cap": "failed: the budget was used up",
    "no_admissible_pair": "failed: no pair of features was left that helps",
    "zero_gradient": "failed: every slope was exactly zero",
    "stopped": "was stopped when another target of this input was reached",
}


def exhibits(results: dict) -> list[Exhibit]:
    """The gallery of a results dict, in its order."""
    own = {row["attack"]: words.distance_of(row) for row in results["summary"]}
    data = results["provenance"]["data"]
    return [_exhibit(item, data, own.get(item["attack"], "l0")) for item in results["gallery"]]


def _exhibit(item: dict, data: dict, distance: str) -> Exhibit:
    original, adversarial = decode(item, "original"), decode(item, "adversarial")
    images: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    left_out = 0
    if data["kind"] == "image" and original.ndim == 3 and original.shape[2] in (1, 3):
        images = (
            ("Original", _uri(_scaled(original, data))),
            ("Adversarial", _uri(_scaled(adversarial, data))),
            ("Difference", _uri(hollowed(signed_difference(original, adversarial, data)))),
        )
    else:
        changes, left_out = _changes(original, adversarial, data)
    of = words.changeable(data)
    scale = words.scale_of(data.get("one_range"), data["low"], data["high"])
    return Exhibit(
        network=words.defense_of(item),
        attack=item["attack"],
        sample=str(item["sample"]),
        label=_class(item["label"], data),
        target=_class(item["target"], data),
        predicted=_class(item["predicted"], data),
        succeeded=item["success"],
        outcome=_OUTCOMES.get(item["status"], item["status"]),
        features=f"{item['l0']} of {words.count(of)} ({words.percent(item['l0'] / of)})",
        distance=""
        if distance == "l0"
        else words.amount(distance, item.get(distance) or 0.0, scale),
        images=images,
        changes=changes,
        left_out=left_out,
    )


def decode(item: dict, role: str) -> np.ndarray:
    """One array of a gallery entry: float32 of its `shape`.

    Raises: ValueError when the bytes are not the shape's.
    """
    raw = base64.b64decode(item[role], validate=True)
    return np.frombuffer(raw, dtype="<f4").reshape(item["shape"])


def _class(index: int, data: dict) -> str:
    names = data["class_names"]
    if index < 0:
        return "any other class"
    return names[index] if names and index < len(names) else str(index)


def _scaled(image: np.ndarray, data: dict) -> np.ndarray:
    """Pixel values as 8-bit grey or RGB; values beyond the bounds are cut."""
    span = max(data["high"] - data["low"], 1e-12)
    unit = np.nan_to_num((image - data["low"]) / span)
    return np.round(np.clip(unit, 0, 1) * 255).astype(np.uint8)


def signed_difference(original: np.ndarray, adversarial: np.ndarray, data: dict) -> np.ndarray:
    """What the attack changed as RGBA: orange raised, blue lowered, clear where nothing changed.

    Of colour images the channel that changed most decides.
    """
    span = max(data["high"] - data["low"], 1e-12)
    change = np.nan_to_num((adversarial - original) / span)
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


def _changes(
    original: np.ndarray, adversarial: np.ndarray, data: dict
) -> tuple[tuple[Change, ...], int]:
    before, after = original.reshape(-1), adversarial.reshape(-1)
    where = np.flatnonzero(before != after)
    where = where[np.argsort(-np.abs(after[where] - before[where]), kind="stable")]
    names = data["feature_names"] or [f"feature {i}" for i in range(before.size)]
    found = tuple(
        Change(
            names[i] if i < len(names) else f"feature {i}", f"{before[i]:.3g}", f"{after[i]:.3g}"
        )
        for i in where[:_SHOWN]
    )
    return found, max(0, len(where) - _SHOWN)


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


def _uri(pixels: np.ndarray) -> str:
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()
