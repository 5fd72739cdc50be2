"""Checks are counted by kind, and those that could refute an evaluation stand first."""

import pytest

from core.judgement.diagnostics import check as judged_check
from core.model.judged import Check
from reports.sections import checks, published, tested
from tests.reports import full, synthetic
from tests.reports.changing import changed

REFUTING = ("planted_found", "zero_gradients", "more_work_changes_nothing")
BOOKS = ("parameters_listed", "mean_of_minima")


def asked(*outcomes):
    """Results whose checks are these kinds with these outcomes, three networks each."""
    made = full.everything()
    subject = made.diagnostics[0].subject
    each = [
        Check(check=kind, result=result, sentence=f"{kind} {result}", subject=subject)
        for kind, result in outcomes
        for _ in range(3)
    ]
    return changed(made, diagnostics=each)


def test_a_kind_counts_once_however_many_networks_it_was_asked_of():
    made = asked(("planted_found", "pass"), ("parameters_listed", "pass"))
    assert checks.summary(made).startswith(
        "Of 1 kind of check that could show that the attacks do not work, 1 passed wherever they"
        " could be run. Of 1 kind of check that ask"
    )


@pytest.mark.parametrize(
    ("outcomes", "ended"),
    [
        (("pass", "fail", "not run"), (("planted_found",), (), ())),
        (("pass", "not run"), ((), ("planted_found",), ())),
        (("not run",), ((), (), ("planted_found",))),
    ],
)
def test_one_failure_fails_a_kind_and_one_pass_keeps_it_from_not_run(outcomes, ended):
    made = asked(*(("planted_found", outcome) for outcome in outcomes))
    assert checks.kinds(made, of_the_records=False) == checks.Kinds(*ended)
    assert checks.kinds(made, of_the_records=True) == checks.Kinds((), (), ())


def test_passes_of_the_records_never_stand_for_those_that_could_refute():
    made = asked(*((kind, "not run") for kind in REFUTING), *((kind, "pass") for kind in BOOKS))
    first, second = checks.summary(made).split(". ")
    assert first.startswith("Of 3 kinds")
    assert first.endswith("3 could not be run")
    assert second.startswith("Of 2 kinds")
    assert second.endswith("2 passed wherever they could be run.")


def test_those_that_could_refute_stand_first_in_a_table():
    made = asked(*((kind, judged_check.FAIL) for kind in (*BOOKS, *REFUTING)))
    first = [row[0] for row in checks.table(made, "fail").rows]
    assert first[:3] == [
        checks.ASKS[kind] for kind in sorted(REFUTING, key=list(checks.ASKS).index)
    ]


def test_what_holds_the_attacks_back_is_part_of_the_threat_model():
    said = dict(tested.attacker(full.everything()))["Held back"]
    assert "jsma-logf" in said.split(":")[0]
    assert "one direction only" in said
    assert said.endswith("nothing limits how visible a change is")
    assert "random draws" in said


@pytest.mark.parametrize(("low", "high", "answer"), [(0.9, 0.95, "no"), (0.95, 0.96, "yes")])
def test_a_published_value_is_said_to_lie_inside_the_interval_or_not(low, high, answer):
    made = synthetic.paper_like()
    rows = [
        row.model_copy(update={"success_low": low, "success_high": high})
        if row.identity.undefended and row.attack == "jsma-f"
        else row
        for row in made.summary
    ]
    table = published.table(made.model_copy(update={"summary": rows}))
    row = next(r for r in table.rows if r[0].startswith("Attacks") and r[1] == "none")
    assert row[2] == "95.89\u00a0%"
    assert row[4] == answer


def test_how_many_published_values_lie_outside_is_counted():
    table = published.table(synthetic.paper_like())
    outside = [row[4] for row in table.rows].count("no")
    told = [row[4] for row in table.rows if row[4] != "–"]
    assert outside
    assert f"Of {len(told)} values, {outside} lie" in table.caption


@pytest.mark.parametrize(("censored", "answer"), [(0.0, ("yes", "no")), (0.5, ("–",))])
def test_a_mean_without_an_interval_holds_no_published_value(censored, answer):
    made = synthetic.paper_like()
    rows = [
        row.model_copy(update={"rho_low": 0.1, "rho_high": 0.2, "rho": 0.15, "censored": censored})
        for row in made.summary
    ]
    table = published.table(made.model_copy(update={"summary": rows}))
    inside = {row[4] for row in table.rows if row[0].startswith("Robustness") and row[3] != "–"}
    assert inside <= set(answer)
