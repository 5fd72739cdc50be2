"""From RUN on the command line to results: a run of the ledger, or a file not trusted.

A file is refused unless every field that a report reads has its type and every number is finite.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from core.errors import UserError
from core.results import collecting as ledger_results
from core.results.results_schema import RESULTS, SCHEMA, Picture
from reports.document import integrity
from reports.files.parts_schema import PARTS

MAX_BYTES = 32 * 2**20
_MAX_DEPTH = 32


def load(ref: str, home: Path | None = None) -> tuple[dict, pd.DataFrame | None]:
    """The results of RUN: a run id, `latest`, or the path of a results.json.

    Returns: the results and the tidy table; the table is None for a file.
    Raises: UserError when there is no such run or the file cannot be used.
    """
    path = Path(ref)
    if path.suffix == ".json" or path.is_file():
        return read(path), None
    return ledger_results.load(ref, home)


def read(path: Path) -> dict:
    """A results.json from anywhere, checked.

    Raises: UserError: one line that names the file, the field and what is wrong.
    """
    return integrity.unsealed(parsed(path, decoded(path, raw_bytes(path))), str(path))


def raw_bytes(path: Path) -> bytes:
    """The bytes of a file of reasonable size. Raises: UserError."""
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: cannot be read: not a file")
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path}: larger than {MAX_BYTES >> 20} MiB, not a results.json")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None


def decoded(path: Path, raw: bytes) -> str:
    """The text of a file. Raises: UserError when it is none."""
    try:
        return raw.decode("utf-8")
    except ValueError:
        raise UserError(f"{path}: not valid JSON; give a results.json or a run id") from None


def parsed(path: Path, text: str) -> dict:
    """Results from the text of a results.json, checked but for its seal. Raises: UserError."""
    try:
        content = json.loads(text, parse_constant=_refuse)
        json.dumps(content, ensure_ascii=False).encode("utf-8")
        if _depth(content) > _MAX_DEPTH:
            raise ValueError("nested too deeply")
    except (ValueError, RecursionError):
        raise UserError(f"{path}: not valid JSON; give a results.json or a run id") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise UserError(f'{path}: no results.json: "schema" is not "{SCHEMA}"')
    try:
        RESULTS.validate_python(content)
        PARTS.validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: {where}: {first['msg']}") from None
    for i, picture in enumerate(content["gallery"]):
        _check_picture(path, i, picture)
    return content


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
    wanted = 4 * math.prod(picture["shape"])
    for role in ("original", "adversarial"):
        try:
            size = len(base64.b64decode(picture[role], validate=True))
        except (binascii.Error, ValueError):
            size = -1
        if size != wanted:
            raise UserError(f"{path}: gallery.{i}.{role}: not {wanted} bytes in base64")
