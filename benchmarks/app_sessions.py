"""The app under load: 20 sessions at once on a finished run, without a browser, and one with.

Each session is a websocket client that speaks Streamlit's own messages: connect, ask for the
page, read until the script has finished. A real browser opens the same run beside them. Before
that: the first paint of an empty workspace, and the list of 1,000 runs with 100,000 steps. Run it
with nothing else running; goals for 2 cores stand in the table.
"""

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import websockets
from playwright.async_api import async_playwright
from sqlalchemy import insert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.printing import table
from core.execution import launch
from core.planning import prepare
from core.spec import spec_files
from core.spec.spec import parse
from core.store.ledger import Ledger
from core.store.schema import Experiment, ExperimentCell, Headline, StoredCell
from reports.views.parts.report import headlines

ROOT = Path(__file__).parents[1]
RUNS, CELLS = 1_000, 100
PATIENCE = 60.0
MIB = 2**20


class Server:
    """The app on a port of its own."""

    def __init__(self, home: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [*(sys.executable, "-m", "streamlit", "run", "app.py"), f"--server.port={self.port}"],
            cwd=ROOT,
            env={**os.environ, "THERMOCLINE_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise RuntimeError("the app did not start; `make app` shows why")
            time.sleep(0.05)
        self.start_seconds = time.perf_counter() - started

    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    server = Server(home)
    try:
        yield server
    finally:
        server.stop()


async def session(server: Server, page: str, query: str) -> tuple[float, str | None]:
    """Open a page as a browser's script would.

    Returns: seconds from connecting to the end of the script, and what went wrong, if anything.
    """
    started = time.perf_counter()
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    try:
        async with asyncio.timeout(PATIENCE):
            async with websockets.connect(
                address, subprotocols=["streamlit"], max_size=None
            ) as socket_:
                await socket_.send(asked.SerializeToString())
                error = await _until_finished(socket_)
    except (TimeoutError, OSError, websockets.WebSocketException) as wrong:
        error = f"{type(wrong).__name__}: {wrong}"
    return time.perf_counter() - started, error


async def _until_finished(socket_) -> str | None:
    error, elements = None, 0
    async for message in socket_:
        told = ForwardMsg()
        told.ParseFromString(message)
        kind = told.WhichOneof("type")
        if kind == "delta":
            elements += 1
            if told.delta.new_element.WhichOneof("type") == "exception":
                error = told.delta.new_element.exception.message
        elif kind == "script_finished":
            if told.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                return f"the script ended with {told.script_finished}"
            return error or (None if elements > 5 else "the page is empty")
    return error or "the connection was closed"


async def in_browser(server: Server, path: str, chart: bool) -> float:
    """Seconds until a browser shows the page's heading and, if asked for, its first figure."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        started = time.perf_counter()
        await page.goto(f"{server.url}/{path}")
        await page.locator("h1").first.wait_for(timeout=1000 * PATIENCE)
        if chart:
            await page.locator(".js-plotly-plot").first.wait_for(timeout=1000 * PATIENCE)
        seconds = time.perf_counter() - started
        await browser.close()
    return seconds


async def together(server: Server, run: str, sessions: int) -> tuple[list, float]:
    """All sessions at once, and the browser beside them."""
    browsing = asyncio.create_task(in_browser(server, f"run?run={run}", chart=True))
    await asyncio.sleep(0.5)  # Chromium itself takes so long to start
    found = await asyncio.gather(*(session(server, "run", f"run={run}") for _ in range(sessions)))
    return list(found), await browsing


def finished_run(home: Path, preset: str) -> str:
    """A run of a preset, computed here; its id."""
    ledger = Ledger(home)
    run = prepare.submit(prepare.prepare(parse(spec_files.preset(preset), preset), ledger), ledger)
    launch.ensure_worker(home)
    while ledger.run(run).active:
        time.sleep(0.5)
    launch.stop_worker(home)
    return run


def many_runs(home: Path) -> None:
    """A thousand finished runs whose headlines are known."""
    ledger = Ledger(home)
    runs = [
        {
            "id": f"r-{number:06}",
            "name": f"run {number}",
            "created": 1.7e9 + number,
            "spec": {},
            "provenance": {},
        }
        for number in range(RUNS)
    ]
    cell = {"kind": "train", "label": "cell", "payload": {}, "work": 1.0, "turn": 0.0}
    cell |= {"priority": 0, "position": 0, "created": 0.0, "seconds": 1.0, "state": "done"}
    cells = [{**cell, "key": f"{number:064}"} for number in range(RUNS * CELLS)]
    wants = [
        {"run": f"r-{number // CELLS:06}", "key": f"{number:064}", "position": number % CELLS}
        for number in range(RUNS * CELLS)
    ]
    with ledger._database.write() as writing:
        for kind, rows in ((Experiment, runs), (StoredCell, cells), (ExperimentCell, wants)):
            writing.execute(insert(kind), rows)
    known = [
        {"run": run.id, "stamp": headlines.stamp(run), "text": f"{run.name} found nothing."}
        for run in ledger.runs(limit=None)
    ]
    with ledger._database.write() as writing:
        writing.execute(insert(Headline), known)


def row(what: str, measured: str, goal: str) -> dict:
    return {"what": what, "measured": measured, "goal": goal}


def measure(folder: Path, preset: str, sessions: int) -> list[dict]:
    rows = []
    with serving(folder / "empty") as server:
        paint = asyncio.run(in_browser(server, "", chart=False))
        rows.append(row("server answers after its start", f"{server.start_seconds:.1f} s", ""))
        rows.append(row("first paint, empty workspace, browser", f"{paint:.1f} s", "3 s"))
    many_runs(folder / "many")
    with serving(folder / "many") as server:
        asyncio.run(session(server, "", ""))  # the first session pays for imports
        for query, name in (("", "newest"), ("page=50", "last page"), ("state=failed", "failed")):
            seconds, error = asyncio.run(session(server, "", query))
            told = f"{seconds:.2f} s" + (f" ({error})" if error else "")
            rows.append(row(f"1,000 runs, 100,000 steps: {name}", told, "1 s"))
    run = finished_run(folder / "run", preset)
    with serving(folder / "run") as server:
        asyncio.run(session(server, "run", f"run={run}"))
        found, browsed = asyncio.run(together(server, run, sessions))
        times = [seconds for seconds, _ in found]
        errors = [error for _, error in found if error]
        for name, share, goal in (("p50", 50, ""), ("p95", 95, "5 s"), ("max", 100, "")):
            told = f"{np.percentile(times, share):.2f} s"
            rows.append(row(f"{sessions} sessions on one run ({preset}): {name}", told, goal))
        rows.append(row("errors", str(len(errors)) + "".join(f"; {e}" for e in errors[:3]), "0"))
        rows.append(row("a browser beside them", f"{browsed:.1f} s", "8 s"))
        rows.append(row("memory of the app", f"{server.memory() / MIB:.0f} MiB", "400 MB"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="digits", choices=spec_files.preset_names())
    parser.add_argument("--sessions", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        print(table(measure(Path(folder), arguments.preset, arguments.sessions)))


if __name__ == "__main__":
    main()
