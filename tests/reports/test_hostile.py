"""Whatever stands in names, notes and file names is text in every export, or refused in a line."""

import csv
import html
import io
import json
import re
import zipfile

import pandas as pd
import pytest
from pydantic import ValidationError

from core.model.results import Results
from core.spec.spec import Experiment
from reports.compare import comparison
from reports.files import saved as files
from reports.prose import phrases
from tests.reports import changing, synthetic
from tests.reports.changing import changed, each
from tests.reports.test_document import block, without_scripts

STRINGS = {
    "script": "</script><script>alert(1)</script>",
    "comment": "<!--<script>",
    "image": "<img src=x onerror=alert(2)>",
    "quotes": "\"' onmouseover='alert(3)' x=\"",
    "template": "{{7*7}}{% raw %}${8*8}",
    "right to left": "safe\u202egnihton\u2066x",
    "null": "before\x00after\x1b[31m",
    "long": "W" * 10_000,
    "formula": "=HYPERLINK(1)",
    "astral": "\U0001f4a3\u0301é漢",
}


def everywhere(text: str, run: str = "r-hostile") -> Results:
    """Results of a table and of images whose every name, note and file name is `text`."""
    made = synthetic.table_data()
    made = changing.spec(made, name=text, data={"file": text})
    made = changing.data(
        made,
        **dict.fromkeys(("title", "note", "source", "name"), text),
        class_names=[text] * made.data.classes,
        feature_names=[text] * made.data.n_features,
    )
    made = changing.provenance(made, incomplete=[text])
    return changed(made, run=run, name=text, summary=each(made.summary, dataset=text))


def rows(text: str) -> pd.DataFrame:
    return pd.DataFrame({"dataset": [text], "attack": ["jsma-f"], "l0": [14]})


@pytest.mark.parametrize("name", STRINGS)
def test_it_is_text_on_the_page(name):
    made = everywhere(STRINGS[name])
    page = files.made("run", ".html", made, rows(STRINGS[name])).decode("utf-8")
    held = block(page, "results")
    assert held["name"] == STRINGS[name]
    shown = without_scripts(page)
    assert phrases.visible(STRINGS[name]) in html.unescape(shown)
    assert page.count("<script") == scripts_of_a_harmless_page()
    for sign in ("<img src=x", " onmouseover='", "\x00", "\x1b", "\u202e", "\u2066", ">49<"):
        assert sign not in shown


def scripts_of_a_harmless_page() -> int:
    """Scripts of a page on harmless results; more would be somebody else's."""
    harmless = files.made("run", ".html", everywhere("harmless"), rows("")).decode("utf-8")
    return harmless.count("<script")


@pytest.mark.parametrize("name", STRINGS)
def test_it_is_text_on_a_comparison(name):
    text = STRINGS[name]
    runs = [everywhere(text), everywhere(text, run="r-other")]
    shown = without_scripts(comparison.render(runs, [[]]))
    for sign in ("<script", "<img src=x", " onmouseover='", "\x00", "\u202e", ">49<"):
        assert sign not in shown


@pytest.mark.parametrize("name", STRINGS)
def test_it_survives_in_data_and_runs_in_no_spreadsheet(name):
    text = STRINGS[name]
    made, single = everywhere(text), rows(text)
    assert json.loads(files.made("run", ".json", made, single))["name"] == text
    for results, table in ((made, single), (made, None)):
        raw = files.made("run", ".csv", results, table).decode("utf-8")
        cell = next(csv.DictReader(io.StringIO(raw)))["dataset"]
        assert cell == (f"'{text}" if text.startswith("=") else text)
    with zipfile.ZipFile(io.BytesIO(files.made("run", ".zip", made, single))) as archive:
        assert json.loads(archive.read("results.json"))["name"] == text
        assert pd.read_parquet(io.BytesIO(archive.read("results.parquet")))["dataset"][0] == text
        assert all(re.fullmatch(r"[a-z]+\.[a-z]+", entry) for entry in archive.namelist())


@pytest.mark.parametrize("name", ["right to left", "null", "long"])
def test_a_name_that_cannot_be_shown_is_refused_before_it_runs(name):
    with pytest.raises(ValidationError):
        Experiment(name=STRINGS[name])
