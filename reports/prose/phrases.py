"""Phrases: items in a sentence, and characters that nobody could see."""

from __future__ import annotations

from collections.abc import Sequence

_UNSEEN = {
    code: f"⟨U+{code:04X}⟩"
    for code in (
        *(c for c in range(0x20) if c not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
        *(0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    )
}
"""Control characters, and those that turn the direction of the text around them."""


def visible(text: str) -> str:
    """Text in which what no reader could see is written out: a null byte as "⟨U+0000⟩"."""
    return text if text.isprintable() else text.translate(_UNSEEN)


def listing(items: Sequence[str]) -> str:
    """Items as "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
