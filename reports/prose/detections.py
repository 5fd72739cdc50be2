"""When a difference is called detected, in a word and in a caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Judged(Protocol):
    """A difference that was held against others, as in `core.model.rows.Difference`."""

    @property
    def detected(self) -> bool:
        """Whether it is called so."""
        ...

    @property
    def borderline(self) -> bool:
        """Whether another draw of the bootstrap could decide otherwise."""
        ...

    @property
    def bounded(self) -> bool:
        """Whether some sample was moved by no attack."""
        ...

    @property
    def adjusted(self) -> float | None:
        """Its corrected p-value; None where there was no correction."""
        ...


def word(item: Judged) -> str:
    """For a cell of a table: `yes`, `no` or `borderline`."""
    if item.detected:
        return "yes"
    return "borderline" if item.borderline else "no"


def caption(items: Sequence[Judged]) -> str:
    """What the words and the intervals of these differences mean."""
    if all(item.adjusted is not None for item in items):
        said = (
            "“Detected” is corrected for all comparisons of the table (Holm): were there no "
            "difference at all, at most 5 of 100 such tables would hold a “yes”. “No” means that "
            "none was detected, not that there is none."
        )
    else:
        said = (
            "“Detected” is not corrected for how many comparisons there are: an earlier version "
            "made these. “No” means that none was detected."
        )
    if any(item.borderline for item in items):
        said += " Borderline: an end of the interval lies too near 0 for the draws that were made."
    if any(item.bounded for item in items):
        said += (
            " Where the attack gave up on samples, a difference of the robustness is one of where "
            "this attack stops, whatever its budget: its interval holds however far it would have "
            "gone, and says nothing of another attack, which may need far less."
        )
    return said
