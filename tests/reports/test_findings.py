"""The headline claims what the intervals carry, and no more."""

import pytest

from core.model.results import Results
from reports.prose import distances, findings, numbers
from reports.sections import arithmetic, robustness
from tests.reports import changing, full, synthetic
from tests.reports.changing import about, changed, each, first, where


def found_in(made: Results) -> findings.Findings:
    """The findings of results that a test made."""
    return findings.find(made)


def test_a_gain_that_goes_without_underflow_is_called_none():
    found = found_in(synthetic.paper_like())
    assert found.headline == (
        "Distillation at T\u00a0=\u00a020 makes the paper's attack give up on about 84 of 100"
        " inputs. Without underflow the same attack gives up on no input."
    )
    for rate in ("About 3 of 100", "about 86 of 100", "about 94 of 100"):
        assert rate in found.evidence
    assert any("about 84 of 100 gradients" in line.text for line in found.lines)


def test_a_factor_stands_where_it_was_measured_and_not_where_it_is_the_budget():
    results = synthetic.paper_like()
    moved = where(results.summary, lambda row: True, censored=0.0)
    found = found_in(changed(results, summary=moved))
    assert found.headline == (
        "Distillation at T\u00a0=\u00a020 makes this classifier look seven times as robust. "
        "It is not."
    )
    few = where(results.summary, lambda row: row.attack == "jsma-f", censored=0.02)
    assert "seven times" in found_in(changed(results, summary=few)).headline
    hot = where(few, lambda row: row.temperature == 20, censored=0.021)
    assert "give up on about 2 of 100 inputs" in found_in(changed(results, summary=hot)).headline


def test_without_a_check_the_gain_is_unchecked():
    found = found_in(synthetic.CASES["jsma_f_only"]())
    assert "The gain is unchecked" in found.headline
    assert "It is not" not in found.headline
    assert any("unchecked" in paragraph for paragraph in found.paragraphs)


def test_where_there_is_no_gap_none_is_claimed():
    results = synthetic.no_gap()
    found = found_in(results)
    assert "It is not" not in found.headline
    assert "in exact arithmetic too" in found.headline
    assert "No difference detected" in robustness.takeaway(results)
    assert "No difference detected" in arithmetic.takeaway(results)


def test_where_there_is_no_gain_no_difference_is_detected():
    found = found_in(synthetic.no_gain())
    assert "no difference in robustness (L0) detected" in found.headline
    assert "times as robust" not in found.headline


def logf_at_20(row):
    """Whether a row is about jsma-logf at T = 20."""
    return about(row, attack="jsma-logf", temperature=20.0)


def test_a_wide_interval_without_underflow_does_not_disprove_the_gain():
    results = synthetic.paper_like()
    wide = where(results.differences, logf_at_20, low=-0.08, high=0.09, detected=False)
    found = found_in(changed(results, differences=wide))
    assert "It is not" not in found.headline
    assert "no gain is detected" in found.headline


def test_a_part_of_the_gain_that_stays_is_named():
    results = synthetic.paper_like()
    rows = where(
        results.summary,
        lambda row: logf_at_20(row) and row.defense == "distillation",
        **{"rho": 0.0352, "rho_low": 0.033, "rho_high": 0.037},
    )
    gain = {"difference": 0.0176, "low": 0.015, "high": 0.02, "detected": True}
    gained = where(results.differences, logf_at_20, **gain)
    found = found_in(changed(results, summary=rows, differences=gained))
    assert "Part of that is rounding" in found.headline
    assert "times as robust" in found.evidence


def test_without_the_undefended_network_nothing_is_compared():
    found = found_in(synthetic.CASES["no_baseline"]())
    assert "cannot say whether the defence helps" in found.evidence
    assert "1.74" in found.headline


def test_a_network_that_did_not_train_is_never_the_headline():
    results = synthetic.paper_like()
    at_20 = {"temperature": 20.0, "defense": "distillation"}
    networks = where(results.networks, lambda one: about(one, **at_20), trained=False)
    found = found_in(changing.provenance(results, networks=networks))
    assert "T\u00a0=\u00a020" not in found.headline
    assert any("did not train" in line.title for line in found.lines)


def test_a_network_that_was_handed_in_is_not_said_to_have_failed_to_train():
    results = synthetic.paper_like()
    at_20 = {"temperature": 20.0, "defense": "distillation"}
    params = {"file": "mine.keras", "sha256": "0" * 12}
    networks = where(
        results.networks, lambda one: about(one, **at_20), trained=False, defense_params=params
    )
    found = found_in(changing.provenance(results, networks=networks))
    assert any("answered near chance" in line.title for line in found.lines)
    assert not any("did not train" in line.title for line in found.lines)


def test_an_untrained_baseline_carries_no_comparison():
    results = synthetic.paper_like()
    results = changing.provenance(results, networks=first(results.networks, trained=False))
    assert "the undefended network did not train" in found_in(results).headline


def test_a_network_as_given_gets_a_rate_and_no_claim_about_a_defence():
    found = found_in(synthetic.given())
    assert found.headline == "About 94 of 100 attacks succeed against this classifier."
    assert "nothing is said about a defence" in found.evidence


