"""The app in a real browser: one click to a first report, and nothing is lost on the way."""

import hashlib
import io
import json
import re
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.model.cell import Cell
from core.store.ledger import Ledger
from tests.browser.actions import SECONDS, choose, heading, shown
from tests.browser.server import CHROMIUM, App, until

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no system Chromium: install the package `chromium`"
)


@pytest.fixture(scope="module")
def ledger(app):
    ledger = Ledger(app.home)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def first_run(app, browser):
    """The run that the one button of an empty workspace starts; it may still be running."""
    page = browser.new_page()
    page.goto(app.url)
    page.get_by_role("button", name="Run the first experiment").click(timeout=SECONDS)
    page.wait_for_url(re.compile(r"run=r-"))
    run = re.search(r"run=(r-\w+)", page.url).group(1)
    page.close()
    return run


@pytest.fixture(scope="module")
def finished(first_run, ledger):
    until(lambda: not ledger.run(first_run).active)
    assert ledger.run(first_run).state == "done"
    return first_run


def test_reload_stop_and_resume_lose_nothing(app, page, first_run, ledger):
    page.goto(f"{app.url}/run?run={first_run}")
    heading(page, "Running,")
    page.reload()
    heading(page, "Running,")
    expect(page.get_by_text(re.compile("of 3 networks trained, .* of 6 attacks"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Resume").click(timeout=SECONDS)
    until(lambda: ledger.run(first_run).active)


def test_a_killed_server_leaves_the_run_alone(app, page, first_run, ledger):
    assert ledger.run(first_run).active
    app.kill()
    until(lambda: not ledger.run(first_run).active)
    assert ledger.run(first_run).state == "done"
    app.start()
    page.goto(app.url)
    page.get_by_role("link", name="digits").click(timeout=SECONDS)
    heading(page, "Training at T")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_the_servers_process_holds_no_keras(app, finished):
    assert "tensorflow" not in app.modules()
    assert "libcuda" not in app.modules()


def test_a_link_opens_the_same_section_elsewhere(app, page, finished):
    page.goto(f"{app.url}/run?run={finished}&section=Samples")
    heading(page, "Attacked samples")
    expect(page.get_by_alt_text("Difference").first).to_be_visible()


def test_figures_follow_a_theme_that_changes_while_they_are_read(app, browser, finished):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{app.url}/run?run={finished}")
    written = page.locator(".js-plotly-plot .main-svg text").first
    expect(written).to_have_css("fill", "rgb(14, 17, 23)")
    page.emulate_media(color_scheme="dark")
    expect(written).to_have_css("fill", "rgb(238, 241, 245)")
    context.close()


def test_downloads_hold_the_run(app, page, finished, tmp_path):
    page.goto(f"{app.url}/run?run={finished}")
    page.get_by_role("button", name="Download").click()
    for ending in ("html", "json", "zip", "csv", "parquet", "yaml"):
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile(rf"[^w]\s\(\.{ending}\)$")).click()
        assert download.value.suggested_filename == f"{finished}.{ending}"
        saved = tmp_path / ending
        download.value.save_as(saved)
        check_download(ending, saved.read_bytes(), finished)


def check_download(ending, content, run):
    if ending == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert json.loads(archive.read("results.json"))["run"] == run
    elif ending == "json":
        assert json.loads(content)["run"] == run
    elif ending == "parquet":
        rows = pd.read_parquet(io.BytesIO(content))
        assert len(rows) == 6 * 50 * 9
        assert set(rows["attack"]) == {"jsma-f", "jsma-logf"}
    elif ending == "csv":
        assert len(content.splitlines()) == 1 + 6 * 50 * 9
    else:
        assert b"digits" in content


def test_a_network_is_downloaded_as_it_was_stored(app, page, finished, ledger, tmp_path):
    page.goto(f"{app.url}/run?run={finished}&section=Networks")
    with page.expect_download() as download:
        page.get_by_role("button", name=".keras)").first.click()
    saved = tmp_path / "network.keras"
    download.value.save_as(saved)
    assert zipfile.is_zipfile(saved)
    stored = {cell.artifacts.get("network") for cell in ledger.cells(finished)}
    assert hashlib.sha256(saved.read_bytes()).hexdigest() in stored


def test_a_clone_under_another_name_is_known_already_and_compares(app, page, finished, ledger):
    page.goto(f"{app.url}/launch?from={finished}")
    name = shown(page, "Name of the run")
    expect(name).to_have_value("digits (copy)")
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()
    name.fill("the same again")
    name.press("Enter")
    expect(page.get_by_text("are known already")).to_be_visible()
    page.wait_for_url(re.compile("draft="))
    page.reload()
    expect(shown(page, "Name of the run")).to_have_value("the same again")
    expect(page.get_by_text("are known already")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    heading(page, "Training at T")
    clone = ledger.run("latest")
    assert (clone.name, clone.state) == ("the same again", "done")
    page.goto(f"{app.url}/compare?runs={finished},{clone.id}")
    heading(page, "Compare runs")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.get_by_text("What differs in the set-up")).to_be_visible()


def more(page, app, run, item):
    page.goto(f"{app.url}/run?run={run}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name=item).or_(page.get_by_role("option", name=item)).click()


def test_a_run_is_renamed_and_deleted_and_what_others_use_stays(app, page, finished, ledger):
    clone = ledger.submit(
        "a copy",
        ledger.run(finished).spec,
        ledger.run(finished).provenance,
        [cell_of(row) for row in ledger.cells(finished)],
    )
    more(page, app, clone, "Rename")
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("a better name")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_text("a better name")).to_be_visible()
    assert ledger.run(clone).name == "a better name"
    more(page, app, clone, "Delete")
    expect(page.get_by_text("that no other run uses")).to_be_visible()
    page.get_by_role("button", name="Delete for good").click()
    heading(page, "Runs")
    expect(page.get_by_text("kept for other runs")).to_be_visible()
    assert [run.id for run in ledger.runs(search="a better name")] == []
    assert ledger.run(finished).counts["done"] == 15


def cell_of(row):
    """A stored cell as it was planned."""
    return Cell(row.key, row.label, row.payload, row.parents, 0, row.work)


def test_another_attack_is_added_to_a_finished_run_without_training(app, page, finished, ledger):
    page.goto(f"{app.url}/run?run={finished}")
    page.get_by_role("button", name="Add an attack").click()
    choose(page, "Attacks that did not run yet", "jsma-z")
    page.get_by_text("nothing is trained").click()
    page.get_by_role("button", name="Attack", exact=True).click()
    until(lambda: ledger.run(finished).cells == 21)
    until(lambda: not ledger.run(finished).active)
    assert ledger.run(finished).state == "done"
    heading(page, "Training at T")


def test_a_time_limit_holds_with_the_page_closed(app, page, finished, ledger):
    page.goto(f"{app.url}/launch")
    page.get_by_label("Start from").click()
    page.get_by_role("option", name=re.compile("^digits")).click()
    expect(shown(page, "Name of the run")).to_have_value("digits")
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()
    seeds = shown(page, "Seeds")
    seeds.fill("7, 8, 9")
    seeds.press("Enter")
    expect(page.get_by_text("45 steps")).to_be_visible()
    limit = page.locator(".st-key-limit input")
    limit.fill("0.1")
    limit.press("Enter")
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url(re.compile(r"run=r-"))
    run = re.search(r"run=(r-\w+)", page.url).group(1)
    page.goto("about:blank")
    until(lambda: not ledger.run(run).active)
    assert ledger.run(run).time_is_over
    page.goto(f"{app.url}/run?run={run}")
    expect(page.get_by_text("The time limit was reached")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_a_shared_address_is_for_reading_unless_launching_is_allowed(app, page, finished):
    for allowed in ("", "1"):
        shared = App(app.home, ALLOW_LAUNCH=allowed, BASE_URL="https://lab.example/thermocline")
        shared.start("--server.address", "0.0.0.0")
        try:
            page.goto(f"{shared.url}/run?run={finished}")
            heading(page, "Training at T")
            expect(page.get_by_role("button", name="Add an attack")).to_have_count(
                int(bool(allowed))
            )
            expect(page.get_by_role("button", name="More")).to_have_count(int(bool(allowed)))
            page.get_by_role("button", name="Copy link").click()
            link = f"https://lab.example/thermocline/run?run={finished}"
            expect(page.get_by_text(link)).to_be_visible()
        finally:
            shared.kill()
