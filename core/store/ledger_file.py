"""The file of the ledger: opened, checked, closed. What is done with it is for its heirs."""

from __future__ import annotations

from pathlib import Path

from core.store import workspace
from core.store.artifacts import ArtifactStore
from core.store.database import Database


class LedgerFile:
    """The database and the artifacts of one workspace."""

    def __init__(self, home: Path | str | None = None):
        self.home = workspace.home(home)
        self.artifacts = ArtifactStore(self.home)
        self._database = Database(self.home / "ledger.db")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def check(self) -> None:
        """Read the whole file; seconds on a large ledger. UserError when it is damaged."""
        self._database.check()
