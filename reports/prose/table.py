"""A table as plain text: strings, ready to be escaped by whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Table:
    """A caption, column titles (those in `numeric` are right-aligned) and rows of strings.

    `strong` holds the indices of the rows that matter; in a `grouped` table neighbours with the
    same first cell show it once. `style` says what cells hold: "prose" for sentences, "facts" for
    names and what they are, "" for numbers.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]
    strong: frozenset[int] = frozenset()
    grouped: bool = False
    style: str = ""

    def without(self, column: str) -> Table:
        """The same without a column. Args: column: its title."""
        at = self.columns.index(column)
        return replace(
            self,
            columns=(*self.columns[:at], *self.columns[at + 1 :]),
            rows=tuple((*row[:at], *row[at + 1 :]) for row in self.rows),
            numeric=frozenset(i - (i > at) for i in self.numeric if i != at),
        )
