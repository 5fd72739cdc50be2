"""A change of one line, and the tests of which one has to notice it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A change of one place. Args: tests: files of which one has to fail."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def of(file: str, tests: str, *changes: tuple[str, str]) -> list[Mutant]:
    """Changes of one file. Args: tests: names within `tests/`, without their ending."""
    near = tuple(f"tests/{name}.py" for name in tests.split())
    return [Mutant(file, old, new, near) for old, new in changes]
