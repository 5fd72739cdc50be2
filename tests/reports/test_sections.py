"""Sections of a full run show its numbers, and stand only where the run holds them."""

import copy
import json
import math

import numpy as np
import pytest

from core.model.network import Calibration
from reports.document import document, layout
from reports.plots import heat, look
from reports.prose import numbers
from reports.sections import (
    amplitudes,
    checks,
    classes,
    confidence,
    defences,
    detection,
    glossary,
    sections,
    tested,
)
from tests.reports import changing, derived, full, synthetic
from tests.reports.changing import about, changed, each
from tests.reports.test_document import page, without_scripts

FIGURES = {one.id: one for one in sections.figures()}
NEW = ("defences", "elsewhere", "amplitudes", "curves", "confidence", "detection", "classes")
ORDER = [one.id for one in sections.SECTIONS if one.id not in ("robustness", "references")]
"""Of a run whose finding is its figure of robustness, and whose networks were trained for it."""


@pytest.mark.parametrize("name", NEW)
def test_older_results_have_no_such_section(name):
    assert FIGURES[name].figure(synthetic.paper_like(), look.LIGHT) is None
    assert f'<section id="{name}"' not in page("paper_like")


def test_sections_stand_in_the_order_of_the_design():
    text = page("everything")
    places = [text.index(f'id="{name}" aria-labelledby') for name in ORDER]
    assert places == sorted(places)


def test_the_comparison_shows_the_strongest_attack_on_each_sample():
    made = full.everything()
    drawn = defences.figure(made)
    features, length, kept = drawn.data
    wanted = sorted(made.closest, key=lambda entry: entry.distance)
    assert sorted(features.x) == pytest.approx(
        sorted(100 * entry.rho for entry in wanted if entry.distance == "l0")
    )
    means = sorted(entry.mean for entry in wanted if entry.distance == "l2")
    by_title = {tuple(np.round(sorted(trace.x), 6)) for trace in (length, kept)}
    assert tuple(np.round(means, 6)) in by_title
    assert max(max(length.x), max(kept.x)) == pytest.approx(71)


def test_no_gain_is_claimed_that_the_interval_does_not_carry():
    made = full.everything()
    gain = {"rho_increase": 0.4, "rho_increase_low": -0.1, "rho_increase_high": 0.9}
    made = changed(made, closest=each(made.closest, **gain))
    assert "no difference from the undefended network was detected" in defences.takeaway(made)
    farther = changed(made.closest[-1], rho_increase_low=0.2)
    made = changed(made, closest=[*made.closest[:-1], farther])
    assert "an attacker must go farther" in defences.takeaway(made)


def test_seeds_are_pooled_by_count_in_the_reliability_diagram():
    one = {"low": 0.5, "count": 1, "mean_confidence": 0.6, "accuracy": 1.0}
    other = {"low": 0.5, "count": 3, "mean_confidence": 0.52, "accuracy": 0.0}
    pooled = confidence.pooled([calibration(one), calibration(other)])
    assert pooled == [(pytest.approx(0.54), 0.25, 4)]


def calibration(*bins):
    """The calibration of a network with these bins."""
    answers = {"count": 0, "mean_confidence": None, "low": None, "high": None}
    made = {"expected_calibration_error": 0.0, "right": answers, "wrong": answers}
    return Calibration.model_validate({**made, "bins": list(bins)})


def test_the_change_of_accuracy_has_newcombes_interval():
    difference, low, high = confidence.change((0.9, 0.85, 0.93), (0.95, 0.91, 0.97))
    assert difference == pytest.approx(-0.05)
    assert low == pytest.approx(-0.05 - math.hypot(0.05, 0.02))
    assert high == pytest.approx(-0.05 + math.hypot(0.03, 0.04))
    cells = confidence.table(full.everything()).rows
    assert [row[3] for row in cells if row[0] == "Undefended"] == ["–"]
    assert all(row[3].startswith(("+", "−")) for row in cells if row[0] != "Undefended")


def test_accuracy_is_paired_where_the_answers_to_each_input_are_known():
    made = full.everything()
    assert "not paired where" in confidence.table(made).caption
    known = {"gained": 2, "lost": 12, "difference": -0.01, "low": -0.018, "high": -0.003}
    networks = [
        changed(one, accuracy_change=None if one.identity.undefended else known)
        for one in made.networks
    ]
    made = changed(made, provenance=changed(made.provenance, networks=networks))
    table = confidence.table(made)
    assert "paired: both answered the same inputs" in table.caption
    defended = {row[3] for row in table.rows if row[0] != "Undefended"}
    assert defended == {"−1.00 [−1.80, −0.30]"}


def test_gradients_that_float32_loses_stand_left_of_the_line():
    made = full.everything()
    drawn = amplitudes.figure(made)
    assert len(drawn.layout.shapes) == 1
    lost, kept = look.LIGHT.lines[0], look.LIGHT.lines[2]
    for trace in drawn.data:
        for x, color in zip(trace.x, trace.marker.color, strict=True):
            assert color == (lost if x < -38 else kept)
    assert "gradients of 84.0\u00a0% of the test inputs" in amplitudes.takeaway(made)


