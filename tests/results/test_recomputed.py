"""A report follows from its rows: what was changed on either side is named."""

import base64
import re

import pytest

from core import seal
from core.errors import UserError
from core.model.results import Results
from core.results import export, table
from core.results.computed import FOLLOW, computed
from core.results.disagreement import disagreements
from reports import __main__ as command
from reports.document import document, integrity
from reports.files import published, recomputation, saved, verification

KEPT = {
    *("schema_name", "run", "name", "created", "spec", "provenance", "detection", "planted"),
    *("gallery", "rows_sha256", "reviews", "content_sha256", "renderer"),
}
"""Parts of results that rows do not give; the pictures of the gallery are held against them."""


def write(folder, results, rows=None, page=None):
    """results.json and, where given, results.parquet and report.html, each as exported.

    Args: page: the table that the page carries; b"": none; None: there is no page.
    """
    (folder / "results.json").write_text(
        export.as_text(seal.sealed(results.as_json())), encoding="utf-8"
    )
    if page is not None:
        text = document.render(results, page or None)
        (folder / "report.html").write_text(text, encoding="utf-8")
    if rows is not None:
        (folder / table.NAME).write_bytes(table.packed(rows))


def answers(folder):
    """What `verify` says of each file, where there is no ledger."""
    home, files = folder / "nowhere", [folder / "results.json", folder / "report.html"]
    return [verification.verify(file, home) for file in files if file.exists()]


def with_value(results, path, value):
    """Results in which one value is another, sealed anew by whoever changed it."""
    content = results.as_json()
    *way, last = path
    part = content
    for step in way:
        part = part[step]
    part[last] = value(part[last]) if callable(value) else value
    return Results.from_json(content)


def test_every_part_of_results_follows_from_the_rows_or_is_known_not_to():
    assert set(FOLLOW) | KEPT == set(Results.model_fields)
    assert not set(FOLLOW) & KEPT


def test_a_run_follows_from_its_own_rows(found):
    results, rows = found
    assert list(disagreements(results, rows)) == []
    assert computed(results, rows) == results
    assert results.rows_sha256 == table.sha256_of(rows)


def test_without_rows_it_says_that_nothing_was_recomputed(found, tmp_path):
    write(tmp_path, found[0], page=b"")
    for answer, reason in answers(tmp_path):
        assert answer == verification.CONSISTENT
        assert "not recomputed: the report carries no rows" in reason


def test_with_rows_beside_it_or_in_the_page_it_says_how_many(found, tmp_path):
    results, rows = found
    write(tmp_path, results, rows, page=b"")
    for answer, reason in answers(tmp_path):
        assert answer == verification.CONSISTENT
        assert f"recomputed from the {len(rows):,} rows of results.parquet" in reason
    (tmp_path / table.NAME).unlink()
    write(tmp_path, results, page=table.packed(rows))
    (_, bare), (answer, reason) = answers(tmp_path)
    assert "no rows" in bare
    assert answer == verification.CONSISTENT
    assert f"{len(rows):,} rows of the page and agree" in reason


MUTATED = {
    "rate": (("summary", 0, "success_rate"), lambda v: v * 0.9999),
    "interval": (("summary", 1, "success_low"), lambda v: v * 0.9),
    "rho": (("summary", 0, "rho"), lambda v: v * 0.9),
    "gain": (("summary", 4, "rho_increase"), lambda v: (v or 0) + 0.5),
    "seed": (("summary", 0, "per_seed", 0, "rho"), lambda v: v * 0.9),
    "closest": (("closest", 0, "mean"), lambda v: v + 0.001),
    "censored": (("closest", 0, "censored"), lambda v: 1 - v / 2),
    "gain of the closest": (("closest", -1, "rho_increase_high"), lambda v: (v or 0) + 0.5),
    "robust accuracy": (("within_budget", 0, "robust_accuracy"), lambda v: 1 - v / 2),
    "difference": (("differences", 0, "difference"), lambda v: v + 0.01),
    "detected": (("differences", 0, "detected"), lambda v: not v),
    "curve": (("curves", 0, "success_rate", 1), lambda v: v / 2 + 0.4),
    "check": (("diagnostics", 3, "result"), lambda v: "pass" if v != "pass" else "fail"),
    "verdict": (("verdicts", 0, "verdict"), lambda v: "PASS" if v != "PASS" else "FAIL"),
    "samples": (("summary", 0, "samples"), lambda v: v * 10),
    "picture": (("gallery", 0, "l0"), lambda v: v + 1),
    "word of a verdict": (("verdicts", 0, "reason"), "It was shown to be robust."),
}
IN_A_PAGE = {"rate", "closest", "verdict"}
"""Tried in a page too, which takes longer: there the same function reads the same results."""


@pytest.mark.parametrize("kind", MUTATED)
def test_a_changed_number_is_named_though_all_seals_fit(kind, found, tmp_path):
    """Whoever changes results.json can seal it again and render it again."""
    results, rows = found
    path, value = MUTATED[kind]
    changed = with_value(results, path, value)
    assert changed != results
    write(tmp_path, changed, rows, page=table.packed(rows) if kind in IN_A_PAGE else None)
    for answer, reason in answers(tmp_path):
        assert answer == verification.DISAGREES
        assert "the report says" in reason
        assert "the rows give" in reason
        assert len(reason.splitlines()) == 1


def test_it_says_what_the_report_says_and_what_the_rows_give(found):
    results, rows = found
    row = results.summary[0]
    changed = with_value(results, ("summary", 0, "success_rate"), 0.99)
    one = next(disagreements(changed, rows))
    said = recomputation.sentence(one)
    assert said.startswith("summary, success rate of jsma-f (budget 8")
    assert "the report says 99.0 %" in said.replace("\u202f", " ").replace("\xa0", " ")
    assert f"{row.success_rate * 100:.1f}" in said.split("the rows give")[1]


