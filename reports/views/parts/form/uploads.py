"""Uploads are copied into the workspace under safe names; only a limited child opens them."""

from __future__ import annotations

import hashlib
import os
import re
from io import BytesIO
from pathlib import Path

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def save(given: BytesIO, home: Path) -> str:
    """Copy an upload to `uploads/HASH/NAME`; the same bytes are kept once. Returns the path."""
    given.seek(0)
    digest = hashlib.file_digest(given, "sha256").hexdigest()[:16]
    folder = Path(home) / "uploads" / digest
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / safe_name(getattr(given, "name", "file"))
    if not path.exists():
        part = path.with_name(f".{os.getpid()}.part")
        given.seek(0)
        with part.open("wb") as file:
            while block := given.read(2**20):
                file.write(block)
        part.replace(path)
    return str(path)


def safe_name(name: str) -> str:
    """A file name without folders, leading dots or odd characters, its ending kept."""
    plain = _UNSAFE.sub("-", Path(name.replace("\\", "/")).name).lstrip(".-")
    stem, dot, ending = plain.rpartition(".")
    return f"{(stem or 'file')[:80]}{dot}{ending[:12]}" if dot else (plain[:80] or "file")


def title(path: str) -> str:
    """How people call an upload."""
    return Path(path).name
