import sqlite3
import subprocess
import sys
import threading

import pytest
from sqlalchemy import text

from core.errors import UserError
from core.store.database import Database, DiskFull
from core.store.ledger import Ledger
from core.store.workspace import REPOSITORY
from tests.store.cell_factory import cell


def refusal(home):
    """The one line that opening the ledger gives."""
    before = (home / "ledger.db").read_bytes()
    with pytest.raises(UserError) as caught:
        Ledger(home)
    assert (home / "ledger.db").read_bytes() == before
    line = str(caught.value)
    assert "\n" not in line
    assert str(home / "ledger.db") in line
    assert "move the file away" in line
    return line


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    (tmp_path / "ledger.db").write_bytes(b"not a database at all" * 500)
    assert "damaged" in refusal(tmp_path)


def test_a_damaged_page_is_refused_with_one_line(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.submit("run", {}, {}, [cell(str(n)) for n in range(300)])
    ledger.close()
    path = tmp_path / "ledger.db"
    data = bytearray(path.read_bytes())
    rear = len(data) * 3 // 4 // 4096 * 4096  # behind the schema, so that opening succeeds
    data[rear:] = b"\xa5" * (len(data) - rear)
    path.write_bytes(data)
    ledger = Ledger(tmp_path)
    with pytest.raises(UserError, match="damaged"):
        ledger.check()
    with pytest.raises(UserError, match="damaged"):
        ledger.cells("latest")


def test_a_newer_schema_is_refused(tmp_path):
    Ledger(tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "newer" in refusal(tmp_path)


def test_a_ledger_of_the_first_schema_gets_the_tables_it_lacks(tmp_path):
    ledger = Ledger(tmp_path)
    run = ledger.submit("run", {}, {}, [cell("network")])
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        for table in ("headlines", "speeds", "time_limits"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    ledger = Ledger(tmp_path)
    ledger.limit(run, 60)
    assert ledger.run(run).time_limit == 60
    assert ledger.speeds() == {}


def test_somebody_elses_database_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    assert "not a ledger" in refusal(tmp_path)


def test_the_ledger_survives_power_cuts_and_waits_for_locks(tmp_path):
    database = Database(tmp_path / "ledger.db")
    with database.write() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_write_that_first_reads_waits_for_another_writer(tmp_path):
    """Without BEGIN IMMEDIATE the second writer fails at once with "database is locked"."""
    ledger = Ledger(tmp_path)
    barrier = threading.Barrier(4)
    failures = []

    def submit(number):
        try:
            barrier.wait()
            for n in range(10):
                ledger.submit(f"{number}-{n}", {}, {}, [cell(f"{number}-{n}")])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ledger.count_runs() == 40


def test_a_full_disk_is_one_line_that_names_the_folder(tmp_path):
    database = Database(tmp_path / "ledger.db")

    def fill():
        with database.write() as session:
            session.execute(text("PRAGMA max_page_count = 1"))
            session.execute(text("CREATE TABLE filler (content BLOB)"))
            session.execute(text("INSERT INTO filler VALUES (zeroblob(10000000))"))

    with pytest.raises(DiskFull, match="no space left") as caught:
        fill()
    assert str(tmp_path) in str(caught.value)


def test_processes_may_open_a_fresh_workspace_at_once(tmp_path):
    code = f"from core.store.ledger import Ledger; Ledger({str(tmp_path)!r}).runs()"
    opened = [
        subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in opened:
        assert process.communicate()[1] == b""
        assert process.returncode == 0
