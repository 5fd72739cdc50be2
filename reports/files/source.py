"""From RUN on the command line to results: a run of the ledger, or a file not trusted.

A file is refused unless every field that a report reads has its type and every number is finite.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field, ValidationError

from core import seal
from core.errors import UserError
from core.model.base import Text, Value
from core.model.judged import Criterion
from core.model.results import SCHEMA, Picture, Results
from core.results import collecting as ledger_results
from core.reviews import chain

MAX_BYTES = 32 * 2**20
_MAX_DEPTH = 32


class _Named(Value):
    name: Text


class _Spec(Value):
    defenses: list[_Named] = Field([])
    attacks: list[_Named] = Field([])
    seeds: list[int] = Field([])
    criteria: list[Criterion] | None = Field([])


class _Asked(Value):
    """What a report reads of the spec, which results hold as it was asked for."""

    spec: _Spec


def load(ref: str, home: Path | None = None) -> tuple[Results, pd.DataFrame | None]:
    """The results of RUN: a run id, `latest`, or the path of a results.json.

    Returns: the results and the tidy table; the table is None for a file.
    Raises: UserError when there is no such run or the file cannot be used.
    """
    path = Path(ref)
    if path.suffix == ".json" or path.is_file():
        return read(path), None
    return ledger_results.load(ref, home)


def read(path: Path) -> Results:
    """A results.json from anywhere, checked, without its seal, which must fit where there is one.

    Raises: UserError: one line that names the file, the field and what is wrong.
    """
    held = content(path, decoded(path, raw_bytes(path)))
    results = checked(path, held)
    if not seal.seal_fits(held):
        raise UserError(f"{path}: altered since it was exported: its content_sha256 does not fit")
    if results.reviews is not None and (fault := chain.fault(results.run, results.reviews)):
        raise UserError(f"{path}: altered since it was exported: in its reviews, {fault}")
    return results.model_copy(update=dict.fromkeys(seal.SEAL))


def raw_bytes(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file of at most so many (None: `MAX_BYTES`). Raises: UserError."""
    most = MAX_BYTES if most is None else most
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: cannot be read: not a file")
        if path.stat().st_size > most:
            raise UserError(f"{path}: larger than {most >> 20} MiB, so it is not opened")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None


def decoded(path: Path, raw: bytes) -> str:
    """The text of a file. Raises: UserError when it is none."""
    try:
        return raw.decode("utf-8")
    except ValueError:
        raise UserError(f"{path}: not valid JSON; give a results.json or a run id") from None


def parsed(path: Path, text: str) -> Results:
    """Results from the text of a results.json, checked but for its seal. Raises: UserError."""
    return checked(path, content(path, text))


def content(path: Path, text: str) -> Any:
    """What the text of a results.json says, as JSON values, which its seal covers.

    Raises: UserError: it is not the JSON of a results.json.
    """
    try:
        held = json.loads(text, parse_constant=_refuse)
        json.dumps(held, ensure_ascii=False, allow_nan=False).encode("utf-8")
        if _depth(held) > _MAX_DEPTH:
            raise ValueError("nested too deeply")
    except (ValueError, RecursionError):
        raise UserError(f"{path}: not valid JSON; give a results.json or a run id") from None
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise UserError(f'{path}: no results.json: "schema" is not "{SCHEMA}"')
    return held


def checked(path: Path, held: Any) -> Results:
    """Results from what a results.json says. Raises: UserError: it names the field."""
    try:
        results = Results.from_json(held)
        _Asked.model_validate({"spec": results.spec})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: {where}: {first['msg']}") from None
    for i, picture in enumerate(results.gallery):
        _check_picture(path, i, picture)
    return results


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _depth(value: object) -> int:
    """How deep objects and lists are nested."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


def _check_picture(path: Path, i: int, picture: Picture) -> None:
    """Both arrays must hold exactly the float32 values that the shape asks for."""
    wanted = 4 * math.prod(picture.shape)
    for role, encoded in (("original", picture.original), ("adversarial", picture.adversarial)):
        try:
            size = len(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            size = -1
        if size != wanted:
            raise UserError(f"{path}: gallery.{i}.{role}: not {wanted} bytes in base64")
