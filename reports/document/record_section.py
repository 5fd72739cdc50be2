"""The last section of a report: sign-offs, comments, and how far to trust their record."""

from __future__ import annotations

from dataclasses import dataclass

from reports.document.model import ShownSection
from reports.document.record import FORGERY, UNVERIFIED, Discussion, Record, Signed
from reports.prose import numbers
from reports.sections.blocks import Block, Code, Heading, Numbers, Paragraph, said


@dataclass(frozen=True)
class SignOffs(Block):
    """Every sign-off, oldest first."""

    items: tuple[Signed, ...]


@dataclass(frozen=True)
class Comments(Block):
    """Every comment with its answers, oldest first."""

    items: tuple[Discussion, ...]


def of(record: Record, content_sha256: str) -> ShownSection:
    """The section; it stands in every report and cannot be commented on.

    Args: content_sha256: of the present content, in full.
    """
    title = "Comments and sign-offs"
    body = (*_signatures(record), *_discussions(record), *_trust(record, content_sha256))
    intro = said(f"{record.statement} {record.published}".strip())
    return ShownSection("record", title, title, "record", intro=intro, body=body)


def _signatures(record: Record) -> tuple[Block, ...]:
    return (Heading("Sign-offs"), SignOffs(record.signatures)) if record.signatures else ()


def _discussions(record: Record) -> tuple[Block, ...]:
    return (Heading("Comments"), Comments(record.discussions)) if record.discussions else ()


def _trust(record: Record, content_sha256: str) -> tuple[Block, ...]:
    head = Code(record.head)
    if record.length:
        many = "record" if record.length == 1 else "records"
        chain = (f"The chain has {numbers.count(record.length)} {many}; its head is ", head, ".")
    else:
        chain = ("The chain is empty; it will begin with the run, ", head, ".")
    every = Numbers(record.chain, folded="Every record of the chain")
    return (
        Heading("How far to trust this record"),
        *said(
            f"{UNVERIFIED} {FORGERY} ",
            Code("python -m reports verify THIS_FILE --against EARLIER_FILE"),
            " makes the comparison, without a ledger.",
        ),
        Paragraph(("Content ", Code(content_sha256), ". ", *chain)),
        *((every,) if record.chain.rows else ()),
    )
