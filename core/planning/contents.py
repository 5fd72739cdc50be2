"""Where data lie, and what tells whether they are still the same: a hash of their content."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from core.errors import UserError
from core.inspection.check import DATA_KINDS

MAX_FILES = 400_000


def existing_data(path: str) -> Path:
    """The file or folder of a data set. Raises `UserError` where there is none."""
    full = Path(path).expanduser()
    if not full.is_file() and not full.is_dir():
        kinds = f"{', '.join(DATA_KINDS)} file or a folder"
        raise UserError(f"{path}: there is no such file; give a {kinds}", 2)
    return full


def sha256_of(path: Path) -> str:
    """Of a file's content; of a folder, of the names and contents of all files below it."""
    if path.is_file():
        return _of_file(path)
    digest = hashlib.sha256()
    for count, file in enumerate(_files(path)):
        if count >= MAX_FILES:
            raise UserError(f"{path}: holds more than {MAX_FILES:,} files", 2)
        digest.update(f"{file.relative_to(path)}\0{_of_file(file)}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Plain files below a folder in a fixed order; links are left for the child to refuse."""
    for above, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(above) / name
            if stat.S_ISREG(file.lstat().st_mode):
                yield file


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
