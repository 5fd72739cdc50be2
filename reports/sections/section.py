"""What a section of the report is. Each stands in a file of its own; their order in `sections`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from core.model.results import Results
from reports.plots.look import LIGHT, Look
from reports.prose.table import Table
from reports.sections.blocks import Block

Blocks = Callable[[Results], tuple[Block, ...]]


def nothing(results: Results) -> tuple[Block, ...]:
    """No block, whatever the results."""
    return ()


def unsaid(results: Results) -> str:
    """No sentence, whatever the results."""
    return ""


@dataclass(frozen=True)
class Section:
    """One section, in the order in which a reader meets its parts.

    It stands in a report whose results give it a figure, a table or a body; an introduction alone
    does not make it stand.

    Args:
        id: its anchor in the document, and what comments name it by.
        title: what it is called. heading: above it in the document, where that says more.
        label: in the list of contents, where that says less; "" leaves it out there.
        intro: what stands before the figure.
        figure: draws for a ground and a width; None for results that have nothing to draw.
        takeaway: one sentence on what the figure shows.
        table: the numbers of the figure; without a figure the table itself stands.
        parts: sections inside this one, each under its title.
        body: what stands after all that.
        leads: the first of these with a figure moves here from its own place.
        otherwise: the sentence in place of figures where there are none.
        style: class of the element in the document.
    """

    id: str
    title: str
    heading: str = ""
    label: str | None = None
    intro: Blocks = nothing
    figure: Callable[[Results, Look], go.Figure | None] | None = None
    takeaway: Callable[[Results], str] = unsaid
    table: Callable[[Results], Table | None] | None = None
    parts: tuple[Section, ...] = ()
    body: Blocks = nothing
    leads: tuple[Section, ...] = ()
    otherwise: str = ""
    style: str = ""

    def draw(self, results: Results, look: Look = LIGHT) -> go.Figure | None:
        """Its figure; None where it has none, or these results have nothing to draw."""
        return None if self.figure is None else self.figure(results, look)

    def numbers(self, results: Results) -> Table | None:
        """Its table; None where it has none."""
        return None if self.table is None else self.table(results)
