"""What a network has to reach, typed in the form in one line."""

import pytest

from core.spec.spec import Criterion, Experiment
from reports.views.parts.form import problems, values
from tests.views import filled
from tests.views.drawn import at, draw, small, text

pytestmark = pytest.mark.usefixtures("data_at_hand")
LINE = "robust_accuracy>=0.5@linf:0.1"
ASKED = Criterion(metric="robust_accuracy", at_least=0.5, distance="linf", eps=0.1)


def spec_of(form):
    made, errors = problems.parse(values.from_form(form))
    assert not errors
    return made


def with_criteria(*criteria, **more):
    return Experiment.model_validate(
        {**filled.experiment(**more).as_json(), "criteria": [one.model_dump() for one in criteria]}
    )


@pytest.mark.parametrize(
    "criteria",
    [
        (ASKED,),
        (ASKED, Criterion(metric="rho", at_least=0.1, distance="l0")),
        (Criterion(at_least=0.3),),
        (Criterion(at_least=0.3), ASKED),
    ],
)
def test_the_form_shows_and_keeps_what_a_line_can_say(criteria):
    spec = with_criteria(*criteria)
    assert values.shows(spec)
    assert spec_of(values.to_form(spec)).criteria == list(criteria)


def test_what_a_line_cannot_say_needs_yaml():
    assert not values.shows(with_criteria(Criterion(metric="rho", at_least=0.1, attack="jsma-f")))
    assert not values.shows(with_criteria(ASKED.model_copy(update={"set_by": "the bank"})))


def test_without_a_line_thermocline_asks():
    form = values.to_form(filled.experiment())
    assert form.ask == ""
    assert spec_of(form).criteria is None


def test_a_line_typed_in_the_form_is_asked_for_and_a_wrong_one_explained_at_its_field():
    page = small(draw("launch"))
    page.text_input(key=at(page, "ask")).input(LINE).run()
    assert "At least 50 % of test samples must stay right" in text(page).replace("\u00a0", " ")
    page.text_input(key=at(page, "ask")).input("robustness over 9000").run()
    beside = [mark.value for mark in page.markdown if ":material/error:" in mark.value]
    assert len(beside) == 1
    assert "robust" in beside[0]
    assert page.button(key="launch").disabled


def test_for_a_model_of_ones_own_no_gain_is_asked_and_the_default_attacks_are_those_of_evaluate():
    form = values.own_model()
    assert [*form.attacks] == ["jsma-f", "jsma-logf", "sigma-zero", "pgd", "decision"]
    # A number left from a comparison is not asked of a network that stands alone.
    left = form.model_copy(update={"gain": 50.0, "given_file": "m.keras", "data_file": "d.npz"})
    assert spec_of(left).criteria is None
    page = draw("launch", own="1")
    said = text(page)
    assert "farther than without" not in said
    with pytest.raises(KeyError):
        page.number_input(key=at(page, "gain"))
