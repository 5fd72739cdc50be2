"""Single attacks: original, adversarial, difference, or the features that changed; failures too."""

from __future__ import annotations

import base64
from typing import Literal

import numpy as np

from core.model.data import DataFacts
from core.model.results import Picture, Results
from core.wording import amount
from reports.plots.pictures import hollowed, pixels, shown, signed_difference, uri
from reports.prose import distances, names
from reports.sections.blocks import Block, Change, Exhibit, Exhibits, said
from reports.sections.section import Section

_SHOWN = 12
_OUTCOMES = {
    "success": "reached its target",
    "already": "was seen as the target from the start",
    "cap": "failed: the budget was used up",
    "no_admissible_pair": "failed: no pair of features was left that helps",
    "zero_gradient": "failed: every slope was exactly zero",
    "stopped": "was stopped when another target of this input was reached",
}


def body(results: Results) -> tuple[Block, ...]:
    """The gallery, and how to read a difference; nothing where no sample was kept."""
    items = exhibits(results)
    if not items:
        return ()
    legend = said(
        "In the difference, full orange squares are features that were raised, hollow blue ones "
        "those that were lowered."
    )
    return (*(legend if items[0].images else ()), Exhibits(items))


def exhibits(results: Results) -> tuple[Exhibit, ...]:
    """The samples of the gallery, in its order."""
    own = {row.attack: row.distance for row in results.summary}
    return tuple(
        _exhibit(item, results.data, own.get(item.attack, "l0")) for item in results.gallery
    )


def _exhibit(item: Picture, data: DataFacts, distance: str) -> Exhibit:
    original, adversarial = decode(item, "original"), decode(item, "adversarial")
    images: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    left_out = 0
    pair = shown(original, adversarial) if data.kind == "image" else None
    if pair is not None:
        images = _images(*pair, data)
    else:
        changes, left_out = _changes(original, adversarial, data)
    moved = {"l1": item.l1, "l2": item.l2, "linf": item.linf}.get(distance)
    return Exhibit(
        network=names.defense_of(item),
        attack=item.attack,
        sample=str(item.sample),
        label=_class(item.label, data),
        target=_class(item.target, data),
        predicted=_class(item.predicted, data),
        succeeded=item.success,
        outcome=_OUTCOMES.get(item.status, item.status),
        features=distances.counted(item.l0, data),
        distance="" if distance == "l0" else amount(distance, moved or 0.0, data.scale),
        images=images,
        changes=changes,
        left_out=left_out,
    )


def decode(item: Picture, role: Literal["original", "adversarial"]) -> np.ndarray:
    """One array of a gallery entry: float32 of its `shape`.

    Raises: ValueError when the bytes are not the shape's.
    """
    text = item.original if role == "original" else item.adversarial
    raw = base64.b64decode(text, validate=True)
    return np.frombuffer(raw, dtype="<f4").reshape(item.shape)


def _class(index: int, data: DataFacts) -> str:
    if index < 0:
        return "any other class"
    names = data.class_names
    return names[index] if names and index < len(names) else str(index)


def _images(
    original: np.ndarray, adversarial: np.ndarray, place: str, data: DataFacts
) -> tuple[tuple[str, str], ...]:
    bounds = data.low, data.high
    return (
        (f"Original{place}", uri(pixels(original, *bounds))),
        (f"Adversarial{place}", uri(pixels(adversarial, *bounds))),
        (f"Difference{place}", uri(hollowed(signed_difference(original, adversarial, *bounds)))),
    )


def _changes(
    original: np.ndarray, adversarial: np.ndarray, data: DataFacts
) -> tuple[tuple[Change, ...], int]:
    """The features that changed most, and how many more changed."""
    before, after = original.reshape(-1), adversarial.reshape(-1)
    where = np.flatnonzero(before != after)
    where = where[np.argsort(-np.abs(after[where] - before[where]), kind="stable")]
    names = data.feature_names or []
    found = tuple(
        Change(
            names[i] if i < len(names) else f"feature {i}", f"{before[i]:.3g}", f"{after[i]:.3g}"
        )
        for i in where[:_SHOWN]
    )
    return found, max(0, len(where) - _SHOWN)


SECTION = Section("gallery", "Single attacks", body=body)
