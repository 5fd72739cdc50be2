"""The types of an exported chain, for whoever reads one from a file."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from core.reviews.entries import Kind, Role, Verdict

_STRICT = ConfigDict(extra="allow", strict=True)

Count = Annotated[int, Field(ge=0, le=2**53)]
Text = Annotated[str, Field(max_length=20_000)]


@with_config(_STRICT)
class _Review(TypedDict):
    number: Count
    kind: Kind
    time: Text
    author: Text
    identity: Text
    previous: Text
    sha256: Text
    section: NotRequired[Text]
    text: NotRequired[Text]
    about: NotRequired[Count]
    role: NotRequired[Role]
    verdict: NotRequired[Verdict]
    note: NotRequired[Text]
    content_sha256: NotRequired[Text]
    renderer: NotRequired[Text]


def _complete(record: _Review) -> _Review:
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
    records: Annotated[
        list[Annotated[_Review, AfterValidator(_complete)]], Field(max_length=10_000)
    ]


CHAIN = TypeAdapter(Reviews)
