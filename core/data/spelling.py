"""Which array of a data file a person probably means who has spelt it in another way."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = {
    "x": ("x", "image", "images", "data", "input", "inputs", "feature", "features"),
    "y": ("y", "label", "labels", "target", "targets", "class", "classes"),
}
_PARTS = {"train": ("train", "training", "tr"), "test": ("test", "testing", "te", "val", "valid")}


def meant(key: str) -> str | None:
    """`x_train`, `y_train`, `x_test` or `y_test` where a name says which; else None."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower())
    if len(words) == 1:
        # xtrain, testx
        words = re.findall(r"train|test|^[xy]|[xy]$", words[0]) or words
    what = [name for name, known in _WORDS.items() if set(words) & set(known)]
    part = [name for name, known in _PARTS.items() if set(words) & set(known)]
    return f"{what[0]}_{part[0]}" if len(what) == len(part) == 1 else None


def hint(found: Iterable[str], wanted: Iterable[str]) -> str:
    """What to rename, as the end of a sentence: "; 'X_train' is probably x_train: ..."; or ""."""
    wanted = set(wanted)
    pairs = [(key, meant(key)) for key in found if key not in wanted]
    likely = [(key, name) for key, name in pairs if name in wanted]
    if not likely:
        return ""
    told = ", ".join(f"{key!r} is probably {name}" for key, name in likely[:4])
    return f"; {told}; nothing is renamed by guess, so rename what is meant"
