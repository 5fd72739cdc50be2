"""Content-addressed files: a file's name is the SHA-256 of its bytes, so it is never changed.

What a file means (which cell made it, in which role) is the ledger's business, not ours.
"""

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.errors import UserError

CHUNK = 1 << 20
PARTIAL_LIFETIME = 3600.0  # seconds after which an unfinished file belongs to a dead process
SHA256 = re.compile(r"[0-9a-f]{64}")
SUFFIX = re.compile(r"(\.[A-Za-z0-9]+)*")


class MissingArtifact(UserError):
    """An artifact's file is gone or no longer holds the bytes that its name promises."""


class ArtifactStore:
    """Files under `<home>/artifacts/ab/abcdef....suffix`.

    A file appears complete or not at all: it is written under a temporary name, synced and
    renamed. Putting the same bytes again replaces the file, which mends a damaged one.
    """

    def __init__(self, home: Path):
        self.folder = Path(home) / "artifacts"
        self.folder.mkdir(parents=True, exist_ok=True)

    def put_bytes(self, data: bytes, suffix: str) -> str:
        """Store `data`.

        Args:
            data: the content.
            suffix: the ending of the file's name, such as ".parquet".

        Returns:
            The SHA-256 of the content, 64 hexadecimal digits.
        """
        return self._put([data], suffix)

    def put_file(self, path: Path, suffix: str) -> str:
        """Store a copy of the file at `path`, which stays where it is.

        Args:
            path: a readable file.
            suffix: the ending of the stored file's name, such as ".keras".

        Returns:
            The SHA-256 of the content.
        """
        return self._put(_chunks(Path(path)), suffix)

    def path(self, sha256: str) -> Path:
        """The file that holds the bytes with this SHA-256.

        Raises:
            MissingArtifact: when there is none.
        """
        found = self._find(sha256)
        if found is None:
            raise MissingArtifact(
                f"artifact {sha256[:12]} is missing from {self.folder}: "
                "`python -m core resume RUN` computes it again"
            )
        return found

    def read_bytes(self, sha256: str) -> bytes:
        """The content, checked against its SHA-256.

        Raises:
            MissingArtifact: when the file is absent, or its bytes have changed.
        """
        path = self.path(sha256)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise MissingArtifact(
                f"artifact {path} is damaged (its checksum differs): delete that file, "
                "then `python -m core resume RUN` computes it again"
            )
        return data

    def size(self, sha256: str, suffix: str | None = None) -> int | None:
        """The file's size in bytes, None when it is absent; quicker when `suffix` is known."""
        path = self._find(sha256) if suffix is None else self._name(sha256, suffix)
        try:
            return None if path is None else path.stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, sha256: str) -> int:
        """Remove the file and return the bytes that this freed, 0 when it was absent."""
        freed = 0
        while (path := self._find(sha256)) is not None:
            freed += path.stat().st_size
            path.unlink()
        return freed

    def sweep(self) -> int:
        """Remove what killed processes left half written; returns the number of files."""
        oldest = time.time() - PARTIAL_LIFETIME
        stale = [p for p in self.folder.glob(".*.partial") if p.stat().st_mtime < oldest]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _name(self, sha256: str, suffix: str) -> Path:
        return self.folder / sha256[:2] / f"{sha256}{suffix}"

    def _find(self, sha256: str) -> Path | None:
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"an artifact is named by 64 hexadecimal digits, not {sha256!r}")
        return next((self.folder / sha256[:2]).glob(f"{sha256}*"), None)

    def _put(self, chunks: Iterable[bytes], suffix: str) -> str:
        if not SUFFIX.fullmatch(suffix):
            raise ValueError(f"a suffix looks like '.keras', not {suffix!r}")
        partial = self.folder / f".{uuid.uuid4().hex}.partial"
        digest = hashlib.sha256()
        try:
            with partial.open("xb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target = self._name(digest.hexdigest(), suffix)
            target.parent.mkdir(exist_ok=True)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        _sync_folder(target.parent)
        return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _sync_folder(folder: Path) -> None:
    # A rename survives a power cut only when the folder is synced too.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
