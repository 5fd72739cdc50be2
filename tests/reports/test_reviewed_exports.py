"""Reviews in exports: they stand beside the content, whose hash stays as it is."""

import json
import re

import pytest

from core import seal
from core.reviews import chain, entries
from reports.document import document, integrity
from reports.files import exports, verification
from reports.sections import sections
from tests.reports import full, synthetic
from tests.reports.commands import call, content, render, sign
from tests.reports.typed import typed
from tests.views import filled

NASTY = "<script>alert(1)</script> \"q\" & 'a' \u202eabc {{ 7*7 }} **b** [l](javascript:x)"


def test_reviews_stand_in_both_exports_and_leave_the_content_hash_alone(ledger, run, tmp_path):
    before = json.loads(render(run, tmp_path / "a.json").read_text())
    sign(run)
    after = json.loads(render(run, tmp_path / "b.json").read_text())
    page = render(run, tmp_path / "b.html").read_text()
    assert before["content_sha256"] == after["content_sha256"]
    assert before["reviews"] == chain.exported(run, [])
    assert (after["reviews"]["length"], after["reviews"]["head"]) == (
        1,
        ledger.reviews(run)["head"],
    )
    assert after["reviews"]["head"] in page
    assert "Approved by Ada (security)" in page
    assert page.index('id="data"') < page.index('id="record"') < page.index("<footer>")


def test_every_export_of_a_run_is_noted_with_its_chain(ledger, run, tmp_path):
    sign(run)
    for ending in ("html", "json", "csv", "parquet", "zip"):
        path = render(run, tmp_path / f"out.{ending}")
        assert verification.verify(path)[0] == verification.MATCHES
    noted = ledger.exports(run)
    assert {e.format for e in noted} == {"html", "json", "csv", "parquet", "zip"}
    assert {(e.head, e.length, e.content_sha256) for e in noted} == {
        (ledger.reviews(run)["head"], 1, content(run))
    }


def test_an_export_from_before_more_reviews_still_matches(run, tmp_path):
    path = render(run, tmp_path / "a.html")
    sign(run)
    answer, reason = verification.verify(path)
    assert answer == verification.MATCHES
    assert "1 record was added since" in reason


def test_a_page_of_another_version_is_known_by_its_bytes(run, tmp_path, monkeypatch):
    noted = render(run, tmp_path / "a.html")
    monkeypatch.setattr(seal, "renderer", lambda: "0" * 16)
    assert verification.verify(noted)[0] == verification.MATCHES
    body = noted.read_text().replace("Thermocline", "Another", 1)
    noted.write_text(integrity.closed(body[: body.rindex("<!-- sha256")]))
    seal.beside(noted).unlink()
    assert verification.verify(noted)[0] == verification.CONSISTENT


def test_an_export_from_before_the_run_went_on_is_an_earlier_edition(ledger, run, tmp_path):
    paths = [render(run, tmp_path / f"a.{ending}") for ending in ("html", "json", "csv")]
    ledger.rename(run, "another name")
    for path in paths:
        assert verification.verify(path)[0] == verification.EARLIER
    text = paths[1].read_text().replace('"accuracy": 0.95', '"accuracy": 0.96')
    results = {k: v for k, v in json.loads(text).items() if k not in seal.SEAL}
    forged = tmp_path / "forged.json"
    forged.write_text(exports.results_json(typed(results)))
    answer, reason = verification.verify(forged)
    assert answer == verification.ALTERED
    assert "noted no export" in reason


def test_a_sign_off_of_other_content_is_stale_and_names_both_hashes(ledger, run, tmp_path):
    sign(run)
    then = content(run)
    ledger.rename(run, "another name")
    now = content(run)
    page = render(run, tmp_path / "a.html").read_text()
    assert "Nobody has signed this content. One earlier sign-off is of other content." in page
    assert f"<code>{then[:12]}</code> (stale: this is content {now[:12]})" in page


