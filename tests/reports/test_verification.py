"""A changed byte shows; the hash of the content covers no reviews; the ledger shows origin."""

import hashlib
import json

import pytest

from core import seal
from core.canonical import canonical
from core.errors import UserError
from reports import __main__ as command
from reports.document import document, integrity
from reports.files import exports, source, verification
from tests.reports import full, synthetic
from tests.reports.typed import typed


def paper_like() -> dict:
    """The content of results.json of the paper-like run, complete."""
    return synthetic.paper_like().as_json()


@pytest.fixture
def no_ledger(monkeypatch):
    """A ledger without any run."""
    monkeypatch.setattr(verification, "held", lambda run, home: None)


@pytest.fixture
def ledger(monkeypatch):
    """A ledger that holds the paper-like run and noted no export of it."""
    results = paper_like()

    def held(run, home):
        return verification.Held(typed(results), []) if run == results["run"] else None

    monkeypatch.setattr(verification, "held", held)
    return results


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """report.html and results.json of the paper-like run."""
    folder = tmp_path_factory.mktemp("exports")
    made = paper_like()
    (folder / "report.html").write_text(document.render(typed(made)), encoding="utf-8")
    (folder / "results.json").write_text(exports.results_json(typed(made)), encoding="utf-8")
    return folder


def changed(path, tmp_path, old, new):
    """A copy of a file in which one string is another."""
    raw = path.read_bytes()
    assert old in raw
    copy = tmp_path / path.name
    copy.write_bytes(raw.replace(old, new, 1))
    return copy


@pytest.mark.parametrize("name", ["report.html", "results.json"])
def test_a_file_as_exported_is_consistent_and_matches_a_ledger_that_holds_it(written, name, ledger):
    assert verification.verify(written / name)[0] == verification.MATCHES
    ledger["run"] = "another"
    assert verification.verify(written / name)[0] == verification.CONSISTENT


def test_without_a_ledger_origin_is_not_proven(written, no_ledger):
    for name in ("report.html", "results.json"):
        assert verification.verify(written / name)[0] == verification.CONSISTENT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rho":0.0176', b'"rho":0.0276'),
        (b"give up on about 84 of 100", b"give up on about 85 of 100"),
        (b"default-src 'none'", b"default-src 'self'"),
        (b"-->\n", b"-->\n\n"),
        (b'content="Thermocline"', b'content="thermocline"'),
    ],
)
def test_one_changed_byte_of_a_page_is_detected(written, tmp_path, old, new, ledger):
    copy = changed(written / "report.html", tmp_path, old, new)
    assert verification.verify(copy)[0] == verification.ALTERED


def test_a_page_whose_last_line_was_made_to_fit_is_still_detected(written, tmp_path, ledger):
    page = (written / "report.html").read_text("utf-8").replace("on no input", "on my input")
    body = page[: page.rindex("<!-- sha256")]
    copy = tmp_path / "report.html"
    copy.write_text(integrity.closed(body), encoding="utf-8")
    assert verification.verify(copy) == (verification.ALTERED, "its results give another page")


def test_a_page_of_another_version_never_matches_the_ledger(written, tmp_path, ledger):
    """Its words cannot be made again here, so only its results are known."""
    made = paper_like()
    page = (written / "report.html").read_text("utf-8").replace("on no input", "on my input")
    page = page.replace(seal.renderer(), "0" * 16)
    page = page.replace(seal.content_sha256(made), seal.content_sha256(made, rendered_by="0" * 16))
    copy = tmp_path / "report.html"
    copy.write_text(integrity.closed(page[: page.rindex("<!-- sha256")]), encoding="utf-8")
    answer, reason = verification.verify(copy)
    assert answer == verification.CONSISTENT
    assert "another version" in reason


def test_one_changed_digit_of_results_is_detected_and_not_rendered(written, tmp_path, ledger):
    copy = changed(written / "results.json", tmp_path, b'"rho": 0.0176', b'"rho": 0.0276')
    assert verification.verify(copy)[0] == verification.ALTERED
    with pytest.raises(UserError, match="altered since it was exported"):
        source.read(copy)


def test_results_without_a_seal_are_held_against_the_ledger(tmp_path, ledger):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(paper_like()))
    assert verification.verify(path)[0] == verification.MATCHES
    ledger["summary"][0]["rho"] = 0.5
    assert verification.verify(path)[0] == verification.ALTERED


