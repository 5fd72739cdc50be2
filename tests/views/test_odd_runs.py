"""Runs that lack something: every page draws, and no reader meets a value that is not there."""

import json
import re

import pytest

from reports.views.run import SECTIONS
from tests.views import filled
from tests.views.drawn import draw, text

ATTACKS = [{"name": "jsma-f"}, {"name": "jsma-logf"}, {"name": "pgd"}, {"name": "cw-l2"}]
NOTHING = re.compile(r"\b(None|nan|NaN|NaT|inf)\b")
SENTENCES = ("None of these runs attacked", "Paper: not stated")
"""English that begins with such a word."""
ODD = {
    "no sample was moved": {"status": "cap"},
    "every gradient vanished": {"status": "zero_gradient"},
    "every sample was wrong from the start": {"status": "already"},
    "one sample": {"samples": 1},
    "one sample, not moved": {"samples": 1, "status": "cap"},
    "no baseline": {"defenses": [{"name": "distillation", "temperatures": [20]}]},
    "the baseline failed": {"fail": "none"},
    "no defence": {"defenses": [{"name": "none"}]},
    "no attack finished": {"fail": " on "},
    "no network was trained": {"fail": "seed"},
}


def made(ledger, name="odd", status=None, fail=None, **changes):
    """A run of this shape, computed as far as it can be."""
    run = filled.submit(ledger, filled.experiment(name, attacks=ATTACKS, **changes))
    filled.work(ledger, fail=fail, status=status)
    return run


@pytest.mark.parametrize("shape", ODD.values(), ids=ODD)
def test_every_page_draws_a_run_that_lacks_something(ledger, shape):
    run = made(ledger, **shape)
    page = draw("run", run=run)
    complete(page)
    for section in SECTIONS[1:]:
        page.segmented_control(key="section").set_value(section).run()
        complete(page)
    complete(draw("review", run=run))
    complete(draw())


@pytest.mark.parametrize("name", ["no sample was moved", "one sample", "no attack finished"])
def test_runs_that_lack_something_are_compared(ledger, name):
    first = made(ledger, **ODD[name])
    second = made(ledger, "another", **(ODD[name] | {"seeds": [5]}))
    complete(draw("compare", runs=f"{first},{second}"))


@pytest.mark.parametrize("status", ["cap", "zero_gradient"])
def test_a_run_that_goes_on_draws_while_no_sample_was_moved(ledger, monkeypatch, status):
    monkeypatch.setattr("core.execution.launch.is_worker_alive", lambda home: True)
    run = filled.submit(ledger, filled.experiment(attacks=ATTACKS))
    claim = filled.work(ledger, cells=6, status=status)
    nan = float("nan")
    ledger.progress(claim, {"done": 1, "total": 9, "message": "training", "loss": nan})
    complete(draw("run", run=run))


def complete(page):
    """Nothing was raised, and every text, cell and label stands for something."""
    assert not page.exception, page.exception
    said = [text(page), *cells(page), *labels_of_figures(page)]
    said += [box.label for box in page.expander]
    for one in said:
        for sentence in SENTENCES:
            one = one.replace(sentence, "")
        found = NOTHING.search(one)
        assert not found, one[max(0, found.start() - 80) : found.end() + 20]


def cells(page):
    """Texts in tables; where a number is absent a table shows its placeholder."""
    for table in page.dataframe:
        yield from table.value.columns
        for column in table.value.select_dtypes(exclude="number"):
            yield from map(str, table.value[column])


def labels_of_figures(page):
    """Every text in a figure, hovers included."""
    waiting = [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]
    while waiting:
        match waiting.pop():
            case dict(inner):
                waiting.extend(inner.values())
            case list(inner):
                waiting.extend(inner)
            case str(label):
                yield label
