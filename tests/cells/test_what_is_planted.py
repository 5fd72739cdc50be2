"""What an attack is asked to find, and what counts as found, with an attack that does as told."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.attacks.engine.balls import Ball
from core.attacks.engine.domain import domain
from core.cells import plant_cell
from core.cells.where import unit_limits
from core.model.cell import PlantPayload
from tests.attacks.networks import logits, perceptron
from tests.cells.test_plant_cell import FEATURES, dataset
from tests.store.cell_factory import SOMEWHERE

RADIUS = 0.4
BALL = Ball("l2", RADIUS)


class Looks:
    """An attack that succeeds at `ends` of the samples, and remembers what it was asked."""

    def __init__(self, aims=True, ends=lambda x: x, success=True):
        self.aims, self.ends, self.success = aims, ends, success

    def run(self, question, options):
        self.question, self.options = question, options
        success = np.broadcast_to(self.success, len(question.x))
        return SimpleNamespace(adversarial=self.ends(question.x), success=success)


@pytest.fixture
def planted(monkeypatch):
    """Plants in a network and has the given attack look; each test plants anew."""

    def run(attack, samples=12, seed=0, **facts):
        plant_cell._planted.cache_clear()
        monkeypatch.setattr(plant_cell.attacks, "settings", lambda *_: attack)
        asked = {"network": "n", "attack": "pgd", "params": {}, "samples": samples, "seed": seed}
        ball = {"distance": BALL.distance, "radius": BALL.radius}
        payload = PlantPayload.model_validate({**SOMEWHERE, **asked, **ball})
        found = plant_cell.plant(payload, dataset(**facts), MODEL, lambda *_: None)
        return found["metrics"]

    yield run
    plant_cell._planted.cache_clear()


MODEL = perceptron(features=FEATURES)


def balanced(labels, samples):
    """The first of each class, then the second of each, ..., by hand."""
    by_class = [list(np.flatnonzero(labels == one)) for one in np.unique(labels)]
    return [members[i] for i in range(len(labels)) for members in by_class if i < len(members)][
        :samples
    ]


def told(question, points):
    """What the network with planted examples answers at points `(m, k, n)` of its samples."""
    m, k, n = points.shape
    last = np.repeat(question.x[:, -1:], k, axis=0)
    found = logits(question.model, np.hstack([points.reshape(m * k, n), last]))
    return found.argmax(axis=1).reshape(m, k)


def where(data):
    return domain(data.x_test, unit_limits(data))


def points(data, rows):
    mine = [plant_cell._points(data.x_test[r], where(data), BALL, int(r)) for r in rows]
    return np.stack(mine)


def test_the_first_samples_of_each_class_get_an_example(planted):
    attack = Looks()
    found = planted(attack)
    data = dataset()
    rows = balanced(data.y_test, 12)
    assert rows != list(range(12))
    assert found["of"] == len(attack.question.x) == 12
    assert attack.question.x[:, :-1] == pytest.approx(data.x_test[rows], abs=1e-6)


def test_around_each_sample_only_its_own_example_is_of_the_other_class(planted):
    attack = Looks()
    found = planted(attack)
    around = points(dataset(), balanced(dataset().y_test, 12))
    answers = told(attack.question, around)
    assert (answers[:, :100] == 0).all()
    assert (answers[:, 100] == 1).all()
    # Ten further points of the border say how often chance finds one.
    assert answers.shape[1] == 111
    assert found["by_chance"] == pytest.approx(answers[:, 101:].mean())


def test_chance_is_counted_over_the_random_points_alone(planted, monkeypatch):
    """With readouts that are above 0 at a few points of the border it is no round number."""
    real = plant_cell.fitted

    def easier(*given):
        readout = real(*given)
        values = readout(given[0])
        raised = readout.offset - 0.5 * values.max()
        return plant_cell.Readout(readout.weights, raised)

    monkeypatch.setattr(plant_cell, "fitted", easier)
    attack = Looks()
    found = planted(attack)
    answers = told(attack.question, points(dataset(), balanced(dataset().y_test, 12)))
    assert 0 < answers[:, 101:].mean() < 1
    assert found["by_chance"] == pytest.approx(answers[:, 101:].mean())


@pytest.mark.parametrize(("aims", "target"), [(True, 1), (False, 0)])
def test_the_class_to_reach_is_the_planted_one_and_to_leave_the_samples(planted, aims, target):
    attack = Looks(aims)
    planted(attack)
    assert attack.question.targeted is aims
    assert set(attack.question.target.tolist()) == {target}
    assert (attack.question.sample == np.arange(12)).all()


def test_no_attack_may_change_the_number_of_a_sample(planted):
    mutable = np.arange(FEATURES) % 3 > 0
    attack = Looks()
    planted(attack, mutable=mutable)
    assert attack.question.limits.mutable.tolist() == [*mutable, False]


@pytest.mark.parametrize("seed", [0, 7])
def test_the_seed_is_the_attacks(planted, seed):
    attack = Looks()
    planted(attack, seed=seed)
    assert attack.options.seed == seed


@pytest.mark.parametrize(
    ("far", "success", "found"),
    [
        (RADIUS, True, 12),
        (1.01 * RADIUS, True, 0),
        (RADIUS, False, 0),
        (RADIUS, np.arange(12) < 5, 5),
    ],
)
def test_found_is_what_succeeds_within_the_ball(planted, far, success, found):
    def ends(x):
        return x + far * np.eye(x.shape[1])[0]

    assert planted(Looks(ends=ends, success=success))["found"] == found


def test_a_sample_without_room_for_an_example_is_left_out_and_no_other(planted, monkeypatch):
    real, calls = plant_cell.fitted, []

    def some(*given):
        calls.append(1)
        return None if len(calls) in (1, 4) else real(*given)

    monkeypatch.setattr(plant_cell, "fitted", some)
    attack = Looks()
    found = planted(attack)
    data = dataset()
    rows = [row for i, row in enumerate(balanced(data.y_test, 12)) if i not in (0, 3)]
    assert found["of"] == 10
    assert attack.question.x[:, :-1] == pytest.approx(data.x_test[rows], abs=1e-6)
    assert (told(attack.question, points(data, rows))[:, 100] == 1).all()


def test_points_depend_on_the_sample_and_on_nothing_else():
    data = dataset()
    x = data.x_test[0]
    first, same, other = (plant_cell._points(x, where(data), BALL, s) for s in (3, 3, 4))
    assert (first == same).all()
    assert (first[0] == x).all()
    assert not (first[1:] == other[1:]).all(axis=1).any()