def test_what_no_reader_shows_counts_against_the_ledger_all_the_same(tmp_path, ledger):
    path = tmp_path / "results.json"
    path.write_text(exports.export.as_text(seal.sealed({**paper_like(), "approved": "by nobody"})))
    assert verification.verify(path)[0] == verification.ALTERED


def test_results_as_an_earlier_version_wrote_them_match_what_the_ledger_gives_now(
    tmp_path, monkeypatch
):
    """It kept the settings of an attack as a text in one place."""
    now = full.everything().as_json()
    then = json.loads(json.dumps(now))
    for attack in (attack for entry in then["closest"] for attack in entry["attacks"]):
        attack["attack_params"] = canonical(attack["attack_params"])
    assert then != now
    held = verification.Held(typed(now), [])
    monkeypatch.setattr(verification, "held", lambda run, home: held)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(seal.sealed(then)))
    assert verification.verify(path)[0] == verification.MATCHES


def test_without_seal_and_ledger_it_says_that_a_change_would_not_show(tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(paper_like()))
    answer, reason = verification.verify(path, tmp_path)
    assert answer == verification.CONSISTENT
    assert "no content_sha256" in reason


def test_results_that_the_ledger_does_not_hold_are_altered(written, ledger):
    ledger["summary"][0]["rho"] = 0.5
    answer, reason = verification.verify(written / "results.json")
    assert answer == verification.ALTERED
    assert "other results" in reason


def test_results_saved_by_a_browser_keep_their_seal(written, tmp_path, ledger):
    """JSON.stringify writes 1.0 as 1."""
    text = (written / "results.json").read_text("utf-8")
    whole = json.loads(text, parse_float=lambda t: int(float(t)) if t.endswith(".0") else float(t))
    copy = tmp_path / "results.json"
    copy.write_text(json.dumps(whole, indent=2), encoding="utf-8")
    assert copy.read_bytes() != (written / "results.json").read_bytes()
    assert verification.verify(copy)[0] == verification.MATCHES


def test_reviews_do_not_change_the_content_hash_but_results_do():
    made = paper_like()
    before = seal.content_sha256(made)
    assert seal.content_sha256({**made, "reviews": [{"note": "fine"}]}) == before
    made["summary"][0]["rho"] += 1e-9
    assert seal.content_sha256(made) != before
    assert seal.content_sha256(paper_like(), "another") != before


def test_the_hash_stands_in_head_and_footer(written):
    page = (written / "report.html").read_text("utf-8")
    digest = seal.content_sha256(paper_like())
    assert f'<meta name="content-sha256" content="{digest}">' in page
    assert digest in page[page.index("<footer>") :]


def run(*arguments):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        command.main([str(a) for a in arguments])
    return ended.value.code or 0


def test_the_command_answers_in_one_line_with_its_exit_code(written, tmp_path, no_ledger, capsys):
    assert run("verify", written / "report.html") == 0
    said = capsys.readouterr().out
    assert said.startswith(verification.CONSISTENT)
    assert len(said.splitlines()) == 1
    copy = changed(written / "report.html", tmp_path, b"up on no input.", b"up on my input.")
    assert run("verify", copy) == 1
    assert capsys.readouterr().out.startswith("altered: ")


def test_an_export_has_its_sha256_beside_it_and_a_wrong_one_shows(written, tmp_path, no_ledger):
    out = tmp_path / "out.html"
    assert run("render", written / "results.json", "-o", out) == 0
    beside = tmp_path / "out.html.sha256"
    assert beside.read_text() == f"{hashlib.sha256(out.read_bytes()).hexdigest()}  out.html\n"
    assert verification.verify(out)[0] == verification.CONSISTENT
    beside.write_text("0" * 64 + "  out.html\n")
    assert verification.verify(out)[0] == verification.ALTERED


@pytest.mark.parametrize("content", ["", "<html>", "{}", "\x00", "<!-- sha256 -->"])
def test_other_files_are_refused_or_altered_without_a_traceback(content, tmp_path, capsys):
    path = tmp_path / "file"
    path.write_text(content)
    assert run("verify", path) == 1
    said = capsys.readouterr()
    assert len((said.out + said.err).splitlines()) == 1
