"""What a worker and its child say to each other: one JSON object a line. Imports nothing heavy.

Worker to child, over its standard input: `{"cell": {...}}`, `{"cancel": key}`; end of file means
that the worker is gone. Child to worker, over a pipe of its own: `{"type": ...}` with type
progress, done, failed or cancelled, always with the cell's `key`.
"""

import errno
import json
from typing import Any

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def encode(message: dict[str, Any]) -> bytes:
    """One line; numpy numbers become plain ones."""
    return json.dumps(message, default=_plain).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The object of one line."""
    return json.loads(line)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an exception, or what caused it, says that the disk is full.

    Libraries that write through C (HDF5, Arrow) lose the error number and keep the words.
    """
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            return True
        if "No space left on device" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be told to another process")
