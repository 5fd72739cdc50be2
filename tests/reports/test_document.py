"""The page is one file that loads nothing, runs only its own scripts, and says only what holds."""

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from reports.document import document, integrity
from tests.reports import synthetic
from tests.reports.cases import CASES

PAGES = {}


def page(case):
    """The rendered page of a case, rendered once."""
    if case not in PAGES:
        PAGES[case] = document.render(CASES[case]())
    return PAGES[case]


def without_scripts(text):
    """The page without what stands in script elements."""
    return re.sub(r"<script\b[^>]*>.*?</script>", "", text, flags=re.S)


def block(text, name):
    """The content of one JSON block."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.S)
    return json.loads(found.group(1))


def unsealed(results):
    """Results without the hash and the renderer's version that a page adds."""
    return integrity.unsealed(results, "page")


@pytest.mark.parametrize("case", CASES)
def test_every_case_renders_under_6_mb(case):
    text = page(case)
    assert text.startswith("<!doctype html>")
    assert len(text.encode("utf-8")) < 6_000_000
    assert "<h1>" in text


def test_the_bundle_is_of_the_version_that_draws_for_the_app():
    bundle = Path(document.__file__).parent / "static" / "plotly" / "plotly-cartesian.min.js"
    assert f"v{get_plotlyjs_version()}\n" in bundle.read_text("utf-8")[:200]


def test_equal_results_give_equal_bytes_in_another_process():
    code = (
        "import hashlib; from tests.reports import synthetic;"
        "from reports.document import document;"
        "text = document.render(synthetic.paper_like());"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == hashlib.sha256(page("paper_like").encode()).hexdigest()


@pytest.mark.parametrize("case", ["paper_like", "hostile"])
def test_the_policy_stands_first_and_names_exactly_the_scripts_of_the_page(case):
    text = page(case)
    head = text[text.index("<head>") :]
    assert re.match(r'<head>\s*<meta charset="utf-8">\s*<meta http-equiv="Content-Sec', head)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    hashes = {
        "sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts
    }
    assert len(scripts) == 2
    assert set(re.findall(r"'(sha256-[^']*)'", policy)) == hashes


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_loaded_from_outside(case):
    text = without_scripts(page(case))
    addresses = re.findall(r'(?:src|href|action|data|poster)="([^"]*)"', text)
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert "url(" not in text
    assert "@import" not in text


def test_hostile_strings_are_text_and_nothing_else():
    text = page("hostile")
    assert html.escape(synthetic.HOSTILE, quote=False) in text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert ">49<" not in text
    assert unsealed(block(text, "results")) == synthetic.hostile().as_json()
    drawn = json.dumps(block(text, "drawings"))
    assert "<script" not in drawn
    assert "<img" not in drawn


def test_the_page_carries_the_results_themselves():
    assert unsealed(block(page("paper_like"), "results")) == synthetic.paper_like().as_json()
    lines = block(page("paper_like"), "summary-csv").splitlines()
    assert len(lines) == 1 + len(synthetic.paper_like().summary)


def test_a_hole_in_the_run_is_a_banner_that_names_it():
    text = without_scripts(page("incomplete"))
    assert "This report is incomplete." in text
    assert "jsma-logf on distillation, T = 100, seed 0: failed: out of memory" in text
    assert "This report is incomplete." not in without_scripts(page("paper_like"))


@pytest.mark.parametrize("case", CASES)
def test_every_figure_has_a_takeaway_and_its_numbers(case):
    text = without_scripts(page(case))
    figures = re.findall(r"<figure>.*?</figure>", text, re.S)
    assert len(figures) == len(block(page(case), "drawings"))
    for figure in figures:
        assert re.search(r"<figcaption>.{10,}</figcaption>", figure, re.S)
        assert "<details>" in figure
        assert "<tbody>" in figure


def test_ids_are_unique_and_links_lead_somewhere():
    text = without_scripts(page("paper_like"))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_published_values_stand_with_how_they_were_obtained():
    text = without_scripts(page("paper_like"))
    assert "13.79\u00a0%" in text
    assert "stands in the text of the paper" in text
    assert "read off the published figure" in text
    assert "other data (MNIST, 5,000 images)" in text
    assert "The paper has no numbers on these data." in without_scripts(page("table_data"))


def test_rendering_needs_neither_keras_nor_tensorflow():
    code = (
        "import sys; from tests.reports import synthetic;"
        "import reports.__main__; from reports.document import document;"
        "document.render(synthetic.paper_like());"
        "print([m for m in ('keras', 'tensorflow', 'torch', 'jax') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
