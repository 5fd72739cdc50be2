"""A run is marked where it asks for something else than was asked before the results were known."""

from core.reviews.criteria import Earlier, changed_after_results

STRICT = [{"metric": "rho_increase", "at_least": 0.5, "attack": "strongest", "set_by": "default"}]
LAX = [{"metric": "rho_increase", "at_least": 0.01, "attack": "strongest", "set_by": "default"}]
STEPS = frozenset({"a", "b"})


def earlier(criteria, finished=STEPS, run="r-one"):
    return Earlier(run, "first", criteria, finished)


def test_other_criteria_over_the_same_finished_steps_are_marked():
    assert changed_after_results(LAX, [earlier(STRICT)]) == [
        {"run": "r-one", "name": "first", "finished": 2, "before": STRICT, "now": LAX}
    ]


def test_criteria_added_or_dropped_after_results_are_marked():
    assert changed_after_results(LAX, [earlier([])])
    assert changed_after_results([], [earlier(LAX)])


def test_the_same_criteria_are_not_marked_whoever_set_them_and_in_whatever_order():
    other = [{**STRICT[0], "at_least": 0.5, "set_by": "security"}]
    assert changed_after_results(other, [earlier(STRICT)]) == []
    assert changed_after_results(STRICT + LAX, [earlier(LAX + STRICT)]) == []


def test_without_results_nothing_was_known():
    assert changed_after_results(LAX, [earlier(STRICT, frozenset())]) == []
    assert changed_after_results(LAX, []) == []


def test_asking_again_what_was_asked_first_is_no_change():
    between = [earlier(STRICT), earlier(LAX, run="r-two")]
    assert changed_after_results(STRICT, between) == []
    assert [m["run"] for m in changed_after_results(LAX, between)] == ["r-one"]


def test_what_was_asked_first_of_fewer_steps_excuses_nothing():
    between = [earlier(STRICT, frozenset({"a"})), earlier(LAX, run="r-two")]
    assert [m["run"] for m in changed_after_results(STRICT, between)] == ["r-two"]
