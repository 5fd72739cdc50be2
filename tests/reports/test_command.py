"""`python -m reports render`: files that are hostile, wrong endings, and a run of the ledger."""

import csv
import io
import json
import zipfile

import pandas as pd
import pytest

from core.errors import UserError
from reports import __main__ as command
from reports.files import exports, source
from tests.reports import synthetic
from tests.reports.cases import CASES


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(synthetic.paper_like().as_json()))
    return path


@pytest.fixture
def ledger(monkeypatch):
    """A ledger with one run, `latest`."""
    rows = pd.DataFrame({"attack": ["jsma-f", "=1+1"], "l0": [14, 20], "success": [True, False]})
    monkeypatch.setattr(
        source.ledger_results, "load", lambda ref, home=None: (synthetic.paper_like(), rows)
    )
    # What the ledger notes of a run that it really holds: test_reviewed_exports.py.
    monkeypatch.setattr(command.export, "note", lambda *_: None)
    return rows


def run(*arguments):
    """The exit code of the command line."""
    with pytest.raises(SystemExit) as ended:
        command.main([str(a) for a in arguments])
    return ended.value.code or 0


def test_a_results_file_becomes_a_page_json_and_csv(saved, tmp_path):
    for ending in ("html", "json", "csv"):
        assert run("render", saved, "-o", tmp_path / f"out.{ending}") == 0
    assert (tmp_path / "out.html").read_text("utf-8").startswith("<!doctype html>")
    assert source.read(tmp_path / "out.json") == synthetic.paper_like()
    lines = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert float(lines[0]["rho"]) == synthetic.paper_like().summary[0].rho


@pytest.mark.parametrize("ending", ["parquet", "zip"])
def test_a_results_file_holds_no_single_attacks(saved, tmp_path, ending, capsys):
    assert run("render", saved, "-o", tmp_path / f"out.{ending}") == 1
    assert "give a run id" in capsys.readouterr().err
    assert not (tmp_path / f"out.{ending}").exists()


def test_another_ending_is_wrong_use(saved, tmp_path, capsys):
    assert run("render", saved, "-o", tmp_path / "out.pdf") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_run_becomes_every_kind_of_file(ledger, tmp_path):
    for ending in ("html", "json", "csv", "parquet", "zip"):
        assert run("render", "latest", "-o", tmp_path / f"out.{ending}") == 0
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out.parquet"), ledger)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert sorted(archive.namelist()) == [
            "report.html",
            "results.json",
            "results.parquet",
            "summary.csv",
        ]
        assert archive.read("report.html") == (tmp_path / "out.html").read_bytes()
    assert "'=1+1" in (tmp_path / "out.csv").read_text()


def test_a_zip_has_equal_bytes_for_equal_results(ledger):
    results = synthetic.paper_like()
    assert exports.bundle(results, ledger, "x") == exports.bundle(results, ledger, "x")


def broken(change):
    """The paper-like results after a change, as JSON text."""
    results = synthetic.paper_like().as_json()
    change(results)
    return json.dumps(results)


HOSTILE = {
    "not JSON": "{",
    "NaN": '{"schema": NaN}',
    "a list": "[]",
    "another schema": '{"schema": "other/1"}',
    "deep nesting": '{"schema": "thermocline.results/1", "spec": ' + "[" * 5000 + "]" * 5000 + "}",
    "nested spec": broken(lambda r: r["spec"].update(a=json.loads("[" * 60 + "]" * 60))),
    "no summary": broken(lambda r: r.pop("summary")),
    "rate of 2": broken(lambda r: r["summary"][0].update(rho=2)),
    "digits as text": broken(lambda r: r["summary"][0].update(rho="0.5")),
    "text as a number": broken(lambda r: r["summary"][0].update(rho="much")),
    "a network as text": broken(lambda r: r["provenance"]["networks"].append("x")),
    "an endless number": broken(lambda r: r["spec"].update(a=1)).replace('"a": 1', '"a": 1e999'),
    "criteria that are none": broken(lambda r: r["spec"].update(criteria=["much"])),
    "defences without names": broken(lambda r: r["spec"].update(defenses=[{}, 1])),
    "seeds as a number": broken(lambda r: r["spec"].update(seeds=3)),
    "lone surrogate": broken(lambda r: r["spec"].update(name="\ud800")),
    "huge shape": broken(lambda r: r["gallery"][0].update(shape=[100000, 100000, 3])),
    "short image": broken(lambda r: r["gallery"][0].update(original="AAAA")),
    "not base64": broken(lambda r: r["gallery"][0].update(adversarial="<script>")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_results_json_is_refused_in_one_line(name, tmp_path, capsys):
    path = tmp_path / "results.json"
    path.write_text(HOSTILE[name])
    assert run("render", path, "-o", tmp_path / "out.html") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error: {path}: ")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out.html").exists()


def test_a_file_too_large_is_not_even_read(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    path.write_text("{}")
    monkeypatch.setattr(source, "MAX_BYTES", 1)
    with pytest.raises(UserError, match="larger than"):
        source.read(path)


def test_a_missing_file_is_said_so(tmp_path, capsys):
    assert run("render", tmp_path / "no.json", "-o", tmp_path / "out.html") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_folder_that_is_a_file_is_said_so(saved, capsys):
    assert run("render", saved, "-o", saved / "out.html") == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("case", CASES)
def test_every_result_of_ours_passes_the_check(case, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(CASES[case]().as_json()))
    assert source.read(path) == CASES[case]()
