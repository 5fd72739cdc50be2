"""What the ledger hands out: frozen values, detached from the database."""

from dataclasses import dataclass
from typing import Any

from core.model.cell import Payload


@dataclass(frozen=True)
class Run:
    """One experiment and how far it is.

    Args:
        id: such as "r-k3v7qa".
        created: seconds since 1970, UTC.
        state: running, queued, failed, cancelled or done.
        counts: number of cells by state; states without cells are 0.
        seconds: computing time of its cells, shared ones included.
        started: when its first cell started, None before.
        finished: when its last cell ended, None while any is queued or running.
        time_limit: seconds that it may go on from its first step, None without a limit.
        time_is_over: whether the limit has stopped it.
    """

    id: str
    name: str
    created: float
    spec: dict[str, Any]
    provenance: dict[str, Any]
    state: str
    counts: dict[str, int]
    seconds: float
    started: float | None
    finished: float | None
    time_limit: float | None = None
    time_is_over: bool = False

    @property
    def cells(self) -> int:
        """Number of cells."""
        return sum(self.counts.values())

    @property
    def active(self) -> bool:
        """Whether cells are running or waiting for a worker."""
        return self.state in ("running", "queued")


@dataclass(frozen=True)
class CellRow:
    """One cell of a run.

    Args:
        progress: `{"done", "total", "message", ...}` as last reported, or None.
        error: one line, None unless it failed or waits for another attempt after a failure.
        log: path of the file with the libraries' output and tracebacks, None before it started.
        artifacts: SHA-256 by role.
        seconds: computing time of the attempt that succeeded.
    """

    key: str
    kind: str
    label: str
    payload: Payload
    state: str
    progress: dict[str, Any] | None
    error: str | None
    log: str | None
    seconds: float | None
    started: float | None
    finished: float | None
    work: float
    parents: tuple[str, ...]
    artifacts: dict[str, str]
    metrics: dict[str, Any]
    attempt: int
    failures: int
    cancel_requested: bool


@dataclass(frozen=True)
class Claim:
    """The right to run one attempt of a cell until its lease ends.

    Args:
        parents: output (`artifacts`, `metrics`) of each parent, by key.
    """

    key: str
    attempt: int
    owner: str
    kind: str
    label: str
    payload: Payload
    parents: dict[str, dict[str, Any]]
    log: str


@dataclass(frozen=True)
class Deleted:
    """What `Ledger.delete` removed, and what stayed because other runs use it.

    Args:
        shared_with: ids of the runs that use the cells that stayed.
        bytes_freed: size of the removed artifacts.
    """

    run: str
    cells_removed: int
    cells_kept: int
    artifacts_removed: int
    artifacts_kept: int
    bytes_freed: int
    shared_with: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """A file that was made of a run.

    Args:
        sha256: of its bytes. format: its ending, such as "html".
        content_sha256: of the results in it; renderer: the version that made it.
        head, length: of the chain of reviews then. created: seconds since 1970, UTC.
    """

    run: str
    sha256: str
    format: str
    content_sha256: str
    renderer: str
    head: str
    length: int
    created: float
