"""Files in a folder or in a zip archive of one, looked at before any is read."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.data.files.archives import MAX_UNPACKED, check_members
from core.errors import UserError

MAX_FILES = 200_000
_DEEPEST = 6
_PASSED_OVER = ("__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Leaf:
    """One file. Attributes: parts: folders below the root, then its name. size: in bytes."""

    parts: tuple[str, ...]
    size: int
    read: Callable[[], bytes]

    @property
    def shown(self) -> str:
        """Its path below the root, printable."""
        return "".join(c for c in "/".join(self.parts) if c.isprintable())[:200]


def of_folder(root: Path, title: str) -> list[Leaf]:
    """Every file below a folder, in order of their paths; links and pipes are refused."""
    found: list[Leaf] = []
    size = 0
    for leaf in _walked(root, (), title):
        found.append(leaf)
        size += leaf.size
        if len(found) > MAX_FILES or size > MAX_UNPACKED:
            raise UserError(f"{title}: holds more than {MAX_FILES:,} files or 4 GiB")
    return sorted(found, key=lambda leaf: leaf.parts)


def of_archive(archive: zipfile.ZipFile, title: str) -> list[Leaf]:
    """Every file in a zip archive, in order of their paths; a folder around all is left out."""
    check_members(archive, title, most=2 * MAX_FILES)
    found = []
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        if member.is_dir() or _passed_over(parts):
            continue
        found.append(Leaf(parts, member.file_size, lambda m=member: _unpacked(archive, m, title)))
    while found and len({leaf.parts[0] for leaf in found}) == 1 and _wraps(found):
        found = [Leaf(leaf.parts[1:], leaf.size, leaf.read) for leaf in found]
    return sorted(found, key=lambda leaf: leaf.parts)


def _wraps(leaves: list[Leaf]) -> bool:
    """Whether the first folder, which all have, only holds what was zipped."""
    return leaves[0].parts[0] not in ("train", "test") and all(len(x.parts) > 2 for x in leaves)


def _walked(folder: Path, above: tuple[str, ...], title: str) -> Iterator[Leaf]:
    if len(above) > _DEEPEST:
        raise UserError(f"{title}: has folders more than {_DEEPEST} deep")
    with os.scandir(folder) as entries:
        for entry in entries:
            parts = (*above, entry.name)
            if _passed_over(parts):
                continue
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                yield from _walked(Path(entry.path), parts, title)
            elif stat.S_ISREG(mode):
                path, size = Path(entry.path), entry.stat(follow_symlinks=False).st_size
                yield Leaf(parts, size, path.read_bytes)
            else:
                name = "".join(c for c in entry.name if c.isprintable())[:100]
                raise UserError(f"{title}: holds {name!r}, a link or no plain file; store the file")


def _passed_over(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part in _PASSED_OVER for part in parts)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, title: str) -> bytes:
    try:
        return archive.read(member)
    except MemoryError:
        raise
    except Exception as error:  # encrypted, damaged, or packed in a way that is not known
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{title}: is damaged: {reason}") from None
