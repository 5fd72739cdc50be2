"""The report in docs/ says what the results beside it give."""

import json
import re
from pathlib import Path

import pytest

from core import seal
from core.errors import UserError
from core.results import table
from reports.document import document
from reports.files import published, recomputation, source, verification
from tests.reports.seen import seen

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results():
    """The results in docs."""
    return source.read(published.FOLDER / published.RESULTS)


@pytest.fixture(scope="module")
def page():
    """The page in docs."""
    return (published.FOLDER / published.PAGE).read_text("utf-8")


@pytest.fixture(scope="module")
def again(results):
    """The page that this version makes of the results in docs."""
    return document.render(results)


def test_the_report_in_docs_is_what_its_results_give(page, again):
    """Word for word and number for number; how its sources are written does not matter."""
    there, made = seen(page), seen(again)
    for part in ("shown", "drawings", "carried"):
        assert there[part] == made[part], "make reports"


def test_the_page_in_docs_carries_the_results_beside_it(page):
    beside = json.loads((published.FOLDER / published.RESULTS).read_text("utf-8"))
    assert seen(page)["carried"]["results"] == {
        k: v for k, v in beside.items() if k not in seal.SEAL
    }


def test_rows_in_docs_give_the_numbers_beside_them(results):
    found = recomputation.beside(published.FOLDER / published.RESULTS)
    said = recomputation.told(results, found)
    assert ("and agree" in said) == (published.FOLDER / table.NAME).exists()


def test_a_reader_sees_nothing_of_how_sources_are_written(results, again, monkeypatch):
    monkeypatch.setattr(seal, "renderer", lambda: "0123456789abcdef")
    other = document.render(results)
    assert other != again
    assert seen(other) == seen(again)
    assert seen(again.replace("function save(", "function  save(")) == seen(again)


CHANGES = {
    "number": (r"(<td[^>]*>[^<]*?)(\d)([^<]*</td>)", r"\g<1>9\g<2>\g<3>"),
    "word": (r"(<h1>)", r"\1Not "),
    "paragraph": (r"(<p class=\"lead\">)", r"\1Nearly "),
    "label of an axis or a curve": (r'("text":")(?=[A-Z])', r"\1Not "),
    "colour of a verdict": (r'(class="statement )', r"\1other "),
    "heading of a column": (r"(<th[^>]*>)(?=\w)", r"\1Un"),
    "words for who cannot see a picture": (r'(alt=")', r"\1Not "),
    "number in the results": (r'("rho":0.0)', r"\g<1>1"),
    "sentence that is left out": (r"<p>[^<]{40,}?</p>", ""),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_reader_sees_a_changed(what, again):
    pattern, other = CHANGES[what]
    changed = re.sub(pattern, other, again, count=1)
    assert changed != again
    assert seen(changed) != seen(again)


def test_a_reader_sees_a_changed_figure(again):
    drawings = seen(again)["drawings"]
    assert drawings
    for name, drawing in drawings.items():
        assert drawing["wide"]["data"], name
    start = again.index('id="drawings">') + len('id="drawings">')
    end = again.index("</script>", start)
    held = json.loads(again[start:end])
    first = next(iter(held.values()))["wide"]["data"][0]
    first["name"] = "another"
    assert seen(again[:start] + json.dumps(held) + again[end:]) != seen(again)


def test_the_report_in_docs_is_consistent_with_itself(tmp_path):
    for name in (published.RESULTS, published.PAGE):
        answer, reason = verification.verify(published.FOLDER / name, home=tmp_path)
        assert answer == verification.CONSISTENT, reason


def test_docs_stay_within_12_mb():
    assert sum(p.stat().st_size for p in (ROOT / "docs").rglob("*") if p.is_file()) < 12_000_000


def test_one_run_at_a_time():
    with pytest.raises(UserError, match="one run"):
        published.main(["a", "b"])
