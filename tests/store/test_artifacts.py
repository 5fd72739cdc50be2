import hashlib
import os
import time

import pytest

from core.store import artifacts as module
from core.store.artifacts import ArtifactStore, MissingArtifact


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path)


def test_a_file_is_named_by_the_checksum_of_its_bytes(store, tmp_path):
    sha256 = store.put_bytes(b"weights", ".keras")
    assert sha256 == hashlib.sha256(b"weights").hexdigest()
    assert store.path(sha256) == tmp_path / "artifacts" / sha256[:2] / f"{sha256}.keras"
    assert store.read_bytes(sha256) == b"weights"


def test_putting_a_file_leaves_the_original_where_it_is(store, tmp_path):
    mine = tmp_path / "mine.keras"
    mine.write_bytes(b"x" * 3_000_000)
    sha256 = store.put_file(mine, ".keras")
    assert store.size(sha256) == store.size(sha256, ".keras") == 3_000_000
    assert mine.exists()


def test_an_interrupted_write_leaves_no_artifact(store, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.put_bytes(b"weights", ".keras")
    assert not [path for path in store.folder.rglob("*") if path.is_file()]


def test_a_changed_byte_is_noticed_and_putting_again_mends_it(store):
    sha256 = store.put_bytes(b"weights", ".keras")
    store.path(sha256).write_bytes(b"weighty")
    with pytest.raises(MissingArtifact, match="damaged"):
        store.read_bytes(sha256)
    store.put_bytes(b"weights", ".keras")
    assert store.read_bytes(sha256) == b"weights"


def test_somebody_who_reads_a_file_is_not_disturbed_when_it_is_put_again(store):
    sha256 = store.put_bytes(b"weights", ".keras")
    with store.path(sha256).open("rb") as reader:
        store.put_bytes(b"weights", ".keras")
        assert os.fstat(reader.fileno()).st_ino != store.path(sha256).stat().st_ino


def test_a_missing_file_is_one_line_that_says_what_to_do(store):
    with pytest.raises(MissingArtifact, match="core resume RUN") as caught:
        store.path("ab" * 32)
    assert "\n" not in str(caught.value)
    assert store.size("ab" * 32) is None
    assert store.delete("ab" * 32) == 0


def test_a_name_cannot_leave_the_store(store):
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        store.path("../../etc/passwd")
    with pytest.raises(ValueError, match="suffix"):
        store.put_bytes(b"", "/../x")


def test_sweep_removes_only_what_dead_processes_left(store):
    kept = store.put_bytes(b"weights", ".keras")
    stale, fresh = store.folder / ".a.partial", store.folder / ".b.partial"
    stale.write_bytes(b"half")
    fresh.write_bytes(b"half")
    long_ago = time.time() - 2 * module.PARTIAL_LIFETIME
    os.utime(stale, (long_ago, long_ago))
    assert store.sweep() == 1
    assert fresh.exists()
    assert store.read_bytes(kept) == b"weights"
