"""Reviews in the ledger: only added to, never forked; publishing freezes a run."""

import sqlite3
import threading

import pytest

from core.errors import UserError
from core.reviews import chain, entries
from core.store.ledger import Ledger
from tests.store.cell_factory import cell, do

CONTENT = "c" * 64


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


@pytest.fixture
def run(ledger):
    """A run whose only step is done."""
    wanted = cell("network")
    run = ledger.submit("run", {"criteria": []}, {}, [wanted])
    do(ledger, wanted)
    return run


def signed(ledger, run, verdict="approved"):
    return ledger.review(run, entries.sign_off("Ada", "security", verdict, "why", CONTENT, "r1"))


def statement(ledger, text):
    with sqlite3.connect(ledger.home / "ledger.db") as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(text)


def test_a_record_continues_the_chain_of_its_run(ledger, run):
    first = ledger.review(run, entries.comment("Ada", "verdicts", "Why?"))
    second = ledger.review(run, entries.reply("Bob", 1, "So."))
    assert (first["previous"], second["previous"]) == (run, first["sha256"])
    assert ledger.reviews(run) == chain.exported(run, [first, second])
    assert chain.fault(run, ledger.reviews(run)) == ""


def test_two_that_append_at_once_never_fork_the_chain(ledger, run):
    barrier = threading.Barrier(4)
    failures = []

    def speak(name):
        other = Ledger(ledger.home)
        try:
            barrier.wait()
            for n in range(10):
                other.review(run, entries.comment(name, "checks", f"{n}"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=speak, args=(f"person {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    reviews = ledger.reviews(run)
    assert reviews["length"] == 40
    assert chain.fault(run, reviews) == ""


@pytest.mark.parametrize("table", ["reviews", "exports"])
def test_the_database_itself_refuses_to_change_or_remove_a_record(ledger, run, table):
    signed(ledger, run)
    ledger.remember_export(run, "e" * 64, "html", CONTENT, "r1", ledger.reviews(run))
    for change in (f"UPDATE {table} SET run = run", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            statement(ledger, change)
    assert ledger.reviews(run)["length"] == 1
    assert len(ledger.exports(run)) == 1


def test_comments_and_exports_go_with_a_run_that_nobody_signed(ledger, run):
    ledger.review(run, entries.comment("Ada", "checks", "hm"))
    ledger.remember_export(run, "e" * 64, "html", CONTENT, "r1", ledger.reviews(run))
    ledger.delete(run)
    assert ledger.exported("e" * 64) == []
    again = ledger.submit("again", {}, {}, [cell("network")])
    assert ledger.reviews(again)["length"] == 0


def test_a_signed_run_is_not_deleted(ledger, run):
    signed(ledger, run, "rejected")
    with pytest.raises(UserError, match=r"sign-offs \(by Ada\).*clone"):
        ledger.delete(run)
    ledger.rename(run, "may still change")


def test_a_published_run_refuses_every_change_and_says_what_to_do(ledger, run):
    ledger.review(run, entries.publish("Ada", CONTENT, "r1"))
    for change in (
        lambda: ledger.rename(run, "other"),
        lambda: ledger.extend(run, {"criteria": []}, {}, [cell("more")]),
        lambda: ledger.resume(run),
        lambda: ledger.delete(run),
    ):
        with pytest.raises(UserError, match=r"is published and cannot be .*clone") as refused:
            change()
        assert "\n" not in str(refused.value)
    assert ledger.run(run).name == "run"
    assert ledger.run(run).cells == 1
    assert ledger.published([run, "r-other"]) == {run}


def test_a_published_run_can_still_be_discussed_and_signed_but_not_published_twice(ledger, run):
    ledger.review(run, entries.publish("Ada", CONTENT, "r1"))
    ledger.review(run, entries.comment("Bob", "checks", "late, but"))
    assert signed(ledger, run)["number"] == 3
    with pytest.raises(UserError, match="published already, by Ada"):
        ledger.review(run, entries.publish("Bob", CONTENT, "r1"))


def test_only_a_finished_run_is_published(ledger):
    run = ledger.submit("run", {}, {}, [cell("network")])
    with pytest.raises(UserError, match="is queued: only a run whose every step is done"):
        ledger.review(run, entries.publish("Ada", CONTENT, "r1"))


def test_an_export_is_known_by_its_bytes_and_noted_once(ledger, run):
    before = ledger.reviews(run)
    ledger.remember_export(run, "e" * 64, "html", CONTENT, "r1", before)
    signed(ledger, run)
    ledger.remember_export(run, "e" * 64, "html", CONTENT, "r1", before)
    ledger.remember_export(run, "f" * 64, "json", CONTENT, "r1", ledger.reviews(run))
    assert [(e.format, e.length) for e in ledger.exports(run)] == [("html", 0), ("json", 1)]
    assert [e.run for e in ledger.exported("f" * 64)] == [run]
    assert ledger.exported("0" * 64) == []


def test_criteria_are_locked_with_the_run(ledger):
    asked = {"criteria": [{"metric": "rho", "at_least": 0.1}]}
    run = ledger.submit("run", asked, {}, [cell("network")])
    with pytest.raises(UserError, match=r"criteria are locked.*clone"):
        ledger.extend(run, {"criteria": []}, {}, [])
    assert ledger.extend(run, asked, {"data": 1}, []) == run
    assert "criteria_changed" not in ledger.run(run).provenance


def test_a_run_that_asks_for_something_else_after_the_results_is_marked_for_good(ledger):
    attack = cell("attack", kind="attack")
    strict = {"criteria": [{"metric": "rho", "at_least": 0.1, "set_by": "default"}]}
    lax = {"criteria": [{"metric": "rho", "at_least": 0.01, "set_by": "default"}]}
    first = ledger.submit("first", strict, {}, [attack])
    early = ledger.submit("early", lax, {}, [attack])
    assert "criteria_changed" not in ledger.run(early).provenance  # nothing was known yet
    do(ledger, attack)
    ledger.delete(early)
    late = ledger.submit("late", lax, {}, [attack])
    mark = ledger.run(late).provenance["criteria_changed"]
    assert [(m["run"], m["finished"]) for m in mark] == [(first, 1)]
    assert (mark[0]["before"], mark[0]["now"]) == (strict["criteria"], lax["criteria"])
    ledger.delete(first)
    ledger.extend(late, lax, {"data": "new"}, [cell("more", kind="attack")])
    assert ledger.run(late).provenance == {"data": "new", "criteria_changed": mark}


def test_training_alone_tells_no_results(ledger, run):
    later = ledger.submit("later", {"criteria": [{"metric": "rho"}]}, {}, [cell("network")])
    assert "criteria_changed" not in ledger.run(later).provenance


def test_a_ledger_of_the_second_schema_gets_reviews_and_their_guard(ledger, run):
    ledger.close()
    with sqlite3.connect(ledger.home / "ledger.db") as connection:
        for table in ("reviews", "exports"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    upgraded = Ledger(ledger.home)
    signed(upgraded, run)
    assert upgraded.reviews(run)["length"] == 1
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        statement(upgraded, "DELETE FROM reviews")