def test_an_entry_that_is_left_out_is_missed(found, tmp_path):
    results, rows = found
    short = results.model_copy(update={"summary": results.summary[:-1]})
    write(tmp_path, short, rows)
    answer, reason = answers(tmp_path)[0]
    assert answer == verification.DISAGREES
    assert "no such entry" in reason


CHANGED_ROWS = {
    "success": ("success", lambda v: ~v),
    "distance": ("l0", lambda v: v + 2),
    "class": ("predicted", lambda v: (v + 1) % 10),
    "clean class": ("predicted_clean", lambda v: (v + 1) % 10),
    "label": ("label", lambda v: (v + 1) % 10),
    "what no number shows": ("iterations", lambda v: v + 1),
}


@pytest.mark.parametrize("kind", CHANGED_ROWS)
@pytest.mark.parametrize("named", [True, False])
def test_a_changed_row_is_noticed(kind, named, found, tmp_path):
    """By the hash that the results name; without one, by the numbers that it changes."""
    results, rows = found
    column, change = CHANGED_ROWS[kind]
    wrong = rows.copy()
    at = wrong.index[wrong["success"]][0]
    wrong.loc[at, column] = change(wrong.loc[at, column]) if column != "success" else False
    if not named:
        results = results.model_copy(update={"rows_sha256": None})
    write(tmp_path, results, wrong)
    for answer, _ in answers(tmp_path):
        assert (answer == verification.DISAGREES) == (named or column != "iterations")


def test_rows_that_are_missing_or_of_another_run_are_noticed(found, tmp_path):
    results, rows = found
    bare = results.model_copy(update={"rows_sha256": None})
    others = rows.assign(defense="dropout")
    for held, wrong in ((results, rows[:-9]), (bare, rows[:-9]), (bare, others), (bare, rows[:0])):
        write(tmp_path, held, wrong)
        assert {answer for answer, _ in answers(tmp_path)} == {verification.DISAGREES}


def test_rows_whose_sha256_does_not_fit_are_noticed(found, tmp_path):
    write(tmp_path, *found)
    beside = seal.beside(tmp_path / table.NAME)
    beside.write_text(seal.sum_line(tmp_path / table.NAME, b"others"))
    assert {answer for answer, _ in answers(tmp_path)} == {verification.DISAGREES}
    beside.write_text(seal.sum_line(tmp_path / table.NAME, (tmp_path / table.NAME).read_bytes()))
    assert {answer for answer, _ in answers(tmp_path)} == {verification.CONSISTENT}


def test_a_number_changed_in_the_page_alone_is_altered(found, tmp_path):
    results, rows = found
    write(tmp_path, results, page=table.packed(rows))
    text = (tmp_path / "report.html").read_text("utf-8")
    body = text[: text.rindex("<!-- sha256")]
    heading = re.search(r"<h1>(.*?)</h1>", body)[1]
    forged = body.replace(heading, "Everything withstood everything", 1)
    (tmp_path / "report.html").write_text(integrity.closed(forged), encoding="utf-8")
    assert answers(tmp_path)[1][0] == verification.ALTERED


def test_rows_changed_in_the_page_are_noticed(found, tmp_path):
    results, rows = found
    wrong = table.packed(rows.assign(success=~rows["success"]))
    write(tmp_path, results, page=wrong)
    assert answers(tmp_path)[1][0] == verification.DISAGREES


def test_the_command_ends_in_one_where_a_number_does_not_follow(found, tmp_path, capsys):
    results, rows = found
    write(tmp_path, with_value(results, ("summary", 0, "rho"), lambda v: v / 2), rows)
    with pytest.raises(SystemExit) as ended:
        command.main(["verify", str(tmp_path / "results.json"), "--home", str(tmp_path / "none")])
    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith("its numbers do not follow from its rows: ")


def test_a_page_carries_its_rows_only_when_asked(found):
    results, rows = found
    bare = saved.made("run", ".html", results, rows)
    whole = saved.made("run", ".html", results, rows, carry=True)
    assert b'id="rows"' not in bare
    block = re.search(rb'<script type="application/json" id="rows">"(.*?)"</script>', whole)
    assert base64.b64decode(block[1]) == table.packed(rows)
    assert b'data-source="rows"' in whole
    with pytest.raises(UserError, match="no single attacks"):
        saved.made("run", ".html", results, None, carry=True)


def test_a_table_too_large_for_a_page_is_refused(found, monkeypatch):
    monkeypatch.setattr(saved, "MOST_CARRIED", 100)
    with pytest.raises(UserError, match="too much for a page"):
        saved.made("run", ".html", *found, carry=True)


def test_published_rows_lie_beside_the_report_and_are_checked_when_it_is_made_again(
    found, tmp_path, monkeypatch
):
    results, rows = found
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    monkeypatch.setattr(published.source, "load", lambda ref: (results, rows))
    published.main(["a-run"])
    first = (tmp_path / table.NAME).read_bytes()
    assert seal.beside(tmp_path / table.NAME).exists()
    monkeypatch.undo()
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    published.main([])
    assert (tmp_path / table.NAME).read_bytes() == first
    (tmp_path / table.NAME).write_bytes(table.packed(rows.assign(success=True)))
    seal.beside(tmp_path / table.NAME).unlink()
    with pytest.raises(UserError, match="other rows"):
        published.main([])


def test_rows_in_the_page_that_are_no_base64_are_refused_in_one_line(found, tmp_path):
    with pytest.raises(UserError, match="no base64"):
        recomputation.carried('<script type="application/json" id="rows">"QQ=Q"</script>')
