"""What a page shows, as plain values: templates print these and ask nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reports.prose.findings import Line
from reports.prose.table import Table
from reports.sections.blocks import Block
from reports.sections.verdict import Answer, Group


@dataclass(frozen=True)
class Shown:
    """A figure of the page: its id, title, takeaway and the table of its numbers."""

    id: str
    title: str
    takeaway: str
    table: Table | None


@dataclass(frozen=True)
class ShownSection:
    """A section of the page.

    Args:
        label: in the list of contents; "" leaves it out there. style: class of the element.
        intro, figure, parts, body: in this order under the heading; parts have titles.
    """

    id: str
    heading: str
    label: str
    style: str = ""
    intro: tuple[Block, ...] = ()
    figure: Shown | None = None
    parts: tuple[Shown, ...] = ()
    body: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Banner:
    """What stands above everything because nobody may miss it."""

    strong: str
    text: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Remark:
    """A line beside the verdicts; `marked` where it speaks against them."""

    name: str
    text: str
    marked: bool = False


@dataclass(frozen=True)
class Page:
    """A page that is one file.

    Args:
        runs: ids, for the foot of every printed page.
        content_sha256, renderer: of what it says, and of what made it.
        above, headline, lead: its head. closing: the last line, on where it comes from.
        drawings: of each figure by id, see `drawings.variants`.
        carried: JSON blocks by id.
    """

    title: str
    runs: tuple[str, ...]
    content_sha256: str
    renderer: str
    above: str
    headline: str
    lead: str
    closing: str
    banner: Banner | None
    sections: tuple[ShownSection, ...]
    drawings: dict[str, Any] = field(repr=False)
    carried: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class ReportPage(Page):
    """The report of one run.

    Args:
        statement: on all defences; `answer` is its mark, None where no defence was judged.
        judged: a line for each defence and verdict. remarks: what stands below them.
        lines: short statements under the head. content: beginning of the hash.
        signed: who stands for this content, in sentences.
    """

    statement: str
    answer: Answer | None
    judged: tuple[Group, ...]
    remarks: tuple[Remark, ...]
    content: str
    signed: str
    lines: tuple[Line, ...]
