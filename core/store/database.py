"""Opens the ledger's SQLite file and turns its errors into lines that a person can act on."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, CursorResult, Engine, Update, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.errors import UserError
from core.store.schema import SCHEMA_VERSION, TABLES_ADDED_SINCE, Base

BUSY_SECONDS = 30.0


class DiskFull(UserError):
    """Nothing more can be written where the workspace lives."""

    def __init__(self, folder: Path):
        super().__init__(
            f"no space left on the disk that holds {folder}: free some, then resume the run"
        )


class Database:
    """The ledger's file, made when absent and checked when opened.

    Raises:
        UserError: the file is damaged, foreign, written by a newer version or not writable. It is
            never deleted or overwritten.
    """

    def __init__(self, path: Path):
        self.path = path
        self._reading = _engine(path)
        self._writing = self._reading.execution_options(immediate=True)
        with self._translated():
            self._prepare()

    @contextmanager
    def read(self) -> Generator[Session, None, None]:
        """A session that sees one consistent moment of the ledger."""
        with self._translated(), Session(self._reading) as session:
            yield session

    @contextmanager
    def write(self) -> Generator[Session, None, None]:
        """A session that holds the write lock from its first statement to its commit."""
        with self._translated(), Session(self._writing) as session, session.begin():
            yield session

    def check(self) -> None:
        """Read every page of the file; seconds on a large ledger.

        Raises:
            UserError: when one is damaged.
        """
        with self.read() as session:
            if session.execute(text("PRAGMA quick_check")).scalars().first() != "ok":
                raise UserError(self._damaged())

    def close(self) -> None:
        """Let go of the file."""
        self._reading.dispose()

    def _prepare(self) -> None:
        with self._reading.connect() as connection:
            if self._version(connection) == SCHEMA_VERSION:
                return
        # Two processes may meet a fresh workspace at once, and SQLite's switch to WAL does not
        # wait for locks: a lock of our own lets one of them go first.
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self._reading.connect() as connection:
                if self._version(connection) == SCHEMA_VERSION:
                    return
                connection.rollback()
                connection.connection.execute("PRAGMA journal_mode = WAL")
            with self._writing.begin() as connection:
                Base.metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self, connection: Connection) -> int:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        if version > SCHEMA_VERSION:
            raise UserError(
                f"{self.path} was written by a newer Thermocline (schema {version}, this one reads "
                f"{SCHEMA_VERSION}): update, or move the file away to start afresh"
            )
        if version not in (SCHEMA_VERSION, *TABLES_ADDED_SINCE) and tables:
            raise UserError(
                f"{self.path} is not a ledger of this Thermocline (schema {version}): "
                "restore a copy, or move the file away to start afresh"
            )
        return version

    def _damaged(self) -> str:
        return (
            f"{self.path} is damaged and cannot be read: restore a copy, or move the file away "
            "to start afresh (artifacts stay)"
        )

    @contextmanager
    def _translated(self) -> Generator[None, None, None]:
        try:
            yield
        except DatabaseError as error:
            message = str(error.orig)
            if "is full" in message:
                raise DiskFull(self.path.parent) from error
            if "malformed" in message or "not a database" in message:
                raise UserError(self._damaged()) from error
            if "locked" in message:
                raise UserError(
                    f"{self.path} has been locked by another process for {BUSY_SECONDS:.0f} s: "
                    "stop that process, then try again"
                ) from error
            if "unable to open" in message or "readonly" in message or "I/O error" in message:
                raise UserError(
                    f"{self.path} cannot be opened for writing ({message}): check the folder's "
                    "permissions, or point THERMOCLINE_HOME elsewhere"
                ) from error
            raise


def changed(session: Session, statement: Update) -> int:
    """Carry out an UPDATE and return the number of rows it changed."""
    unsynchronized = {"synchronize_session": False}  # objects loaded before are not used after
    result = session.execute(statement, execution_options=unsynchronized)
    return cast(CursorResult, result).rowcount


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection, record) -> None:
        # pysqlite must not open transactions by itself, or a transaction that reads before it
        # writes fails at once under WAL, whatever the busy timeout.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
