"""Results of every kind that the model allows, small: for tests of whatever reads results.

Whole networks and attacks come and go, samples are moved or not, and whatever may be absent is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from hypothesis import strategies as st

from core.attacks import NAMES, distance_of, facts
from core.model.base import Value
from core.model.data import DataFacts, Extent
from core.model.identity import AttackId, NetworkId
from core.model.judged import Check, Criterion, Judged, Subject, Verdict
from core.model.network import TrainedNetwork
from core.model.results import Architecture, CellCounts, Picture, Provenance, Results
from core.model.rows import (
    Closest,
    Curve,
    Detection,
    Difference,
    Matrices,
    PerSeed,
    Spread,
    Strongest,
    SummaryRow,
    WithinBudget,
)
from tests.reports.pieces import encode, network

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
FATES = ("some", "none", "all", "wrong from the start")
"""Which samples an attack moved."""
_SHARE = {"some": (0.5, 0.4), "none": (0.0, 1.0), "all": (1.0, 0.1), "wrong from the start": (1, 0)}
"""Success rate, and rho as a share of its cap."""


@dataclass(frozen=True)
class _Run:
    """What all rows of a run share."""

    data: DataFacts
    seeds: list[int]
    samples: int

    def of(self, one: NetworkId) -> dict[str, Any]:
        """The fields that name a network."""
        return {
            "defense": one.defense,
            "defense_params": one.params,
            "temperature": one.temperature,
        }

    def under(self, one: NetworkId, attack: AttackId) -> dict[str, Any]:
        """The fields that name a network and an attack."""
        named = {"attack": attack.attack, "attack_params": attack.params}
        return {**self.of(one), **named, "dataset": self.data.name}


@st.composite
def results(draw: st.DrawFn) -> Results:
    """Results of a run, finished or not, of any shape."""
    run = _Run(_data(draw), list(range(draw(st.integers(1, 3)))), draw(st.integers(1, 3)))
    networks = draw(st.lists(st.sampled_from(NETWORKS), max_size=4, unique=True))
    attacks = draw(st.lists(st.sampled_from(ATTACKS), max_size=4, unique=True))
    fates = {(n, a): draw(st.sampled_from(FATES)) for n in networks for a in attacks}
    rows = [_row(run, one, attack, fate) for (one, attack), fate in fates.items()]
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
        provenance=_provenance(run, networks, finished=draw(st.booleans())),
        summary=rows,
        closest=[entry for one in networks for entry in _closest(run, one, rows)],
        within_budget=[_within(run, row) for row in rows if row.budget is not None],
        differences=[entry for row in rows for entry in _differences(row)],
        curves=[_curve(run, row) for row in rows],
        matrices=[_matrices(run, row) for row in rows],
        detection=[_detection(row, draw(st.booleans())) for row in rows],
        diagnostics=[_check(row, draw(st.sampled_from(CHECKS))) for row in rows],
        verdicts=[_verdict(run, one, draw(st.sampled_from(WORDS)), criteria) for one in defended],
        gallery=[_picture(run, row) for row in rows[: draw(st.integers(0, 2))]],
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
CHECKS = ("zero_gradients", "broken_network_found", "networks_trained", "a later check")
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


def _row(run: _Run, one: NetworkId, attack: AttackId, fate: str) -> SummaryRow:
    params, distance = attack.params, distance_of(attack.attack, attack.params)
    most = run.data.extent.of(distance)
    budget = params.get("budget", params.get("eps"))
    cap = 1.0 if budget is None else min(1.0, budget / most)
    success, of_cap = _SHARE[fate]
    rho, rate = of_cap * cap, None if "stop" in params else success
    moved = None if rate in (0, None) else 1.0
    mean = rho * most
    return SummaryRow(
        **run.under(one, attack),
        seeds=run.seeds,
        budget=budget,
        accuracy=0.75,
        mean_confidence=0.9,
        distance=distance,
        samples=run.samples,
        pairs=run.samples * len(run.seeds) * (1 if not params.get("targeted", True) else 2),
        success_rate=rate,
        success_low=None if rate is None else max(0.0, rate - 0.3),
        success_high=None if rate is None else min(1.0, rate + 0.3),
        already_rate=float(fate == "wrong from the start"),
        rho=rho,
        rho_low=0.9 * rho,
        rho_high=min(1.0, 1.1 * rho),
        rho_cap=cap,
        rho_clean_only=rho,
        censored=1 - success,
        zero_gradient_samples=1.0 - success,
        mean_l1=moved,
        mean_l2=moved,
        mean_linf=moved,
        robustness={distance: Spread(mean=mean, low=0.9 * mean, high=1.1 * mean)},
        rho_increase=of_cap,
        rho_increase_low=of_cap - 1,
        rho_increase_high=of_cap + 1,
        per_seed=[PerSeed(seed=s, accuracy=0.75, success_rate=rate, rho=rho) for s in run.seeds],
    )


def _of(one: NetworkId, rows: list[SummaryRow]) -> list[SummaryRow]:
    return [row for row in rows if row.identity == one]


def _closest(run: _Run, one: NetworkId, rows: list[SummaryRow]) -> list[Closest]:
    """One entry a distance in which an attack looked for the closest example."""
    found = []
    for distance in ("l0", "l2", "linf"):
        mine = [row for row in _of(one, rows) if row.distance == distance]
        mine = [row for row in mine if facts(row.attack).looks_for_closest]
        if not mine:
            continue
        rho, cap = min(row.rho or 0.0 for row in mine), max(row.rho_cap for row in mine)
        most = run.data.extent.of(distance)
        unmoved = min(row.censored or 0.0 for row in mine)
        found.append(
            Closest(
                **run.of(one),
                dataset=run.data.name,
                distance=distance,
                seeds=run.seeds,
                rho=rho,
                rho_low=rho,
                rho_high=rho,
                rho_cap=cap,
                rho_increase=0.2,
                rho_increase_low=-0.1,
                rho_increase_high=0.4,
                samples=run.samples,
                mean=rho * most,
                low=rho * most,
                high=rho * most,
                censored=unmoved,
                cap=cap * most,
                attacks=[
                    Strongest(
                        attack=row.attack,
                        attack_params=row.attack_params,
                        samples=run.samples,
                        mean=(row.rho or 0.0) * most,
                        strongest=None if unmoved == 1 else 1 / len(mine),
                    )
                    for row in mine
                ],
            )
        )
    return found


def _within(run: _Run, row: SummaryRow) -> WithinBudget:
    kept = row.censored or 0.0
    return WithinBudget(
        **run.of(row.identity),
        dataset=run.data.name,
        distance=row.distance,
        budget=row.budget or 0,
        attacks=[row.attack],
        seeds=run.seeds,
        samples=run.samples,
        robust_accuracy=kept,
        low=kept,
        high=kept,
    )


def _named(row: SummaryRow) -> dict[str, Any]:
    keys = ("defense", "defense_params", "temperature", "attack", "attack_params", "dataset")
    return {key: getattr(row, key) for key in keys}


def _differences(row: SummaryRow) -> list[Difference]:
    if row.identity.undefended:
        return []
    return [
        Difference(
            **_named(row),
            against=against,
            metric=metric,
            difference=0.1,
            low=-0.1 if against == "none" else 0.05,
            high=0.3,
            n=row.samples,
            detected=against != "none",
        )
        for against in ("none", "temperature")
        for metric in ("rho", "success_rate")
    ]


def _curve(run: _Run, row: SummaryRow) -> Curve:
    points = [0.0, 1.0, run.data.extent.of(row.distance)]
    rates = [0.0, (row.success_rate or 0.0) / 2, row.success_rate or 0.0]
    return Curve(
        **_named(row),
        distance=row.distance,
        budget=points,
        success_rate=rates,
        low=[0.0] * 3,
        high=[1.0] * 3,
    )


def _matrices(run: _Run, row: SummaryRow) -> Matrices:
    """Only the first class was ever attacked, and only where the attack succeeded it moved."""
    classes = range(run.data.classes)
    rates = [[row.success_rate if i and not j else None for j in classes] for i in classes]
    far = [[2.0 if rate else None for rate in line] for line in rates]
    return Matrices(**_named(row), distance=row.distance, success_rate=rates, distortion=far)


def _detection(row: SummaryRow, noticed: bool) -> Detection:
    counted = {"pairs": row.pairs, "samples": row.samples, "detected": float(noticed)}
    counted |= {"low": 0.0, "high": 1.0}
    return Detection(
        **_named(row),
        seed=0,
        distance=row.distance,
        **counted,
        false_alarms=0.05,
        bins=[{"low_edge": 0.0, "high_edge": 1.0, **counted}] if noticed else [],
    )


def _check(row: SummaryRow, check: str) -> Check:
    about = {key: value for key, value in _named(row).items() if key != "dataset"}
    return Check(
        check=check,
        result="fail" if row.censored else "pass",
        number=row.censored,
        sentence="A sentence about a check.",
        subject=Subject(seed=0, **about),
    )


def _verdict(run: _Run, one: NetworkId, word: str, criteria: list[Criterion]) -> Verdict:
    judged = [Judged(criterion=c, verdict=word, reason="A reason.") for c in criteria]
    return Verdict(
        **run.of(one),
        verdict=word,
        reason="A reason.",
        criterion=criteria[0] if criteria else None,
        criteria=judged,
    )


def _picture(run: _Run, row: SummaryRow) -> Picture:
    named = {key: value for key, value in _named(row).items() if key != "dataset"}
    del named["attack_params"]
    return Picture(
        **named,
        sample=0,
        label=1,
        target=0 if row.attack_params.get("targeted", True) else -1,
        predicted_clean=1,
        predicted=0,
        success=bool(row.success_rate),
        status="success" if row.success_rate else "zero_gradient",
        l0=2,
        l1=1.0,
        l2=0.7,
        linf=0.5,
        shape=run.data.shape,
        original=encode([0.0, 0.25, 0.5, 1.0]),
        adversarial=encode([0.5, 0.25, 0.0, 1.0]),
    )


def _network(one: NetworkId, seed: int) -> TrainedNetwork:
    answers = {"count": 3, "mean_confidence": 0.9, "low": 0.8, "high": 0.95}
    point = {"low": 0.5, "high": 1.0, "count": 3, "mean_confidence": 0.9, "accuracy": 0.75}
    made = network(one.defense, one.temperature, 0.75, seed, trained=one.defense != "given")
    powers = [{"power": None, "share": 0.5}, {"power": -40, "share": 0.5}]
    made |= {
        "params": one.params,
        "parameters": 12,
        "calibration": {
            "samples": 4,
            "expected_calibration_error": 0.1,
            "accuracy": 0.75,
            "right": answers,
            "wrong": answers,
            "bins": [point],
        },
        "amplitudes": {
            "samples": 3,
            "median_power": -40.0,
            "zero_in_float32": 0.5,
            "bins": powers,
        },
        "network_sha256": "7d" * 32,
    }
    return TrainedNetwork.model_validate(made)


def _provenance(run: _Run, networks: list[NetworkId], finished: bool) -> Provenance:
    return Provenance(
        data=run.data,
        architecture=Architecture(name="mlp", requested="paper-mnist", parameters=12),
        networks=[_network(one, seed) for one in networks for seed in run.seeds],
        departures=["A departure."],
        notes=["A note."],
        backend="tensorflow",
        versions={"keras": "3.15.0", "jax": None},
        device="cpu",
        threads=2,
        denormals_flushed=True,
        cells=CellCounts(total=2, done=2 if finished else 1, failed=0 if finished else 1),
        incomplete=[] if finished else ["jsma-f on distillation: failed: out of memory"],
        seconds=12.0,
    )
