"""What differs between the specs of runs: one row a setting, one value a run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

Spec = Mapping[str, Any]
"""An experiment as it was asked for, as JSON values."""


def differing(specs: Iterable[Spec]) -> list[tuple[str, list[str]]]:
    """Settings that differ between specs: the path, and each spec's value ("–": absent).

    Defences and attacks are told by their names, so that their order does not count; one that a
    spec does not have at all is a single row.
    """
    parts = [dict(_parts(spec)) for spec in specs]
    found = []
    for part in dict.fromkeys(part for one in parts for part in one):
        there = [one.get(part) for one in parts]
        if None in there:
            found.append((part, ["–" if value is None else _settings(value) for value in there]))
            continue
        for path in dict.fromkeys(path for value in there if value for path in value):
            name = f"{part}.{path}" if path else part
            found.append((name, [(value or {}).get(path, "–") for value in there]))
    return [(path, values) for path, values in found if len(set(values)) > 1]


def _parts(spec: Spec) -> list[tuple[str, dict[str, str]]]:
    """The settings of a spec by what they belong to: each defence and attack, and the rest."""
    found: list[tuple[str, dict[str, str]]] = []
    for key, value in spec.items():
        named = isinstance(value, list) and all(isinstance(v, dict) and "name" in v for v in value)
        for item in value if named else []:
            seen = sum(part.partition(" #")[0] == f"{key}.{item['name']}" for part, _ in found)
            part = f"{key}.{item['name']}" + (f" #{seen + 1}" if seen else "")
            rest = {name: inner for name, inner in item.items() if name != "name"}
            found.append((part, dict(_flat(rest))))
        if not named:
            found.append((key, dict(_flat(value))))
    return found


def _settings(value: Mapping[str, str]) -> str:
    """All settings of a part in one cell; "there" where it has none of its own."""
    said = [f"{path} {inner}".strip() for path, inner in value.items() if inner != "null"]
    return ", ".join(said) or "there"


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            item
            for key, inner in value.items()
            for item in _flat(inner, f"{path}.{key}" if path else str(key))
        ]
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [item for i, inner in enumerate(value) for item in _flat(inner, f"{path}[{i}]")]
    return [(path, value if isinstance(value, str) else json.dumps(value))]
