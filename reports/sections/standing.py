"""Which sections stand in the report of a run, and what each holds there. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.model.results import Results
from reports.sections.blocks import Block, Numbers, said
from reports.sections.section import Section


@dataclass(frozen=True)
class Standing:
    """A section in one report.

    Args:
        figure: the section whose figure stands under the heading: its own, or the one that moved
            here; None for none. parts: those inside it that have a figure.
    """

    section: Section
    figure: Section | None
    parts: tuple[Section, ...]
    body: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """What stands above it: of a figure that moved here, the figure's title."""
        if self.figure is not None and self.figure is not self.section:
            return self.figure.title
        return self.section.heading or self.section.title


def standing(
    results: Results, sections: Sequence[Section], draws: Callable[[Section], bool]
) -> list[Standing]:
    """The sections that these results give something to stand on, in their order.

    Args: draws: whether a section's figure draws anything of the results.
    """
    moved: set[str] = set()
    found = []
    for section in sections:
        figure = next((one for one in section.leads if draws(one)), None)
        if figure is not None:
            moved.add(figure.id)
        elif section.id not in moved and draws(section):
            figure = section
        parts = tuple(one for one in section.parts if one.id not in moved and draws(one))
        body = _body(results, section, drawn=figure is not None or bool(parts))
        if figure is not None or parts or body:
            found.append(Standing(section, figure, parts, body))
    return found


def _body(results: Results, section: Section, drawn: bool) -> tuple[Block, ...]:
    body = section.body(results)
    table = section.numbers(results) if section.figure is None else None
    if table is not None:
        body = (Numbers(table), *body)
    if section.otherwise and not drawn:
        body = (*said(section.otherwise), *body)
    return body
