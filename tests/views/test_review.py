"""The review page: empty, discussed, signed, stale, published, hostile, and for visitors."""

import pytest

from core import seal
from core.results import collecting as run_results
from core.reviews import chain, entries
from core.store.ledger import Ledger
from tests.views import filled
from tests.views.drawn import draw, labels, text

NASTY = "<script>alert(1)</script> **b** :red[x] $a$ [l](javascript:x) \u202eabc"


@pytest.fixture
def run(ledger):
    """A finished run."""
    made = filled.submit(ledger)
    filled.work(ledger)
    return made


def content(run):
    return seal.content_sha256(run_results.load(run)[0].as_json())


def signed(ledger, run, by="Ada", verdict="approved", of=None):
    said = entries.sign_off(by, "security", verdict, "why", of or content(run), seal.renderer())
    ledger.review(run, said)


def fill(page, form, **fields):
    """Type into a form, and press its button."""
    for key, value in fields.items():
        kind = {
            "role": "radio",
            "section": "selectbox",
            "verdict": "radio",
            "name": "text_input",
        }
        getattr(page, kind.get(key, "text_area"))(key=f"{form}-{key}").set_value(value)
    return page


def press(page, label):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def test_a_run_that_nobody_reviewed_says_so_and_offers_the_forms(run):
    page = draw("review", run=run)
    said = text(page)
    assert "Nobody has signed this content." in said
    assert "No comment yet." in said
    assert "nobody's identity is verified" in said
    assert content(run)[:12] in said
    assert {"Sign", "Comment", "Publish this run"} <= set(labels(page))


def test_the_run_page_links_to_the_review(run):
    assert "Review" in labels(draw("run", run=run))


def test_a_comment_is_answered_resolved_and_reopened(ledger, run):
    page = draw("review", run=run)
    press(fill(page, "comment", name="Ada", section="verdicts", text="Why?"), "Comment")
    press(fill(page, "answer-1", name="Bob", text="So."), "Reply")
    assert "1 resolved" not in [e.label for e in page.expander]
    press(fill(page, "answer-1", name="Ada"), "Resolve")
    assert "1 resolved" in [e.label for e in page.expander]
    press(page, "Reopen")
    said = [(r["kind"], r["author"]) for r in ledger.reviews(run)["records"]]
    assert said == [("comment", "Ada"), ("reply", "Bob"), ("resolve", "Ada"), ("reopen", "Ada")]
    assert {"Why?", "So."} <= {e.value for e in page.get("text")}
    assert chain.fault(run, ledger.reviews(run)) == ""


def test_a_name_given_once_stands_in_the_other_forms(run):
    page = draw("review", run=run)
    press(fill(page, "comment", name="Ada", text="Why?"), "Comment")
    names = [field.value for field in page.text_input]
    assert names == ["Ada"] * 3  # to sign, to answer, to comment


def test_a_sign_off_names_the_content_that_was_shown(ledger, run):
    page = draw("review", run=run)
    fields = {"name": "Ada", "role": "ML reviewer", "verdict": "rejected", "text": "No."}
    shown = content(run)
    ledger.rename(run, "renamed while the page was open")
    press(fill(page, "sign", **fields), "Sign")
    record = ledger.reviews(run)["records"][0]
    assert (record["content_sha256"], record["verdict"]) == (shown, "rejected")
    assert "stale: this is content" in text(page)


def test_a_refused_form_says_why_and_keeps_what_was_typed(ledger, run):
    page = draw("review", run=run)
    press(fill(page, "sign", name="Ada", text="long thoughts"), "Sign")
    assert "choose the role" in text(page)
    assert page.text_area(key="sign-text").value == "long thoughts"
    press(fill(page, "comment", name="Ada", text="a\0b"), "Comment")
    assert "null byte" in text(page)
    press(fill(page, "comment", name="", text="fine"), "Comment")
    assert "name of who makes it" in text(page)
    press(fill(page, "comment", name="Ada", text="x" * 10_000), "Comment")
    assert "10,000" in text(page)
    assert ledger.reviews(run)["length"] == 0


def test_signatures_stand_with_their_verdict_and_stale_ones_with_both_hashes(ledger, run):
    signed(ledger, run, "Ada")
    signed(ledger, run, "Bob", "rejected", of="b" * 64)
    said = text(draw("review", run=run))
    assert "Approved by Ada (security). Not signed as author, ML reviewer and product." in said
    assert "One earlier sign-off is of other content." in said
    assert f"of content {'b' * 12}; stale: this is content {content(run)[:12]}" in said


def test_a_published_run_offers_no_change(ledger, run):
    page = draw("review", run=run)
    press(page, "Publish this run")
    page.text_input(key="publish-name").set_value("Ada")
    press(page, "Publish for good")
    page.run()
    assert "was published by Ada" in text(page)
    assert "Publish this run" not in labels(page)
    assert {"Sign", "Comment"} <= set(labels(page))
    page = draw("run", run=run)
    assert "published" in text(page)
    assert "Attack" not in labels(page)


def test_a_run_with_missing_steps_cannot_be_published(ledger):
    run = filled.submit(ledger)
    filled.work(ledger, fail="T = 20")
    page = draw("review", run=run)
    assert "Publish this run" not in labels(page)
    assert "once every step of it is done" in text(page)


def test_a_run_that_goes_on_is_not_reviewed_yet(ledger):
    page = draw("review", run=filled.submit(ledger))
    assert "has not ended" in text(page)
    assert "Sign" not in labels(page)


def test_what_people_typed_is_never_markup(ledger, run):
    ledger.review(run, entries.comment("<b>*Eve*", "verdicts", NASTY))
    ledger.review(run, entries.sign_off("<i>_Al_", "product", "rejected", NASTY, "a" * 64, "r"))
    page = draw("review", run=run)
    assert [e.value for e in page.get("text")].count(NASTY) == 2
    for element in page.markdown:
        assert "<script" not in element.value
        assert not element.allow_html
    assert any(r"\<b\>\*Eve\*" in element.value for element in page.markdown)


def test_visitors_read_and_do_not_write_unless_the_owner_allows_it(run, monkeypatch):
    monkeypatch.setattr("reports.views.parts.common.may_change", lambda: False)
    page = draw("review", run=run)
    assert "ALLOW_REVIEW=1" in text(page)
    assert not {"Sign", "Comment", "Publish this run"} & set(labels(page))
    monkeypatch.setenv("ALLOW_REVIEW", "1")
    page = draw("review", run=run)
    assert {"Sign", "Comment"} <= set(labels(page))
    assert "Publish this run" not in labels(page)


def test_changed_criteria_stand_beside_the_verdict_and_on_the_review(ledger, run):
    lax = filled.experiment(criteria=[{"metric": "rho_increase", "at_least": 0.01}])
    later = filled.submit(ledger, lax)
    for page in ("run", "review"):
        assert "Criteria changed after results:" in text(draw(page, run=later))
        assert "Criteria changed" not in text(draw(page, run=run))


def test_a_download_is_noted_in_the_ledger(run):
    from reports.views.parts import actions

    store = Ledger()
    made = actions._file(store.run(run), "json")
    assert [(e.format, e.length) for e in store.exports(run)] == [("json", 0)]
    assert content(run).encode() in made


def test_an_unknown_run_is_explained(ledger):
    page = draw("review", run="r-nowhere")
    assert "not here" in page.title[0].value
