"""Whatever was done to the chain of reviews in an export shows."""

import itertools
import json

from core.reviews import chain, entries
from reports.files import exports, verification
from tests.reports.commands import call, render, sign
from tests.reports.typed import typed
from tests.views import filled


def tampered(path, change, out):
    """A copy whose chain was changed, and all that can be made to fit without the ledger."""
    results = json.loads(path.read_text("utf-8"))
    records = results["reviews"]["records"]
    change(records)
    results["reviews"] = chain.exported(results["run"], records)
    out.write_text(exports.results_json(typed(results)), encoding="utf-8")
    return out


def rechained(records, run):
    """Make every hash of a chain fit again."""
    made = ("number", "time", "identity", "previous", "sha256")
    said = [{k: v for k, v in r.items() if k not in made} for r in records]
    records.clear()
    for entry in said:
        records.append(chain.chained(entry, run, records, 0))


def test_a_changed_chain_shows_against_the_ledger(ledger, run, tmp_path, monkeypatch):
    for name in ("Ada", "Bob", "Eve"):
        ledger.review(run, entries.sign_off(name, "security", "approved", "", "a" * 64, "r"))
    path = render(run, tmp_path / "a.json")
    assert verification.verify(path)[0] == verification.MATCHES
    there = verification.held(run, None)  # read once: it is the same for every forgery
    monkeypatch.setattr(verification, "held", lambda *_: there)
    for place, act, rehash in itertools.product(
        range(3), ("alter", "delete", "reorder"), (False, True)
    ):

        def change(records, place=place, act=act, rehash=rehash):
            if act == "alter":
                records[place]["verdict"] = "rejected"
            elif act == "delete":
                del records[place]
            else:
                records[place], records[place - 1] = records[place - 1], records[place]
            if rehash:
                rechained(records, run)

        forged = tampered(path, change, tmp_path / "forged.json")
        assert verification.verify(forged)[0] == verification.ALTERED, (place, act, rehash)


def test_a_dropped_last_sign_off_shows_with_and_without_the_ledger(run, tmp_path, monkeypatch):
    for name in ("Ada", "Bob"):
        sign(run, name)
    path = render(run, tmp_path / "a.json")
    short = tampered(path, lambda records: records.pop(), tmp_path / "short.json")
    answer, reason = verification.verify(short)
    assert answer == verification.ALTERED
    assert "missing at the end" in reason
    monkeypatch.setenv("THERMOCLINE_HOME", str(tmp_path / "elsewhere"))
    assert verification.verify(short)[0] == verification.CONSISTENT
    answer, reason = verification.verify(short, against=path)
    assert answer == verification.ALTERED
    assert "lack the last 1 of those in a.json" in reason
    answer, reason = verification.verify(path, against=short)
    assert answer == verification.CONSISTENT
    assert "its chain continues that of short.json, 1 record was added" in reason


def test_a_chain_made_anew_by_the_owner_of_the_ledger_shows_only_against_an_export(
    ledger, run, tmp_path
):
    sign(run, "Ada")
    kept = render(run, tmp_path / "kept.json")
    forged = tampered(kept, lambda records: rechained(records, run), tmp_path / "forged.json")
    answer, reason = verification.verify(forged, tmp_path / "elsewhere", against=kept)
    assert answer == verification.ALTERED
    assert "differ from record 1 on" in reason
    assert call("verify", forged, "--home", tmp_path / "elsewhere", "--against", kept) == 1
    assert call("verify", forged, "--home", tmp_path / "elsewhere") == 0


def test_reviews_cannot_be_taken_out_of_an_export(run, tmp_path):
    sign(run)
    results = json.loads(render(run, tmp_path / "a.json").read_text())
    del results["reviews"]
    bare = tmp_path / "bare.json"
    bare.write_text(exports.results_json(typed(results)))
    assert verification.verify(bare)[0] == verification.ALTERED


def test_a_broken_chain_is_not_rendered_from_a_file(run, tmp_path, capsys):
    sign(run)
    results = json.loads(render(run, tmp_path / "a.json").read_text())
    results["reviews"]["records"][0]["author"] = "Eve"
    broken = tmp_path / "broken.json"
    broken.write_text(exports.results_json(typed(results)))
    assert call("render", broken, "-o", tmp_path / "x.html") == 1
    assert "record 1 was altered" in capsys.readouterr().err


def test_an_export_against_another_run_is_refused(ledger, run, tmp_path, capsys):
    first = render(run, tmp_path / "a.json")
    other = render(filled.submit(ledger, filled.experiment("other")), tmp_path / "b.json")
    assert call("verify", first, "--against", other) == 1
    assert "is an export of run" in capsys.readouterr().err
