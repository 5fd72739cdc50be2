"""Numbers in the README and in docs/tables.md are those that were measured."""

import re

from core.data.arrays import OPTIONAL
from core.data.dataset import ARRAYS
from core.spec import spec_files
from tests.docs.pages import NAMES, ROOT, page

README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
TIMES = {
    "2 to 20 minutes each": (2, 20),
    "a quarter of an hour to an hour each": (15, 60),
}


def presets():
    """The presets of the README's table, with the time that it gives for them."""
    for line in README.splitlines():
        names = re.match(r"\| ((?:`[\w-]+`(?:, )?)+) \|", line)
        if names and line.split("|")[3].strip() in TIMES:
            for name in re.findall(r"`([\w-]+)`", names[1]):
                yield name, TIMES[line.split("|")[3].strip()]


def test_every_study_took_as_long_as_the_readme_says():
    told = dict(presets())
    assert set(told) == set(NAMES)
    for name, (least, most) in told.items():
        minutes = int(re.search(r"; (\d+) minutes of computing", page(name).text)[1])
        assert least <= minutes <= most, name


def test_every_preset_stands_in_the_readme():
    table = README.partition("| preset |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([\w-]+)`", table)) == set(spec_files.preset_names())


def test_speeds_in_the_readme_are_those_of_the_benchmarks():
    faster = float(re.search(r"first-target`\), `jsma-f`: times as fast \| ([\d.]+)", RESULTS)[1])
    assert "in two fifths of the time" in README
    assert 1 / faster <= 0.4
    minutes = re.search(r"MNIST on an (\w+): ([\d.]+) minutes", README)
    measured = re.search(r"one temperature of MNIST\*\* .*\| ([\d.]+) minutes;", RESULTS)[1]
    assert minutes[2] == measured
    assert minutes[1] in RESULTS


def test_the_page_on_tables_names_the_arrays_that_a_file_may_hold_and_no_results():
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {*ARRAYS, *OPTIONAL} - {"name", "note"}
    assert not re.findall(r"\d %", text.replace("```", ""))
