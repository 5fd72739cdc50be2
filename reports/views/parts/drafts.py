"""What stands in the launch form, kept in the workspace: a reload of the page loses nothing.

The address holds the draft's random name; whoever may launch and knows it sees the draft.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16}")
KEPT_SECONDS = 30 * 24 * 3600


def token() -> str:
    """The name of a new draft."""
    return secrets.token_urlsafe(12)


def keep(home: Path, name: str, content: dict[str, Any]) -> None:
    """Write a draft; those of more than 30 days ago go."""
    folder = Path(home) / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{os.getpid()}-{name}.part"
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(folder / f"{name}.json")
    for old in folder.glob("*.json"):
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)


def kept(home: Path, name: str) -> dict[str, Any] | None:
    """A draft by its name from an address; None where there is none."""
    if not _TOKEN.fullmatch(name):
        return None
    try:
        return json.loads((Path(home) / "drafts" / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
