"""Is a zip archive safe to read? Looked at before anything in it is unpacked."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath

from core.errors import UserError

MAX_UNPACKED = 4 * 2**30
MAX_MEMBERS = 64


def check_members(
    archive: zipfile.ZipFile, title: str, expected: Iterable[str] = (), most: int = MAX_MEMBERS
) -> None:
    """Refuse an archive that is too large, or that holds what is not a plain file inside it.

    Args: expected: names that must be there. most: members that it may have.
    """
    members = archive.infolist()
    if not members or len(members) > most:
        raise UserError(f"{title}: holds {len(members):,} members; between 1 and {most:,} fit")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UserError(f"{title}: unpacks to more than 4 GiB")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or "\0" in member.filename:
            raise UserError(f"{title}: holds a member with an unsafe name")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise UserError(f"{title}: holds a link, {member.filename[:100]!r}; store the file")
    absent = [name for name in expected if name not in archive.namelist()]
    if absent:
        raise UserError(f"{title}: has no {absent[0]}, so it is not a .keras file of Keras 3")
