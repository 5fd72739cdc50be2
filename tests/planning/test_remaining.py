"""Time left is estimated from what was measured, and not invented before."""

import time
from types import SimpleNamespace

import pytest

from core.model.cell import AttackPayload
from core.planning.remaining import before_launch, fraction, in_words, seconds_left
from core.store.speeds import START_UP
from tests.store.cell_factory import cell as factory

SPEEDS = {"train mlp": 0.1, "attack jsma-f on mlp": 0.2, "attack on mlp": 5.0}


def cell(key, state="queued", kind="train", work=100.0, *, parents=(), told=None, **payload):
    return SimpleNamespace(
        key=key,
        state=state,
        kind=kind,
        work=work,
        parents=parents,
        payload=factory(key, kind=kind, **payload).payload,
        started=time.time() if state == "running" else None,
        progress=told,
    )


def running(key, part, seconds, **settings):
    told = {"done": 1000 * part, "total": 1000, "seconds": seconds}
    return cell(key, "running", told=told, **settings)


def attack(key, name="jsma-f", of="net", **settings):
    return cell(key, kind="attack", parents=(of,), attack=name, **settings)


def test_nothing_is_promised_before_anything_was_measured():
    assert seconds_left([cell("net")], {}) is None
    assert before_launch([cell("net")], set(), {}) is None
    assert in_words(None) == "measuring"


def test_what_is_done_or_known_costs_nothing():
    assert seconds_left([cell("net", "done")], {}) == 0
    assert before_launch([cell("net")], {"net"}, {START_UP: 9.0}).seconds == 0


def test_an_attack_costs_what_it_cost_on_that_architecture():
    cells = [cell("net", "done"), attack("a"), attack("b")]
    assert seconds_left(cells, SPEEDS) == pytest.approx(40.0)


def test_an_attack_that_never_ran_takes_the_speed_of_others_and_says_so():
    exact = before_launch([cell("net"), attack("a")], set(), SPEEDS)
    assert (exact.seconds, exact.rough) == (pytest.approx(30.0), ())
    rough = before_launch([cell("net"), attack("a", "jsma-z")], set(), SPEEDS)
    assert (rough.seconds, rough.rough) == (pytest.approx(510.0), ("jsma-z",))
    assert before_launch([cell("net", architecture={"name": "own"})], set(), SPEEDS) is None


def test_loading_keras_is_counted_once():
    speeds = SPEEDS | {START_UP: 7.0}
    assert before_launch([cell("net"), cell("other")], set(), speeds).seconds == pytest.approx(27)
    assert seconds_left([cell("net"), cell("other")], speeds) == pytest.approx(27)
    loading = cell("net", "running")
    loading.started = time.time() - 4
    assert seconds_left([loading], speeds) == pytest.approx(3 + 10, abs=0.5)
    begun = running("net", 0.5, 5.0)
    assert seconds_left([begun, cell("other")], speeds) == pytest.approx(5 + 10)


def test_a_cell_that_turns_out_slower_is_believed_the_further_it_is():
    twice = [seconds_left([running("net", part, 20 * part)], SPEEDS) for part in (0.1, 0.5, 0.9)]
    assert twice == pytest.approx([0.9 * 11, 0.5 * 15, 0.1 * 19])


def test_what_runs_for_the_first_time_is_judged_by_itself_and_others_like_it_too():
    assert seconds_left([running("net", 0.1, 4.0)], {}) == pytest.approx(36.0)
    assert seconds_left([running("net", 0.25, 10.0), cell("other")], {}) == pytest.approx(30 + 40)
    assert seconds_left([running("net", 0.1, 4.0), cell("other")], {}) is None
    assert seconds_left([running("net", 0.001, 1.0)], {}) is None


def test_half_way_through_a_run_the_end_is_known_within_a_third():
    """Six networks alike and two attacks on each, one of which stops early on half of them."""
    truth, cells = {}, []
    for n in range(6):
        cells += [
            cell(f"net{n}"),
            attack(f"f{n}", of=f"net{n}"),
            attack(f"z{n}", "jsma-z", f"net{n}"),
        ]
        truth |= {f"net{n}": 20.0, f"f{n}": 1.0 if n % 2 else 11.0, f"z{n}": 12.0}
    whole, spent, sums = sum(truth.values()), 0.0, {}
    for one in cells:
        if spent > whole / 2:
            break
        one.state = "done"
        spent += truth[one.key]
        told = one.payload
        name = f"{one.kind} {told.attack if isinstance(told, AttackPayload) else ''}"
        sums.setdefault(name, []).append(truth[one.key] / one.work)
    mean = {name: sum(rates) / len(rates) for name, rates in sums.items()}
    speeds = {
        "train mlp": mean["train "],
        "attack jsma-f on mlp": mean["attack jsma-f"],
        "attack jsma-z on mlp": mean["attack jsma-z"],
    }
    assert spent + seconds_left(cells, speeds) == pytest.approx(whole, rel=0.1)


@pytest.mark.parametrize(("state", "share"), [("done", 1.0), ("queued", 0.0), ("running", 0.25)])
def test_the_share_of_a_cell_that_is_done(state, share):
    assert fraction(cell("net", state, told={"done": 5, "total": 20})) == share


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "about 5 seconds"),
        (62, "about 60 seconds"),
        (300, "about 5 minutes"),
        (9000, "about 2.5 hours"),
    ],
)
def test_in_words(seconds, words):
    assert in_words(seconds) == words
