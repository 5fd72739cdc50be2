"""Results of every kind that the model allows, small: for tests of whatever reads results.

Whole networks and attacks come and go, samples are moved or not, and whatever may be absent is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from hypothesis import strategies as st

from core.attacks import NAMES, facts
from core.model.base import Value
from core.model.data import DataFacts, Extent
from core.model.identity import AttackId, NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from tests.reports import family_rows

NETWORKS = (
    NetworkId.of("none", {}, None),
    *(NetworkId.of("distillation", {}, at) for at in (1.0, 20.0, 100.0)),
    NetworkId.of("temperature", {}, 20.0),
    NetworkId.of("label-smoothing", {"alpha": 0.1}, None),
    NetworkId.of("adversarial-training", {"eps": 0.2, "steps": 7}, None),
    NetworkId.of("scaled-logits", {"factor": 100.0}, None),
    NetworkId.of("given", {}, None),
)
_BALL = {"norm": "linf", "eps": 0.25, "loss": "margin", "targeted": False}


def _settings(name: str) -> list[AttackId]:
    """An attack with every target and, where it can, stopped at the first."""
    if name.startswith("jsma"):
        each = {"budget": 2, "theta": 1.0}
        return [AttackId.of(name, each), AttackId.of(name, {**each, "stop": "first-target"})]
    if facts(name).looks_for_closest:
        return [AttackId.of(name, {"targeted": True, "norm": "l2"})]
    return [AttackId.of(name, _BALL), AttackId.of(name, {**_BALL, "eps": 0.5, "targeted": True})]


ATTACKS = tuple(one for name in NAMES for one in _settings(name))


@st.composite
def results(draw: st.DrawFn) -> Results:
    """Results of a run, finished or not, of any shape."""
    run = family_rows.Run(
        _data(draw), list(range(draw(st.integers(1, 3)))), draw(st.integers(1, 3))
    )
    networks = draw(st.lists(st.sampled_from(NETWORKS), max_size=4, unique=True))
    attacks = draw(st.lists(st.sampled_from(ATTACKS), max_size=4, unique=True))
    fates = {(n, a): draw(st.sampled_from(family_rows.FATES)) for n in networks for a in attacks}
    rows = [family_rows.row(run, one, attack, fate) for (one, attack), fate in fates.items()]
    defended = [one for one in networks if not one.undefended]
    criteria = draw(st.lists(st.sampled_from(CRITERIA), max_size=2))
    made = Results(
        run="2026-11-22-a1b2c3",
        name="every kind",
        created="2026-11-22T17:20:12Z",
        spec={
            "defenses": [{"name": one.defense} for one in networks],
            "attacks": [{"name": attack.attack} for attack in attacks],
            "criteria": [one.model_dump(mode="json") for one in criteria],
            "seeds": run.seeds,
        },
        provenance=family_rows.provenance(run, networks, finished=draw(st.booleans())),
        summary=rows,
        closest=[entry for one in networks for entry in family_rows.closest(run, one, rows)],
        within_budget=[family_rows.within(row) for row in rows if row.budget is not None],
        differences=[entry for row in rows for entry in family_rows.differences(row)],
        curves=[family_rows.curve(run, row) for row in rows],
        matrices=[family_rows.matrices(run, row) for row in rows],
        detection=[family_rows.detection(row, draw(st.booleans())) for row in rows],
        planted=[family_rows.planted(row, draw(st.integers(0, 3))) for row in rows],
        diagnostics=[family_rows.check(row, draw(st.sampled_from(CHECKS))) for row in rows],
        verdicts=[
            family_rows.verdict(run, one, draw(st.sampled_from(WORDS)), criteria)
            for one in defended
        ],
        gallery=[family_rows.picture(run, row) for row in rows[: draw(st.integers(0, 2))]],
        reviews={"length": 0, "head": "2026-11-22-a1b2c3", "records": []},
    )
    absent = draw(st.sampled_from(("nothing", "anything", "some")))
    chance = draw(st.randoms(use_true_random=False))
    forgotten = {"nothing": lambda: False, "anything": lambda: True}
    thinned = without(made, forgotten.get(absent, lambda: chance.random() < 0.3))
    return Results.from_json(thinned.as_json())


def without(value: Any, forgotten: Callable[[], bool]) -> Any:
    """A value without what its model lets be absent, wherever `forgotten` says so."""
    changed: dict[str, Any] = {}
    for name, field in type(value).model_fields.items():
        inner = getattr(value, name)
        if type(None) in get_args(field.annotation) and forgotten():
            changed[name] = None
        elif field.default == [] and forgotten():
            changed[name] = []
        elif isinstance(inner, Value):
            changed[name] = without(inner, forgotten)
        elif isinstance(inner, list):
            changed[name] = [
                without(item, forgotten) if isinstance(item, Value) else item for item in inner
            ]
    return value.model_copy(update=changed)


CRITERIA = (
    Criterion(metric="rho_increase", at_least=0.5),
    Criterion(metric="rho", at_least=0.1, attack="jsma-f"),
    Criterion(metric="success_rate", at_most=0.2, set_by="Ada"),
    Criterion(metric="accuracy", at_least=0.9),
)
CHECKS = (
    "zero_gradients",
    "planted_found",
    "broken_network_found",
    "networks_trained",
    "a later check",
)
WORDS = ("FAIL", "NOT RELIABLE", "INCONCLUSIVE", "PASS")


def _data(draw: st.DrawFn) -> DataFacts:
    image = draw(st.booleans())
    classes = draw(st.integers(2, 3))
    return DataFacts(
        name=draw(st.sampled_from(("mnist", "mnist5k", "own"))),
        title="Small data",
        source="made for tests",
        checksum="6f" * 32,
        n_train=8,
        n_test=4,
        shape=[2, 2, 1] if image else [4],
        n_features=4,
        classes=classes,
        class_names=[f"class {i}" for i in range(classes)],
        feature_names=[f"feature {i}" for i in range(4)],
        mutable_features=4,
        kind="image" if image else "table",
        low=0.0,
        high=1.0,
        extent=Extent(l0=4, l1=4, l2=2, linf=1),
        note="A note.",
        artifact="5e" * 32,
    )
