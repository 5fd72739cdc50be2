"""What stands in a section, as plain values: paragraphs, lists, tables, pictures. No markup.

A page draws each block by its kind, never by the section that it stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.prose.table import Table


@dataclass(frozen=True)
class Block:
    """Something that a page draws; `kind` is the name of the macro that does."""

    @property
    def kind(self) -> str:
        """The name of its class in small letters."""
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Term(Block):
    """A word of a sentence that the glossary explains under `entry`."""

    text: str
    entry: str
    meaning: str

    @property
    def anchor(self) -> str:
        """The entry's place in the glossary."""
        return anchor(self.entry)


@dataclass(frozen=True)
class Code(Block):
    """A part of a sentence that a reader may type or compare letter by letter."""

    text: str


@dataclass(frozen=True)
class Lowered(Block):
    """A part of a formula below its line."""

    text: str


Part = str | Term | Code | Lowered
"""A piece of a sentence."""


@dataclass(frozen=True)
class Paragraph(Block):
    """Sentences; `style` is "formula" or ""."""

    parts: tuple[Part, ...]
    style: str = ""


@dataclass(frozen=True)
class Heading(Block):
    """What stands above a part of a section."""

    text: str


@dataclass(frozen=True)
class Bullets(Block):
    """Sentences below each other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """What a name stands for: a sentence, or a list where there are items."""

    name: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definitions(Block):
    """Names and what they stand for."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True)
class Glossary(Block):
    """Terms and their meanings, each with an anchor that sentences link to."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Numbers(Block):
    """A table; behind a line to click on where `folded` says what is behind it."""

    table: Table
    folded: str = ""
    open: bool = False


@dataclass(frozen=True)
class Listing(Block):
    """Lines that are shown as they were written."""

    name: str
    text: str


@dataclass(frozen=True)
class Download:
    """A button that saves a JSON block of the page as a file.

    Args: source: the block's id. text: on the button. name, type: of the file.
        pretty: whether it is written with line breaks. binary: whether the block is base64.
    """

    source: str
    text: str
    name: str
    type: str
    pretty: bool = False
    binary: bool = False


@dataclass(frozen=True)
class Downloads(Block):
    """The files that a page can save."""

    files: tuple[Download, ...]


@dataclass(frozen=True)
class Change:
    """One changed feature of a table row."""

    feature: str
    before: str
    after: str


@dataclass(frozen=True)
class Exhibit:
    """One attacked sample. Images carry three data URIs, table rows their changed features.

    `distance` is how far the sample was moved in the attack's own distance; "" where that is the
    number of features.
    """

    network: str
    attack: str
    sample: str
    label: str
    target: str
    predicted: str
    succeeded: bool
    outcome: str
    features: str
    distance: str
    images: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    left_out: int


@dataclass(frozen=True)
class Exhibits(Block):
    """Attacked samples side by side."""

    items: tuple[Exhibit, ...]


def said(*parts: Part) -> tuple[Block, ...]:
    """One paragraph."""
    return (Paragraph(parts),)


def anchor(name: str) -> str:
    """A name as a part of an id: small letters, digits and "-"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
