"""The README's table of defences, from the registry: `python -m core.defenses.table` prints it."""

from __future__ import annotations

from core.defenses import NAMES, facts

HEAD = ("| defence | what is trained |", "| --- | --- |")


def lines() -> tuple[str, ...]:
    """The table in Markdown, one defence a line, in the order of the registry."""
    return (*HEAD, *(f"| `{name}` | {facts(name).trained} |" for name in NAMES))


if __name__ == "__main__":
    print("\n".join(lines()))
