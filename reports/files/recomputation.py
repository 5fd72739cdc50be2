"""Do the numbers of a report follow from its rows, carried in the page or lying beside the file?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from core import seal
from core.errors import UserError
from core.model.base import Share, Value
from core.model.judged import Check
from core.model.results import Results
from core.model.subject import OfAttack, OfNetwork
from core.results import disagreement, table
from core.results.disagreement import Disagreement
from reports.files import source
from reports.prose import names, numbers, phrases
from reports.sections import data

NO_ROWS = "not recomputed: the report carries no rows"
_BLOCK = re.compile(
    rf'<script type="application/json" id="{data.ROWS}">"([A-Za-z0-9+/=]*)"</script>'
)
_NOT_IN_ROWS = "accuracy, planted examples and what a detector noticed are not in them"


class Disagrees(Exception):
    """Which number of a report its rows do not give, in a sentence."""


@dataclass(frozen=True)
class Table:
    """The rows that a report is held against. Args: name: where they lie, for sentences."""

    name: str
    raw: bytes


def carried(page: str) -> bytes | None:
    """The table in a page; None where it holds none. Raises: UserError: it is no base64."""
    block = _BLOCK.search(page)
    if block is None:
        return None
    try:
        return base64.b64decode(block[1], validate=True)
    except (binascii.Error, ValueError):
        raise UserError("the rows in the page are no base64") from None


def beside(path: Path) -> Table | None:
    """The table beside a file: `report.parquet` of a report.html, else `results.parquet`.

    Raises: UserError: it cannot be read. Disagrees: its `.sha256` speaks against it.
    """
    for name in dict.fromkeys((path.with_suffix(".parquet").name, table.NAME)):
        there = path.with_name(name)
        if there.exists():
            raw = source.raw_bytes(there, table.MAX_BYTES)
            _check_sum(there, raw)
            return Table(name, raw)
    return None


def _check_sum(there: Path, raw: bytes) -> None:
    try:
        said = seal.beside(there).read_text("utf-8").split()
    except (OSError, ValueError):
        return
    if said[:1] != [hashlib.sha256(raw).hexdigest()]:
        raise Disagrees(f"the bytes of {there.name} are not those that its .sha256 names")


def told(results: Results, found: Table | None) -> str:
    """That the numbers follow from the rows, or that there are none, in words to append.

    Raises: Disagrees: a number does not follow. UserError: the table cannot be read.
    """
    if found is None:
        return NO_ROWS
    rows = table.opened(found.name, found.raw)
    if results.rows_sha256 not in (None, table.sha256_of(rows)):
        raise Disagrees(f"{found.name} holds other rows than those that the report names")
    try:
        differing = list(disagreement.disagreements(results, rows))
    except Exception as error:  # rows of strangers may name networks and settings of any kind
        said = " ".join(str(error).split())[:200]
        reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise Disagrees(f"{found.name} cannot be evaluated with the report ({reason})") from None
    if differing:
        more = len(differing) - 1
        rest = f"; {more} more {'value differs' if more == 1 else 'values differ'}" if more else ""
        raise Disagrees(f"{sentence(differing[0])}{rest}")
    return (
        f"all rates, distances, gains, intervals, checks and verdicts were recomputed from the"
        f" {len(rows):,} rows of {found.name} and agree ({_NOT_IN_ROWS})"
    )


def sentence(one: Disagreement) -> str:
    """What the report says and what the rows give: "success rate of ...: ..."."""
    what = phrases.listing([part.replace("_", " ") for part in one.field.split(".") if part])
    subject = f"{one.part.replace('_', ' ')}, {what} of {_about(one.about)}"
    if not one.field:
        absent = "no such entry"
        said, given = (absent if side is None else "one" for side in (one.said, one.given))
        subject = f"{one.part.replace('_', ' ')} of {_about(one.about)}"
        return f"{subject}: the report has {said}, the rows give {given}"
    said, given = (_value(one, side) for side in (one.said, one.given))
    if said == given:
        said, given = f"{one.said!r:.60}", f"{one.given!r:.60}"
    return f"{subject}: the report says {said}, the rows give {given}"


def _about(entry: Value | None) -> str:
    if isinstance(entry, Check):
        network = names.defense_of(entry.subject)
        of = f"{entry.subject.attack} on {network}" if entry.subject.attack else network
        return f"{entry.check}, {of}"
    if not isinstance(entry, OfNetwork):
        return "the run"
    network = names.defense_of(entry)
    if isinstance(entry, OfAttack):
        network = f"{names.attack_name(entry.attack, entry.attack_params)} on {network}"
    told = [network]
    told += [str(getattr(entry, name)) for name in ("distance", "metric") if hasattr(entry, name)]
    return ", ".join(told)


def _value(one: Disagreement, value: Any) -> str:
    if value is None:
        return "nothing"
    if not isinstance(value, int | float) or isinstance(value, bool):
        return f"{value!r:.200}"
    field = type(one.about).model_fields.get(one.field) if one.about is not None else None
    shared = field is not None and (
        Share in get_args(field.annotation) or field.metadata == get_args(Share)[1].metadata
    )
    return numbers.percent(value) if shared else f"{value:.6g}"
