"""What is said of misclassified inputs follows their number, where it is known."""

import pytest

from core.model.migration import migrated
from core.model.results import Results
from reports.prose import counted
from reports.sections import comparison, method, tested
from tests import model
from tests.reports import synthetic
from tests.reports.changing import changed


def told(made):
    """Every paragraph of the Method section."""
    return " ".join(
        part
        for block in method.body(made)
        for part in getattr(block, "parts", ())
        if isinstance(part, str)
    )


def test_the_method_states_one_rule_and_an_earlier_version_has_another():
    made = synthetic.paper_like()
    assert counted.RULE in told(made)
    rows = [row.model_copy(update={"misclassified": None}) for row in made.summary]
    earlier = told(changed(made, summary=rows))
    assert counted.RULE not in earlier
    assert "counts in every number as moved by a distance of 0" in earlier


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ([0, 0], "No input was misclassified without an attack."),
        ([1, 1], "Misclassified without an attack, and so not attacked, was 1."),
        ([2, 2], "Misclassified without an attack, and so not attacked, were 2."),
        (
            [0, 3],
            "Misclassified without an attack, and so not attacked, were 0 to 3, depending on the"
            " network.",
        ),
        ([None, None], ""),
    ],
)
def test_how_many_were_not_attacked_is_said_beside_the_numbers(numbers, sentence):
    rows = [
        model.row(defense="distillation", temperature=float(at + 1), misclassified=number)
        for at, number in enumerate(numbers)
    ]
    assert counted.beside(rows) == sentence
    assert sentence in comparison.table(model.results(summary=rows)).caption


def test_a_row_says_how_many_inputs_it_attacked_and_how_many_it_did_not():
    rows = [model.row(inputs=100), model.row(inputs=99, misclassified=1)]
    table = comparison.table(model.results(summary=rows))
    place = table.columns.index("Inputs attacked")
    assert [cells[place] for cells in table.rows] == ["100", "99 (1 misclassified)"]


def test_results_of_an_earlier_version_load_and_say_that_they_counted_otherwise():
    raw = synthetic.paper_like().as_json()
    for row in raw["summary"]:
        for name in ("inputs", "misclassified", "successes"):
            del row[name]
        row |= {"already_rate": 0.01, "rho_clean_only": 0.02, "seeds": [0, 1]}
    read = Results.model_validate(migrated(raw))
    assert {(row.inputs, row.misclassified) for row in read.summary} == {(200, None)}
    assert counted.rule(read) != counted.RULE


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{"inputs": 100}], "the first 100 inputs of the test data"),
        ([{"inputs": 98, "misclassified": 2}], "the first 100 inputs of the test data"),
        (
            [{"inputs": 291, "misclassified": 9, "seeds": [0, 1, 2]}],
            "the first 100 inputs of the test data",
        ),
        ([{"inputs": 1}], "the first 1 input of the test data"),
        ([{"inputs": 100}, {"inputs": 10}], "the first 10 or 100 inputs of the test data"),
    ],
)
def test_the_attacker_says_which_inputs_were_taken_and_how(rows, sentence):
    made = model.results(summary=[model.row(**row) for row in rows])
    told = dict(tested.attacker(made))["Inputs"]
    assert told.startswith(sentence)
    assert "the first of each class, then the second of each" in told