def test_the_detector_is_read_against_its_false_alarms():
    made = full.everything()
    (line,) = detection.figure(made).layout.shapes
    assert line.x0 == 5
    assert "false alarms" in detection.takeaway(made)
    assert len(detection.table(made).rows) == len(made.detection)


def test_cells_of_the_matrices_hold_their_numbers():
    drawn = classes.figure(full.everything())
    maps = [trace for trace in drawn.data if trace.type == "heatmap"]
    texts = [trace for trace in drawn.data if trace.type == "scatter"]
    assert len(maps) == len(texts) == 4
    for plane, text in zip(maps, texts, strict=True):
        for x, y, said in zip(text.x, text.y, text.text, strict=True):
            assert said == f"{round(100 * plane.z[y][x])}"
            assert x != y


@pytest.mark.parametrize("chosen", [look.LIGHT, look.DARK])
def test_numbers_in_cells_are_legible_on_every_shade(chosen):
    low, high = heat._channels(chosen.grid), heat._channels(chosen.lines[2])
    for rate in np.linspace(0, 1, 21):
        cell = [a + rate * (b - a) for a, b in zip(low, high, strict=True)]
        ink = heat._channels(heat._legible(rate, chosen))
        assert heat._contrast(ink, cell) >= 3.9


def test_checks_are_grouped_failed_first_and_networks_with_one_sentence_merged():
    made = full.everything()
    failed, passed = checks.table(made, "fail"), checks.table(made, "pass")
    assert all(row[3] == "jsma-f" for row in failed.rows)
    # jsma-f passed on fewer networks than the others, so it stands in a line of its own.
    assert sum("0% of the samples" in row[1] for row in passed.rows) == 2
    assert checks.table(made, "not run") is None
    assert checks.table(synthetic.empty(), "fail") is None


def test_the_threat_model_follows_from_the_attacks():
    facts = dict(tested.attacker(full.everything()))
    assert "white box" in facts["Knows"]
    assert "predicted class only" in facts["Knows"]
    assert "untargeted" in facts["Wants"]
    assert "L∞\u00a00.25" in facts["Budgets"]
    small = dict(tested.attacker(synthetic.paper_like()))
    assert "untargeted" not in small["Wants"]
    assert any("transfer" in sentence for sentence in tested.not_tested(synthetic.paper_like()))


def test_frameworks_are_supported_and_never_met():
    text = without_scripts(page("everything"))
    for name in ("AML.T0043", "AML.T0015", "AML.M0003", "MEASURE 2.7", "ML01:2023", "Article 15"):
        assert name in text
    assert "what it describes" in text
    assert "supports evidence" not in text
    assert "compliant" not in text.lower()


def test_every_term_that_is_linked_is_in_the_glossary():
    text = page("everything")
    assert text.count('class="term"') >= 4
    for name in glossary.MEANINGS:
        assert f">{name}</dt>" in text


def test_the_dark_and_narrow_figures_are_made_of_the_light_one():
    made = full.everything()
    _, drawn = layout.laid_out(made)

    def applied(figure, changes):
        for path, value in changes:
            part = figure
            for key in path[:-1]:
                part = part[key]
            part[path[-1]] = value
        return figure

    for name, entry in FIGURES.items():
        variants = drawn[name]
        narrow = applied(copy.deepcopy(variants["wide"]), variants["narrow"])
        assert narrow == _json(entry.figure(made, look.LIGHT_NARROW))
        assert applied(narrow, variants["narrow-dark"]) == _json(
            entry.figure(made, look.DARK_NARROW)
        )


def _json(figure):
    return json.loads(figure.to_json())


def test_the_largest_report_is_rendered_under_6_mb():
    text = document.render(full.largest())
    assert len(text.encode("utf-8")) < 6_000_000
    assert numbers.at(100.0) in text
    assert text.count("<figure>") == len(FIGURES)


def test_what_was_not_tested_names_samples_and_checks_that_did_not_run():
    made = full.everything()
    made = changed(made, diagnostics=each(made.diagnostics, result="not run"))
    said = " ".join(tested.not_tested(made))
    assert "test samples, 100 were attacked" in said
    assert "could not be run: had the attack a gradient to follow; " in said
    assert "every setting of every attack listed" not in said
    made = changing.data(made, n_test=100)
    assert "were attacked" not in " ".join(tested.not_tested(made))


def test_the_first_screen_says_which_content_it_is_and_that_nobody_signed_it():
    text = without_scripts(page("everything"))
    first = text[: text.index('id="finding"')]
    assert "This is content" in first
    assert "sign-offs" in first


def test_a_line_of_checks_claims_only_the_pairs_of_network_and_attack_that_it_covers():
    made = full.largest()

    def passed(defense, temperature, attack):
        (row,) = [
            row
            for row in made.summary
            if about(row, defense=defense, temperature=temperature, attack=attack)
        ]
        return derived.check(row, "zero_gradients", 0.0, "0% had none.", attack_params={})

    held = [passed("none", None, attack) for attack in ("jsma-f", "jsma-z")]
    made = changed(made, diagnostics=[*held, passed("distillation", 20.0, "jsma-z")])
    rows = checks.table(made, "pass").rows
    assert {(row[2], row[3]) for row in rows} == {
        ("Undefended", "jsma-f"),
        ("Undefended; Distillation, T\u00a0=\u00a020", "jsma-z"),
    }
