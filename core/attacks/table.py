"""The README's table of attacks, from the registry; `python -m core.attacks.table` prints it."""

from __future__ import annotations

from core.attacks import NAMES, facts
from core.wording import distance

HEAD = ("| attack | what it does | distance |", "| --- | --- | --- |")


def lines() -> tuple[str, ...]:
    """The table in Markdown, one attack a line, in the order of the registry."""
    return (*HEAD, *map(_line, NAMES))


def _line(name: str) -> str:
    known = facts(name)
    small = " or ".join(distance(each).replace("∞", "inf") for each in known.distances)
    return f"| `{name}` | {known.title} | {small} |"


if __name__ == "__main__":
    print("\n".join(lines()))