def test_a_sign_off_is_refused_when_the_content_is_not_what_was_read(run, capsys):
    now = content(run)
    sign(run, "Ada", "author", "--content", now[:12])
    arguments = ("--by", "Bob", "--as", "product", "--verdict", "approved", "--content", "0" * 12)
    assert call("sign", run, *arguments) == 1
    assert "read it again" in capsys.readouterr().err


def test_the_command_line_comments_answers_resolves_publishes_and_prints(ledger, run, capsys):
    assert call("comment", run, "Why?", "--by", "Ada", "--section", "verdicts") == 0
    assert call("comment", run, "So.", "--by", "Bob", "--reply-to", 1) == 0
    assert call("resolve", run, 1, "--by", "Ada") == 0
    assert call("resolve", run, 1, "--by", "Bob", "--reopen") == 0
    assert call("publish", run, "--by", "Ada") == 0
    capsys.readouterr()
    assert call("record", run) == 0
    said = capsys.readouterr().out
    assert "Bob: reply to record 1" in said
    assert "1 comments open; 5 records" in said
    assert ledger.reviews(run)["head"] in said
    assert call("comment", run, "x", "--by", "Ada", "--section", "nowhere") == 2
    assert "there are content, finding" in capsys.readouterr().err
    assert call("sign", run, "--by", "Ada", "--as", "king", "--verdict", "approved") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_hostile_text_appears_as_text_in_page_and_json(ledger, run, tmp_path):
    ledger.review(run, entries.comment("<b>Eve</b>", "verdicts", NASTY + "\nx" + "y" * 4_000))
    ledger.review(run, entries.reply("Eve'\"", 1, NASTY))
    ledger.review(run, entries.sign_off("<i>", "product", "rejected", NASTY, "a" * 64, "<u>"))
    page = render(run, tmp_path / "a.html").read_text()
    assert "<script>alert" not in page
    assert "<b>Eve" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &#34;q&#34; &amp; &#39;a&#39;") == 3
    assert page.count('class="said" dir="auto"') == 3
    held = json.loads(render(run, tmp_path / "a.json").read_text())["reviews"]["records"]
    assert held[1]["text"] == NASTY
    assert verification.verify(tmp_path / "a.html")[0] == verification.MATCHES


def test_criteria_that_came_after_the_results_stand_beside_the_verdict(ledger, run, tmp_path):
    lax = filled.experiment(criteria=[{"metric": "rho_increase", "at_least": 0.01}])
    later = filled.submit(ledger, lax)
    results = json.loads(render(later, tmp_path / "a.json").read_text())
    mark = results["provenance"]["criteria_changed"]
    assert [(m["run"], m["before"][0]["metric"], m["now"][0]["at_least"]) for m in mark] == [
        (run, "default", 0.01)
    ]
    page = render(later, tmp_path / "a.html").read_text()
    beside = page[page.index('class="judged"') : page.index('id="finding"')]
    assert "Criteria changed after results:" in beside
    assert f"run {run}" in beside
    assert "There: What Thermocline asks by default. Here:" in beside
    assert "at least 1\u00a0% farther" in beside
    assert "Criteria changed" not in render(run, tmp_path / "b.html").read_text()


def test_core_writes_results_with_their_seal_and_notes_them(ledger, run, tmp_path):
    from core.results import collecting, export

    found = ledger.run(run)
    results, rows = collecting.collect(found, ledger)
    export.write(tmp_path / "out", results, rows, found, ledger)
    path = tmp_path / "out" / "results.json"
    assert path.read_bytes() == render(run, tmp_path / "other" / "results.json").read_bytes()
    assert (
        seal.beside(path).read_bytes() == seal.beside(tmp_path / "other" / path.name).read_bytes()
    )
    assert {e.format for e in ledger.exports(run)} == {"json", "parquet"}
    assert verification.verify(path)[0] == verification.MATCHES


@pytest.mark.parametrize("made", [synthetic.paper_like, full.everything])
def test_what_can_be_commented_on_is_what_the_page_holds(made):
    results = made()
    page = document.render(results)
    there = re.findall(r'<section [^>]*\bid="([^"]+)"', page)
    assert list(sections.of(results)) == [entries.WHOLE, *(i for i in there if i != "record")]
