"""What every attack says of itself, over the registry: facts, settings, budget."""

import json

import pytest

from core import attacks
from tests.attacks.networks import DATA

NAMES = attacks.NAMES


@pytest.mark.parametrize("name", NAMES)
class TestFacts:
    def test_every_word_that_reports_need_is_there(self, name):
        facts = attacks.facts(name)
        assert all((facts.title, facts.label, facts.remark, facts.source))
        assert facts.access != "unknown"
        assert facts.goal != "unknown"
        assert set(facts.distances) <= {"l0", "l2", "linf"}
        assert attacks.settings(name).distance == facts.distances[0]
        assert not facts.family or facts.arithmetic

    def test_what_is_said_of_settings_is_about_settings_that_exist(self, name):
        kind, facts = attacks.kind(name), attacks.facts(name)
        assert {*facts.repeats, *kind.unlisted} <= set(kind.model_fields)
        assert facts.white_box or not facts.repeats
        assert facts.white_box != facts.black_box

    def test_it_has_a_budget_unless_it_looks_for_the_closest_whatever_it_takes(self, name):
        facts, budget = attacks.facts(name), attacks.settings(name).budget_for(DATA)
        assert (budget is None) == facts.unlimited
        assert not (facts.grows and facts.unlimited), "nothing grows without a budget"

    def test_settings_that_its_rows_hold_make_the_same_attack_again(self, name):
        one = attacks.settings(name)
        params = one.params_for(DATA)
        assert json.loads(json.dumps(params)) == params
        assert set(params) == attacks.kind(name).listed()
        assert None not in params.values(), "a setting that follows from the data is resolved"
        again = attacks.settings(name, params)
        assert again.params_for(DATA) == params
        assert again.distance == attacks.distance_of(name, params)
        assert again.adaptive == attacks.is_adaptive(name, params)
        assert again.passes(DATA) == one.passes(DATA) > 0

    def test_what_its_own_rows_say_of_it_can_be_read_without_any_setting(self, name):
        assert attacks.distance_of(name, {}) == attacks.settings(name).distance
        assert attacks.is_adaptive(name, {}) == attacks.settings(name).adaptive
