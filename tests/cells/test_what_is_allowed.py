"""No attack leaves what a table allows: directions, groups, sums, steps, budgets, in every unit."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import attacks
from core.cells.attack_cell import attack
from core.cells.plant_cell import plant
from core.errors import UserError
from core.model.cell import PlantPayload
from core.model.data import DataFacts
from core.networks.training import logits
from core.store.artifacts import ArtifactStore
from core.store.tables import stored_table
from tests.attacks.allowed import UNITS, broken, table
from tests.attacks.networks import perceptron
from tests.store.cell_factory import SOMEWHERE, cell

FEATURES = 14
SMALL = {
    "bim": {"steps": 4},
    "pgd": {"steps": 4},
    "transfer": {"steps": 4},
    "noise": {"draws": 5},
    "genetic": {"queries": 60},
    "decision": {"queries": 120},
    "lbfgs": {"steps": 10, "searches": 2},
    "cw-l2": {"steps": 20, "searches": 2, "initial_c": 1.0, "learning_rate": 0.1},
    "cw-l0": {"steps": 10, "searches": 2, "initial_c": 1.0, "learning_rate": 0.1},
    **{f"jsma-{form}": {"budget": 0.5} for form in ("f", "f64", "logf", "z")},
}
MODEL, SOURCE = (perceptron(FEATURES, 3, scale=0.1, seed=seed) for seed in (10, 4))
few = settings(max_examples=6, deadline=None, derandomize=True, database=None)


def attacked(name, data, **more):
    """Rows, originals and examples, all in the data's own units, and the budget."""
    chosen = attacks.settings(name, {**SMALL.get(name, {}), **more})
    facts = DataFacts.model_validate(data.info())
    budget = chosen.budget_for(facts)
    payload = cell(
        "",
        kind="attack",
        attack=name,
        params=chosen.params_for(facts),
        budget=budget,
        distance=chosen.distance,
        samples=6,
    ).payload
    with tempfile.TemporaryDirectory() as folder:
        store = ArtifactStore(Path(folder))
        found = attack(payload, data, MODEL, SOURCE, store, lambda *_: None)["artifacts"]
        with np.load(store.path(found["adversarial"])) as kept:
            sample, ends = kept["sample"], kept["adversarial"]
        return stored_table(found["rows"], store), data.x_test[sample], ends, budget


@pytest.mark.parametrize("name", attacks.NAMES)
@given(
    unit=st.sampled_from(UNITS),
    seed=st.integers(0, 10_000),
    norm=st.sampled_from(["linf", "l2"]),
    far=st.booleans(),
)
@few
def test_no_example_leaves_what_the_table_allows(name, unit, seed, norm, far):
    data = replace(table(seed), unit=unit)
    try:
        extent = data.extent()
    except UserError:  # no cost drawn, or a feature that never varies
        return
    more = {}
    if "norm" in attacks.kind(name).model_fields and name != "genetic":
        more["norm"] = norm
    if "eps" in attacks.kind(name).model_fields:
        more["eps"] = extent[more.get("norm", "linf")] * (1 if far else 0.1)
    rows, clean, ends, budget = attacked(name, data, **more)
    for x, end in zip(clean, ends, strict=True):
        assert broken(data, x, end) == []
    distance = more.get("norm", attacks.facts(name).distances[0])
    if budget is not None:
        assert (rows[distance] <= budget * (1 + 1e-5)).all()
    # What is said is said of the point that is returned, and its distance is measured there.
    predicted = logits(MODEL, ends).argmax(-1)
    assert (predicted == rows["predicted"]).mean() > 0.95  # a point on the boundary may round
    size = data.units.size
    cost = np.ones(FEATURES) if data.cost is None else data.cost.astype(float)
    np.testing.assert_allclose(rows["l0"], (clean != ends) @ cost)
    moved = np.abs(ends.astype(float) - clean) / size
    np.testing.assert_allclose(rows["linf"], moved.max(1), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ["jsma-logf", "jsma-z", "pgd", "genetic", "decision", "noise"])
def test_categories_and_sums_are_used_where_they_may_be(name):
    """What is kept would be kept by attacks that never touch a tied feature, too."""
    changed = {"group": 0, "total": 0}
    for seed in range(12):
        data = table(seed, stepped=False)
        more = {"eps": 1.0} if "eps" in attacks.kind(name).model_fields else {}
        _, clean, ends, _ = attacked(name, data, **more)
        for rule in changed:
            of = getattr(data, rule)
            if of is not None:
                changed[rule] += int((clean != ends)[:, of >= 0].any(axis=1).sum())
    assert min(changed.values()) > 0


def test_a_category_stays_where_the_ball_is_too_small_for_it_to_change():
    data = table(3)
    assert data.group is not None
    for norm, eps in (("linf", 0.99), ("l2", 1.4)):
        _, clean, ends, _ = attacked("pgd", data, norm=norm, eps=eps)
        assert (clean == ends)[:, data.group >= 0].all()
    _, clean, ends, _ = attacked("pgd", data, norm="linf", eps=1.0)
    assert (clean != ends)[:, data.group >= 0].any()


@pytest.mark.parametrize("name", ["jsma-logf", "pgd", "cw-l2"])
def test_planted_examples_lie_where_the_table_allows(name, monkeypatch):
    from core.cells import plant_cell

    seen, points = [], plant_cell._points

    def spied(x, where, ball, sample):
        found = points(x, where, ball, sample)
        seen.append((x, found))
        return found

    monkeypatch.setattr(plant_cell, "_points", spied)
    for seed in range(4):
        data = table(seed, stepped=False)
        chosen = attacks.settings(name, SMALL.get(name))
        facts = DataFacts.model_validate(data.info())
        ball = chosen.ball_for(facts)
        payload = PlantPayload(
            **SOMEWHERE,
            network=f"{seed}" * 64,
            attack=name,
            params=chosen.params_for(facts),
            distance=ball.distance,
            radius=ball.radius,
            step=ball.step,
            samples=4,
        )
        plant_cell._planted.cache_clear()
        plant(payload, data, MODEL, lambda *_: None)
        for x, found in seen:
            own = data.units.from_unit(x[None])[0]
            cost = 1.0 if data.cost is None else data.cost.astype(float)
            for point in found:
                end = data.units.moved(own[None], point[None])[0]
                assert broken(data, own, end) == []
                if ball.distance == "l0":
                    assert ((point != x) * cost).sum() <= ball.radius + 1e-6
                elif ball.distance == "l2":
                    assert np.linalg.norm(point - x) <= ball.radius * (1 + 1e-4)
        seen.clear()
