"""Where everything that is not in git lives. Standard library only: every process imports this."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("artifacts", "logs", "logs/cells", "reports")


def home(path: Path | str | None = None) -> Path:
    """The workspace folder, made when absent.

    Args:
        path: a folder to use instead of $THERMOCLINE_HOME, which itself goes before
            `workspace/` at the root of the repository.

    Returns:
        An absolute path that holds `artifacts/`, `logs/cells/` and `reports/`.
    """
    chosen = Path(path or os.environ.get("THERMOCLINE_HOME") or REPOSITORY / "workspace")
    chosen = chosen.expanduser().resolve()
    for folder in FOLDERS:
        (chosen / folder).mkdir(parents=True, exist_ok=True)
    return chosen


def cell_log(home: Path, key: str) -> Path:
    """The file that collects what the libraries print while the cell `key` runs."""
    return home / "logs" / "cells" / f"{key}.log"
