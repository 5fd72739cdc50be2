"""`make screenshots`: every page and state, 1280 and 390 pixels, light and dark, as PNG files.

Runs are filled in by hand (tests/views/filled.py), so nothing is trained; the pictures show the
app, not findings. `--only TEXT` takes the names that hold TEXT.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core import seal
from core.execution.launch import take_lock
from core.results import collecting as run_results
from core.reviews import entries
from core.store import workspace
from core.store.ledger import Ledger
from core.store.schema import Experiment as Stored
from tests.browser.server import CHROMIUM, App
from tests.views import filled

WIDTHS = (1280, 390)
GROUNDS = ("light", "dark")
SETTLE_MS = 1_500  # figures and tables draw themselves after the script has finished
TALLEST = 4_000
STILL = """() => document.querySelector('[data-test-script-state=notRunning]')
  && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton], [data-stale=true]')
  && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(
    chart => chart.querySelector('.main-svg'))"""


def fill(home: Path) -> dict[str, str]:
    """One run of every state; the address of each picture by name."""
    ledger = Ledger(home)
    done = filled.submit(ledger, filled.experiment("digits, distilled"))
    filled.work(ledger)
    longer = filled.submit(ledger, filled.experiment("digits, another seed", seeds=[1]))
    filled.work(ledger)
    failed = filled.submit(ledger, filled.experiment("digits, learning rate 100", seeds=[2]))
    filled.work(ledger, fail="distillation")
    for cell in ledger.cells(failed):
        if cell.state == "failed" and cell.failures:
            log = ledger.home / "logs" / "cells" / f"{cell.key}.log"
            log.write_text("Epoch 1/20\nloss: nan\nValueError: the loss is not a number\n")
    older = filled.submit(ledger, filled.experiment("from last year", seeds=[3]))
    filled.work(ledger)
    with ledger._database.write() as session:
        session.get_one(Stored, older).provenance = {"versions": {"keras": "3.9"}}
    stopped = filled.submit(ledger, filled.experiment("stopped by its limit", seeds=[4]))
    ledger.limit(stopped, 1e-9)
    claim = filled.work(ledger, cells=3)
    ledger.enforce_limits()
    ledger.enforce_limits()
    ledger.release(claim)
    running = filled.submit(ledger, filled.experiment("digits, five seeds", seeds=[5, 6]))
    claim = filled.work(ledger, cells=3)
    curve = [[e / 4, 2.3 * 0.8**e + 0.05, 1 - 0.9 * 0.8**e] for e in range(1, 40)]
    told = {"done": 9.75, "total": 20, "message": "training", "loss": 0.05, "accuracy": 0.98}
    ledger.progress(claim, {**told, "seconds": 1.1, "history": curve})
    review(ledger, longer)
    ledger.close()
    return {
        "runs": "",
        "runs-nothing-found": "?q=nothing+like+it",
        "launch": "launch",
        "launch-clone": f"launch?from={done}",
        "run-running": f"run?run={running}",
        **{
            f"run-done-{section.lower()}": f"run?run={done}&section={section}"
            for section in ("Report", "Samples", "Numbers", "Networks", "Steps", "Set-up")
        },
        "run-failed": f"run?run={failed}",
        "run-time-limit": f"run?run={stopped}",
        "run-older-version": f"run?run={older}",
        "run-unknown": "run?run=r-nowhere",
        "review-empty": f"review?run={done}",
        "review": f"review?run={longer}",
        "review-running": f"review?run={running}",
        "compare": f"compare?runs={done},{longer}",
        "compare-nothing-chosen": "compare",
    }


def review(ledger: Ledger, run: str) -> None:
    """Every kind of record: open and resolved comments, valid, replaced and stale sign-offs."""
    now = seal.content_sha256(run_results.load(run, ledger.home)[0].as_json())
    by = seal.renderer()
    for said in (
        entries.comment("Ada Lovelace", "verdicts", "Why 50 %, and not 20 %?\nBoth, please."),
        entries.reply("Bob", 1, "It is the default; nobody set it for this run."),
        entries.comment("Cy", "gallery", "<script>alert(1)</script> " + "a very long word" * 30),
        entries.comment("Cy", "checks", "What does the third check mean?"),
        entries.resolve("Ada Lovelace", 4),
        entries.sign_off("Eve", "product", "changes requested", "Say what it costs.", "e" * 64, by),
        entries.sign_off("Ada Lovelace", "ML reviewer", "rejected", "Too few samples.", now, by),
        entries.sign_off("Ada Lovelace", "ML reviewer", "approved", "I stand corrected.", now, by),
        entries.sign_off("Bob", "security", "rejected", "No ensemble was attacked.", now, by),
        entries.publish("Ada Lovelace", now, by),
    ):
        ledger.review(run, said)


def settled(page: Page, wait_ms: int = SETTLE_MS) -> None:
    """Wait until the page has been drawn whole."""
    page.locator("h1").first.wait_for(timeout=60_000)
    page.locator("[data-testid=stStatusWidget]").wait_for(state="detached", timeout=60_000)
    page.wait_for_timeout(wait_ms)
    page.wait_for_function(STILL, timeout=60_000)


def picture(page: Page, url: str, width: int, file: Path, button: str | None = None) -> None:
    """The whole page as one picture, as tall as what stands on it."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    settled(page)
    page.wait_for_timeout(SETTLE_MS // 2)
    if button:
        page.get_by_role("button", name=button).first.click()
        page.wait_for_timeout(SETTLE_MS // 2)
    else:
        inside = "document.querySelector('[data-testid=stMain]').scrollHeight"
        height = min(TALLEST, max(700, page.evaluate(inside)))
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(SETTLE_MS)
        page.wait_for_function(STILL, timeout=60_000)
    page.screenshot(path=file)


def every(browser, app: App, addresses: dict[str, str], folder: Path) -> None:
    for ground in GROUNDS:
        page = browser.new_page(color_scheme=ground)
        for name, query in addresses.items():
            query, _, button = query.partition(" > ")
            for width in WIDTHS:
                file = folder / f"{name}-{width}-{ground}.png"
                picture(page, f"{app.url}/{query}", width, file, button or None)
                print(file, flush=True)
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    if CHROMIUM is None:
        parser.error("no system Chromium: install the package `chromium`")
    folder = arguments.out or workspace.home() / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def wanted(addresses: dict[str, str]) -> dict[str, str]:
        return {name: one for name, one in addresses.items() if arguments.only in name}

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        empty = {"runs-empty": "", "run-without-runs": "run", "compare-without-runs": "compare"}
        for home, addresses in ((Path(place) / "empty", empty), (Path(place) / "full", None)):
            workspace.home(home)
            if addresses is None:
                addresses = fill(home)
                done = addresses["run-done-report"].partition("&")[0]
                for name, button in (
                    ("download", "Download"),
                    ("link", "Copy link"),
                    ("attack", "Add an attack"),
                    ("more", "More"),
                ):
                    addresses[f"menu-{name}"] = f"{done} > {button}"
            app = App(home)
            app.start()
            try:
                # As if a worker lived: without one the running page shows only its banner.
                with take_lock(home):
                    every(browser, app, wanted(addresses), folder)
                if home.name == "full":
                    waiting = {"run-no-worker": addresses["run-running"]}
                    every(browser, app, wanted(waiting), folder)
            finally:
                app.kill()
        browser.close()


if __name__ == "__main__":
    main()
