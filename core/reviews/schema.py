"""The types of a chain: what somebody said, a record of it, and the chain as an export holds it.

They are the JSON objects themselves, not copies of them: a record's hash covers every key of it.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

_STRICT = ConfigDict(extra="allow", strict=True)

Kind = Literal["comment", "reply", "resolve", "reopen", "sign-off", "publish"]
Role = Literal["author", "ML reviewer", "security", "product"]
Verdict = Literal["approved", "changes requested", "rejected"]
Count = Annotated[int, Field(ge=0, le=2**53)]
Text = Annotated[str, Field(max_length=20_000)]


@with_config(_STRICT)
class Said(TypedDict):
    """What somebody said, before it has a place in a chain; see entries.py for what each needs."""

    kind: Kind
    author: Text
    section: NotRequired[Text]
    text: NotRequired[Text]
    about: NotRequired[Count]
    role: NotRequired[Role]
    verdict: NotRequired[Verdict]
    note: NotRequired[Text]
    content_sha256: NotRequired[Text]
    renderer: NotRequired[Text]


@with_config(_STRICT)
class Record(Said):
    """What was said, with its place in the chain and its hash."""

    number: Count
    time: Text
    identity: Text
    previous: Text
    sha256: Text


def _complete(record: Record) -> Record:
    needed = {
        "comment": ("section", "text"),
        "reply": ("about", "text"),
        "resolve": ("about",),
        "reopen": ("about",),
        "sign-off": ("role", "verdict", "note", "content_sha256", "renderer"),
        "publish": ("content_sha256", "renderer"),
    }
    for key in needed[record["kind"]]:
        if key not in record:
            raise ValueError(f"a {record['kind']} has a {key}")
    return record


@with_config(_STRICT)
class Reviews(TypedDict):
    """The chain of comments and sign-offs, see core/reviews/chain.py."""

    length: Count
    head: Text
    records: Annotated[list[Annotated[Record, AfterValidator(_complete)]], Field(max_length=10_000)]


SAID = TypeAdapter(Said)
CHAIN = TypeAdapter(Reviews)
