"""Several values in one field: `1, 5, 20`, or `eps=0.3, steps=20; eps=0.1`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.views.parts import catalogue

Number = int | float | str | None
"""What somebody typed as a number; text stays text, for the spec to name what is wrong with it."""


def number(text: str) -> Number:
    """A number as somebody typed it; None for nothing."""
    text = text.strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in text else value


def numbers(text: str) -> list[Number]:
    """`"1, 5, 20"` as numbers."""
    return [number(part) for part in text.replace(";", ",").split(",") if part.strip()]


def names(text: str) -> list[str] | None:
    """`"spam, other"` as names; None for nothing."""
    return [part.strip() for part in text.split(",") if part.strip()] or None


def listed(values: Sequence[int | float]) -> str:
    """Numbers as `numbers` reads them."""
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def settings(text: str) -> list[dict[str, Any]]:
    """`"eps=0.3, steps=20; eps=0.1"` as settings; what is none stays, for the spec to name."""
    return [_settings(line) for line in text.split(";")]


def _settings(line: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in line.split(","))):
        key, _, value = part.partition("=")
        value = value.strip()
        found[key.strip()] = value == "True" if value in ("True", "False") else number(value)
    return found


def written(settings: Mapping[str, object]) -> str:
    """Settings as `settings` reads them; one without a value has none after its sign."""
    return ", ".join(f"{key}={'' if value is None else value}" for key, value in settings.items())


def offered(name: str) -> str:
    """The settings of an attack or a defence with their defaults, as one writes them."""
    return written(catalogue.settings(name))