def test_an_attack_for_robustness_alone_gives_a_headline_without_a_rate():
    results = synthetic.given()
    measured = results.summary[-1]
    alone = changed(measured, success_rate=None, attack="a-first", distance="l0")
    both = changed(results, summary=[alone, *results.summary])
    assert "attacks succeed" in found_in(both).headline, "an equal one has a rate"
    found = found_in(changed(results, summary=[alone]))
    assert found.headline.startswith("An attacker must change ")
    assert "does not measure how many attacks succeed" in found.evidence


def test_other_data_than_the_papers_are_named():
    assert "a part of the paper's" in " ".join(found_in(synthetic.paper_like()).paragraphs)
    assert "not the paper's" in " ".join(found_in(synthetic.table_data()).paragraphs)


def test_nothing_finished_is_said_so():
    assert found_in(synthetic.empty()).headline == "No attack has finished yet."


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.0, "none"),
        (0.004, "fewer than 1 of 100"),
        (0.0091, "about 1 of 100"),
        (0.94, "about 94 of 100"),
        (0.992, "about 99 of 100"),
        (0.996, "more than 99 of 100"),
        (1.0, "all"),
    ],
)
def test_rates_in_plain_words(rate, said):
    assert numbers.of_100(rate) == said


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        *((None, "–"), (0, "0"), (3.4e-11, "0.00"), (-4e-6, "0.00"), (6e-6, "0.0006")),
        *((0.0045, "0.45"), (0.0176, "1.76"), (0.1379, "13.8"), (1, "100")),
    ],
)
def test_percent_has_three_digits_at_most(fraction, written):
    assert numbers.percent(fraction).removesuffix("\u00a0%") == written


def test_a_censored_rho_says_where_the_attack_stopped():
    made = synthetic.build({("distillation", 20.0): {"jsma-f": (0.03, 0.12, 0.8, 0.8)}})
    (row,) = made.summary
    assert distances.robustness(row) == "12.0\u00a0% (stopped on 80.0\u00a0%)"


def test_no_success_is_said_in_words():
    results = synthetic.given()
    rows = each(results.summary, success_rate=0.0, success_low=0.0, success_high=0.04)
    found = found_in(changed(results, summary=rows))
    assert "None attacks" not in found.headline + found.evidence
    assert found.headline.startswith("No attacks succeed")


def test_every_attack_of_the_summary_is_named_for_somebody_who_knows_none():
    made = full.build((("none", {}, None),), {"pgd": full.ATTACKS["pgd"]})
    (first, *_) = found_in(made).paragraphs
    assert "Projected gradient descent (pgd, random starts)" in first


def without_rates(results: Results) -> Results:
    """The same results from attacks for robustness alone, which stop at the first target."""
    rates = dict.fromkeys(("success_rate", "success_low", "success_high"))
    differences = [one for one in results.differences if one.metric == "rho"]
    return changed(results, summary=each(results.summary, **rates), differences=differences)


@pytest.mark.parametrize("name", synthetic.CASES)
def test_attacks_for_robustness_alone_are_told_by_what_an_attacker_must_do(name):
    with_rates = found_in(synthetic.CASES[name]())
    found = found_in(without_rates(synthetic.CASES[name]()))
    told = [found.headline, found.evidence, *found.paragraphs]
    told += [f"{line.title} {line.text}" for line in found.lines]
    for sentence in told:
        assert "None" not in sentence
        assert "of 100 attacks" not in sentence
        assert "unmeasured" not in sentence
    if "succeed against this classifier" not in with_rates.headline:
        assert found.headline == with_rates.headline


def test_a_gain_without_rates_is_told_in_features():
    found = found_in(without_rates(synthetic.paper_like()))
    assert found.evidence.startswith(
        "An attacker must change 12.2\u00a0% of all features (its budget on about 84 of 100 inputs"
    )
    assert "underflow in its own arithmetic: then 1.7" in found.evidence
    assert "is enough (1.7" in found.evidence


def test_where_the_control_does_the_same_the_headline_is_not_about_distillation_alone():
    made = synthetic.paper_like()
    own = [
        one
        for one in made.differences
        if about(one, attack="jsma-f", against="temperature", metric="rho", temperature=20.0)
    ]
    assert own
    rest = [one for one in made.differences if one not in own]
    alone, both = "Distillation at T", "Training at T\u00a0=\u00a020 (distilled or not)"
    for detected, who in ((False, both), (True, alone)):
        told = changed(made, differences=[*rest, *each(own, detected=detected)])
        assert found_in(told).headline.startswith(who)
    for of_control, said in ((0.91, "about 91 to 95 of 100"), (0.95, "about 95 of 100")):
        shares = {"distillation": 0.95, "temperature": of_control}
        rows = [
            changed(one, censored=shares[one.defense])
            if one.attack == "jsma-f" and one.temperature == 20.0
            else one
            for one in made.summary
        ]
        told = changed(made, summary=rows, differences=[*rest, *each(own, detected=False)])
        assert f"give up on {said} inputs" in found_in(told).headline
    # The control was not attacked, or shows no gain: nothing is said of it.
    alike = [*rest, *each(own, detected=False)]
    lonely = [row for row in made.summary if row.defense != "temperature"]
    assert found_in(changed(made, differences=alike, summary=lonely)).headline.startswith(alone)
    none = [
        changed(one, detected=False)
        if about(one, defense="temperature", against="none", attack="jsma-f")
        else one
        for one in alike
    ]
    assert found_in(changed(made, differences=none)).headline.startswith(alone)
