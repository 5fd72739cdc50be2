"""What can be said of a run: checked here, chained in chain.py.

Text is kept as it was typed. What cannot be shown as text (null bytes, control characters, half
of a surrogate pair) is refused in words, never dropped in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import get_args

from core.errors import UserError
from core.reviews.schema import SAID, Role, Said, Verdict

ROLES: tuple[str, ...] = get_args(Role)
VERDICTS: tuple[str, ...] = get_args(Verdict)
LONGEST_NAME = 100
LONGEST_TEXT = 5_000
WHOLE = "content"
"""The section id of the report as a whole."""

_SECTION = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ALLOWED = "\n\t"


def comment(author: str, section: str, text: str) -> Said:
    """A remark on a section of the report.

    Args:
        section: an id in the document, such as "verdicts"; `WHOLE` for all of it.
        text: 1 to 5,000 characters.

    Raises: UserError: a field is empty, too long or holds what is no text. So do all below.
    """
    if not _SECTION.fullmatch(section):
        raise UserError(f"a section has an id such as verdicts or {WHOLE}, not {section!r}", 2)
    return {"kind": "comment", "author": _name(author), "section": section, "text": _text(text)}


def reply(author: str, about: int, text: str) -> Said:
    """An answer to the comment whose record has the number `about`."""
    return {"kind": "reply", "author": _name(author), "about": about, "text": _text(text)}


def resolve(author: str, about: int) -> Said:
    """The comment `about` is settled."""
    return {"kind": "resolve", "author": _name(author), "about": about}


def reopen(author: str, about: int) -> Said:
    """The comment `about` is not settled after all."""
    return {"kind": "reopen", "author": _name(author), "about": about}


def sign_off(
    author: str, role: str, verdict: str, note: str, content_sha256: str, renderer: str
) -> Said:
    """What somebody in a role says of exactly this content.

    Args:
        role: one of `ROLES`. verdict: one of `VERDICTS`. note: up to 5,000 characters, or "".
        content_sha256: hash of the results and of the renderer that they were read with.
        renderer: that renderer's version.
    """
    if role not in ROLES:
        raise UserError(f"a role is one of {', '.join(ROLES)}, not {role!r}", 2)
    if verdict not in VERDICTS:
        raise UserError(f"a verdict is one of {', '.join(VERDICTS)}, not {verdict!r}", 2)
    if verdict != "approved" and not note.strip():
        raise UserError(f"{verdict!r} needs a note that says why", 2)
    said = {
        "kind": "sign-off",
        "author": _name(author),
        "role": role,
        "verdict": verdict,
        "note": _text(note) if note.strip() else "",
    }
    return _about_content(said, content_sha256, renderer)


def publish(author: str, content_sha256: str, renderer: str) -> Said:
    """From here on the run is not changed any more; see `sign_off` for the arguments."""
    said = {"kind": "publish", "author": _name(author)}
    return _about_content(said, content_sha256, renderer)


def _about_content(said: Mapping[str, str], content_sha256: str, renderer: str) -> Said:
    if not _SHA256.fullmatch(content_sha256):
        raise UserError(f"content_sha256 is 64 hexadecimal digits, not {content_sha256!r}", 2)
    whole = {**said, "content_sha256": content_sha256, "renderer": renderer}
    return SAID.validate_python(whole)


def _name(author: str) -> str:
    """A name on one line. A mark that turns the direction of writing could show another one."""
    name = author.strip()
    if not name:
        raise UserError("a record needs the name of who makes it", 2)
    if len(name) > LONGEST_NAME:
        raise UserError(f"a name has up to {LONGEST_NAME} characters, not {len(name):,}", 2)
    for character in name:
        if not character.isprintable():
            raise UserError(f"a name is printable text on one line, without {_shown(character)}", 2)
    return name


def _text(text: str) -> str:
    whole = text.replace("\r\n", "\n").strip()
    if not whole:
        raise UserError("there is no text", 2)
    if len(whole) > LONGEST_TEXT:
        raise UserError(
            f"a text has up to {LONGEST_TEXT:,} characters, not {len(whole):,}: shorten it, or"
            " split it into several",
            2,
        )
    for character in whole:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in _ALLOWED:
            raise UserError(f"a text cannot hold {_shown(character)}: take it out", 2)
    return whole


def _shown(character: str) -> str:
    return "a null byte" if character == "\0" else f"the character U+{ord(character):04X}"
