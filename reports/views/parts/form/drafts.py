"""What stands on the launch page, kept in the workspace: a reload of the page loses nothing.

The address holds the draft's random name; whoever may launch and knows it sees the draft.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from reports.views.parts.form.values import FormValues

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16}")
KEPT_SECONDS = 30 * 24 * 3600


class Draft(BaseModel):
    """Everything that somebody may have typed on the page. Args: mode: as form or as YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: str
    form: FormValues
    yaml: str


def token() -> str:
    """The name of a new draft."""
    return secrets.token_urlsafe(12)


def keep(home: Path, name: str, draft: Draft) -> None:
    """Write a draft; those of more than 30 days ago go."""
    folder = Path(home) / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{os.getpid()}-{name}.part"
    part.write_text(draft.model_dump_json(), encoding="utf-8")
    part.replace(folder / f"{name}.json")
    for old in folder.glob("*.json"):
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)


def kept(home: Path, name: str) -> Draft | None:
    """A draft by its name from an address; None where there is none that this version reads."""
    if not _TOKEN.fullmatch(name):
        return None
    try:
        text = (Path(home) / "drafts" / f"{name}.json").read_text("utf-8")
        return Draft.model_validate_json(text)
    except (OSError, ValidationError, UnicodeDecodeError):
        return None
