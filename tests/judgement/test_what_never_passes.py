"""Over typed results of any kind: what may not pass does not, and one ratio is never a proof."""

from hypothesis import find, given, settings
from hypothesis import strategies as st

from core.attacks import approach, facts, is_adaptive
from core.judgement.verdicts import verdicts
from core.model.judged import Criterion
from tests import model

AT = {"defense": "distillation", "temperature": 20.0}
ATTACKS = {
    "jsma-f": ("l0", 112, {}),
    "jsma-logf": ("l0", 112, {}),
    "jsma-z": ("l0", 112, {}),
    "cw-l0": ("l0", None, {"targeted": False}),
    "cw-l2": ("l2", None, {"targeted": False}),
    "pgd": ("linf", 0.2, {"targeted": False, "eps": 0.2, "loss": "margin"}),
    "bim": ("linf", 0.2, {"targeted": False, "eps": 0.2, "loss": "probability"}),
    "fgsm": ("linf", 0.2, {"targeted": False, "eps": 0.2, "loss": "margin"}),
    "noise": ("linf", 0.2, {"targeted": False, "eps": 0.2}),
    "transfer": ("linf", 0.2, {"targeted": False, "eps": 0.2}),
}
CHECKS = ("planted_found", "zero_gradients", "same_answer_twice", "broken_network_found")
CRITERIA = (
    Criterion(metric="rho_increase", at_least=0.5),
    Criterion(metric="rho", at_least=0.03, distance="l0"),
    Criterion(metric="robust_accuracy", at_least=0.5, distance="linf", eps=0.2),
    Criterion(metric="success_rate", at_most=0.5, distance="l0", goal="targeted"),
)


@st.composite
def runs(draw):
    """Small runs of one defence: attacks, gains, gaps, checks and seeds come and go."""
    names = draw(st.lists(st.sampled_from(list(ATTACKS)), min_size=1, max_size=4, unique=True))
    seeds = list(range(draw(st.sampled_from((1, 2, 3, 3, 3)))))
    censored = draw(st.sampled_from((0.0, 0.0, 0.2)))
    before = draw(st.sampled_from((0.0, 0.0, 0.2)))
    value = draw(st.sampled_from((-0.1, 0.3, 0.9, 2.0)))
    gain = {
        "rho_increase": value,
        "rho_increase_low": value - draw(st.sampled_from((0.05, 0.6))),
        "rho_increase_high": value + draw(st.sampled_from((0.05, 0.6))),
    }
    far = {"rho": 0.06, "rho_low": 0.05, "rho_high": 0.07, "censored": censored}
    kept = draw(st.sampled_from((0.1, 0.9)))
    rate = {"success_rate": 1 - kept, "success_low": 0.98 - kept, "success_high": 1.02 - kept}
    rows = []
    for name in names:
        distance, budget, params = ATTACKS[name]
        about = {"attack": name, "attack_params": params, "distance": distance, "budget": budget}
        rows.append(model.row(**about, censored=before))
        rows.append(model.row(**AT, **about, **gain, **far, **rate, seeds=seeds))
    distances = {ATTACKS[name][0] for name in names}
    checks = draw(st.lists(st.sampled_from(CHECKS), max_size=2))
    whole = {"defense": "distillation", "params": {}, "temperature": 20.0}
    subjects = (
        whole,
        {"defense": "none", "params": {}},
        *({**whole, "attack": name, "attack_params": ATTACKS[name][2]} for name in names),
    )
    return model.results(
        criteria=[
            one.model_dump() for one in draw(st.lists(st.sampled_from(CRITERIA), min_size=1))
        ],
        incomplete=draw(st.sampled_from(((), (), ("a step: failed",)))),
        summary=rows,
        closest=[
            entry
            for distance in distances
            if any(facts(name).looks_for_closest for name in names if ATTACKS[name][0] == distance)
            for entry in (
                model.closest(distance=distance, censored=before),
                model.closest(**AT, distance=distance, **gain, **far, seeds=seeds),
            )
        ],
        within_budget=[
            model.within(
                **AT, budget=0.2, robust_accuracy=kept, low=kept - 0.02, high=kept + 0.02,
                seeds=seeds,
            )
            for name in names
            if name == "pgd" or ATTACKS[name][1] == 0.2
        ][:1],
        diagnostics=[model.check(name, draw(st.sampled_from(subjects))) for name in checks],
    )  # fmt: skip


def doubted(results, row):
    """Whether a failed check is about this attack here, or about it everywhere."""
    return any(
        check.subject.setting == row.setting
        and (check.subject.identity == row.identity or check.check == "broken_network_found")
        for check in results.diagnostics
    )


def strong(results, distance):
    """Whether an attack in this distance is neither weak nor disqualified."""
    return any(
        row.distance == distance
        and not row.identity.undefended
        and is_adaptive(row.attack, row.attack_params)
        and row.attack not in ("fgsm", "noise", "transfer")
        and not doubted(results, row)
        for row in results.summary
    )


@settings(deadline=None, max_examples=400)
@given(runs())
def test_a_pass_has_three_seeds_a_strong_attack_a_whole_run_and_no_failed_check(results):
    for item in verdicts(results):
        if item.verdict != "PASS":
            continue
        rows = [row for row in results.summary if not row.identity.undefended]
        assert min(len(row.seeds) for row in rows) >= 3
        assert not results.provenance.incomplete
        assert not any(
            check.subject.attack is None and check.subject.identity == item.identity
            for check in results.diagnostics
        )
        assert strong(results, item.threat.distance)
        if {one.criterion.metric for one in item.criteria} & {"rho", "rho_increase"}:
            own = [row for row in rows if row.distance == item.threat.distance]
            assert not any(row.censored for row in own)


@settings(deadline=None, max_examples=400)
@given(runs())
def test_proof_is_an_absolute_criterion_or_two_ways_to_search(results):
    found = verdicts(results)
    for item in found:
        for one in item.criteria:
            assert ("proof" in one.reason) == bool(one.proof)
            if not one.proof:
                continue
            assert one.verdict == "FAIL"
            if one.criterion.metric != "rho_increase":
                continue
            ways = {
                approach(row.attack)
                for row in results.summary
                if row.distance == item.threat.distance
                and row.identity == item.identity
                and facts(row.attack).looks_for_closest
                and not doubted(results, row)
            }
            absolute = any(
                other.verdict == "FAIL"
                and other.criterion.metric != "rho_increase"
                and other.criterion.distance == item.threat.distance
                and other.criterion.goal == "untargeted"
                for each in found
                for other in each.criteria
            )
            assert len(ways) > 1 or absolute


@settings(deadline=None, max_examples=400)
@given(runs())
def test_a_mean_over_samples_that_nothing_moved_decides_nothing_alone(results):
    """Of 100 samples 20 were not moved: wherever they lie, up to all features, is possible."""
    for item in verdicts(results):
        for one in item.criteria:
            if one.criterion.metric in ("rho", "rho_increase"):
                rows = [row for row in results.closest if row.distance == item.threat.distance]
                if any(row.censored for row in rows if not row.identity.undefended):
                    assert one.verdict not in ("PASS", "FAIL")


def test_each_of_these_words_is_among_such_runs():
    """The statements above are about something."""
    for word in ("PASS", "FAIL", "NOT RELIABLE", "INCONCLUSIVE"):
        find(runs(), lambda made, word=word: any(one.verdict == word for one in verdicts(made)))
    find(
        runs(),
        lambda made: any(
            one.proof and one.criterion.metric == "rho_increase"
            for item in verdicts(made)
            for one in item.criteria
        ),
    )
