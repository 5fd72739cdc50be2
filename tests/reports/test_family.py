"""Whatever a run found or did not find can be shown: nothing raises, nothing reads "None"."""

import csv
import html
import io
import json
import re
import sys
from collections.abc import Callable, Iterator

import plotly.graph_objects as go
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.model.results import Results
from reports.compare import comparison, paired
from reports.document import document, drawings, spreadsheet
from reports.files import source
from reports.plots import look
from tests.reports import family

EVERY_KIND = settings(
    max_examples=14,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),  # to shrink a failure takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NO_WORD = re.compile(r"\b(None(?! of the \d| could be paired)|nan|NaN|inf|Infinity|undefined)\b")
"""What a value that is absent becomes where nobody thought of it; two sentences begin with None."""


def drawn_once(draw: Callable[[look.Look], go.Figure | None]) -> dict | None:
    """As `drawings.variants`, on one ground and in one width, which takes a quarter of the time."""
    figure = draw(look.LIGHT)
    if figure is None:
        return None
    return {"wide": json.loads(figure.to_json()), "wide-dark": [], "narrow": [], "narrow-dark": []}


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    asking = [m for m in sys.modules.values() if getattr(m, "variants", None) is drawings.variants]
    with pytest.MonkeyPatch.context() as patch:
        for module in asking:
            patch.setattr(module, "variants", drawn_once)
        yield


def read(page: str) -> str:
    """What a reader of a page sees: no scripts, no styles, no tags."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", bare))


def pointed_at(page: str) -> str:
    """What a reader of a page's figures sees: titles, names and what appears under the pointer."""
    block = re.search(r'<script type="application/json" id="drawings">(.*?)</script>', page, re.S)
    assert block is not None
    return " ".join(texts(json.loads(block[1])))


def texts(value: object) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    inner = value.values() if isinstance(value, dict) else value
    for item in inner if isinstance(value, dict | list) else ():
        yield from texts(item)


def between(results: Results) -> list[paired.Paired]:
    """Differences of a second run that found the same, for every attack on every network."""
    return [
        paired.Paired(
            **{key: getattr(row, key) for key in ("defense", "defense_params", "temperature")},
            **{key: getattr(row, key) for key in ("attack", "attack_params")},
            **{"metric": "rho", "difference": 0.1, "low": -0.1, "high": 0.3},
            **{"n": row.samples, "detected": False},
        )
        for row in results.summary
    ]


@EVERY_KIND
@given(results=family.results())
def test_every_kind_of_result_becomes_a_report(results):
    page = document.render(results)
    for seen in (read(page), pointed_at(page)):
        assert NO_WORD.search(seen) is None


@EVERY_KIND
@given(results=family.results())
def test_every_kind_of_result_is_compared_with_another(results):
    later = results.model_copy(update={"run": "r-later", "name": "later", "summary": []})
    for second in (later, later.model_copy(update={"summary": results.summary})):
        page = comparison.render([results, second], [between(results)])
        for seen in (read(page), pointed_at(page)):
            assert NO_WORD.search(seen) is None


@EVERY_KIND
@given(results=family.results())
def test_every_kind_of_result_is_a_table_for_a_spreadsheet(results):
    lines = list(csv.reader(io.StringIO(spreadsheet.summary_csv(results))))
    assert len(lines) == 1 + len(results.summary)
    assert not any(cell in ("None", "nan", "inf") for line in lines for cell in line)


@EVERY_KIND
@given(results=family.results())
def test_every_kind_of_result_is_the_same_when_it_is_read_again(results, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "results.json"
    text = json.dumps(results.as_json(), allow_nan=False)
    assert source.parsed(path, text) == results
