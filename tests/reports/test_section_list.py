"""One file a section, one list: page, contents, comments and app know a new one by its line."""

import re
from pathlib import Path

import plotly.graph_objects as go
import pytest

from core.reviews import entries
from reports.document import document
from reports.document import page as pages
from reports.plots import look
from reports.prose.table import Table
from reports.sections import sections
from reports.sections.blocks import said
from reports.sections.section import Section
from tests.reports import full, synthetic
from tests.reports.test_document import block, without_scripts

TEMPLATES = sorted((Path(pages.__file__).parent / "templates").glob("*.j2"))
ROOM = Path(sections.__file__).parent

TOY = Section(
    "weather",
    "How the weather was",
    label="Weather",
    intro=lambda results: said("Rain says nothing about robustness."),
    figure=lambda results, look: go.Figure(go.Scatter(x=[1], y=[len(results.summary)])),
    takeaway=lambda results: "It rained on every network alike.",
    table=lambda results: Table("Rain", ("Network", "mm"), (("all", "3"),), frozenset({1})),
)


@pytest.fixture
def with_toy(monkeypatch):
    """The report with one section more, before the last but one."""
    listed = (*sections.SECTIONS[:-2], TOY, *sections.SECTIONS[-2:])
    monkeypatch.setattr(sections, "SECTIONS", listed)


@pytest.fixture
def results():
    return synthetic.paper_like()


def test_the_document_draws_a_new_section_in_its_place(with_toy, results):
    text = document.render(results)
    shown = without_scripts(text)
    found = re.search(r'<section id="weather" .*?</section>', shown, re.S).group(0)
    parts = (
        *("<h2", "How the weather was</h2>", "<p>Rain says nothing about robustness.</p>"),
        *('id="figure-weather"', "It rained on every network alike.</figcaption>"),
        *("The numbers of this figure", '<p class="caption">Rain</p>'),
    )
    places = [found.index(part) for part in parts]
    assert places == sorted(places)
    before, _, after = (one.id for one in sections.SECTIONS[-4:-1])
    order = re.findall(r'<section [^>]*\bid="([^"]+)"', shown)
    assert order.index(before) < order.index("weather") < order.index(after)
    assert block(text, "drawings")["weather"]["wide"]["data"][0]["y"] == [len(results.summary)]


def test_contents_name_it_and_lead_to_it(with_toy, results):
    contents = document.render(results).partition('<nav aria-label="Contents">')[2]
    assert '<li><a href="#weather">Weather</a></li>' in contents


def test_it_can_be_commented_on(with_toy, results):
    assert sections.of(results)["weather"] == sections.title("weather") == TOY.title


def test_the_app_shows_its_figure(with_toy, results):
    names = [one.id for one in sections.figures()]
    assert names.index("weather") == len(names) - 1
    (toy,) = [one for one in sections.figures() if one is TOY]
    assert toy.figure(results, look.DARK).data
    assert (toy.takeaway(results), toy.table(results).caption) == (
        "It rained on every network alike.",
        "Rain",
    )


def test_without_its_line_nothing_knows_it(results):
    assert "weather" not in document.render(results)
    assert "weather" not in sections.of(results)
    assert sections.title("weather") == "weather"


def test_a_figure_that_draws_nothing_leaves_no_section(monkeypatch, results):
    empty = Section("nothing", "Nothing", figure=lambda results, look: None, intro=TOY.intro)
    monkeypatch.setattr(sections, "SECTIONS", (*sections.SECTIONS, empty))
    assert "nothing" not in sections.of(results)
    assert 'id="nothing"' not in document.render(results)


@pytest.mark.parametrize("made", [synthetic.paper_like, full.everything, synthetic.table_data])
def test_the_finding_stands_first_and_nowhere_else(made):
    found = made()
    first, *others = sections.stand(found)
    assert first.section.id == "finding"
    drawn = [one.figure.id for one in others if one.figure is not None]
    assert first.figure.id not in [*drawn, *(p.id for one in others for p in one.parts)]
    assert first.heading == first.figure.title


def test_every_section_has_a_file_and_ids_are_unique():
    exporting = {
        path.stem for path in ROOM.glob("*.py") if "\nSECTION = Section(" in path.read_text("utf-8")
    }
    inside = {part.id for one in sections.SECTIONS for part in one.parts}
    ids = [one.id for one in sections.SECTIONS]
    assert len(ids) == len(set(ids))
    assert len(exporting) == len(ids) + len(inside - set(ids))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_asks_a_module_or_tells_sections_apart(template):
    text = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.S)
    code = " ".join(re.findall(r"(?<=\{\{|\{%)(.*?)(?=\}\}|%\})", text, re.S))
    names = {one.id for one in sections.SECTIONS} | {entries.WHOLE, "record"}
    assert not re.search(r"\b\w*id\s*(==|!=|in\b)", code)
    quoted = set(re.findall(r"""["']([^"']+)["']""", code))
    assert not quoted & names
    calls = set(re.findall(r"([A-Za-z_][\w.\[\]]*)\(", code))
    macros = {"data_table", "drawing", "section", "sentence[part.kind]", "blocks[block.kind]"}
    defined = set(re.findall(r"macro (\w+)\(", code))
    assert {call for call in calls if not call.endswith(".items")} <= macros | defined


def test_pages_are_given_values_and_no_modules(monkeypatch, results):
    given = {}

    class Template:
        def render(self, **named):
            given.update(named)
            return ""

    class Environment:
        def get_template(self, name):
            return Template()

    monkeypatch.setattr(pages, "_environment", Environment)
    document.render(results)
    assert set(given) == {"page", "script_hashes", "scripts", "style"}
    values = [given["page"], *vars(given["page"]).values()]
    assert not any(type(value).__name__ in ("module", "function", "Results") for value in values)
