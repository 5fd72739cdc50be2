"""What `family` puts into results: each kind of row, of few samples of four features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.attacks import distance_of, facts
from core.model.data import DataFacts
from core.model.detection import Detection
from core.model.identity import AttackId, NetworkId
from core.model.judged import Check, Criterion, Judged, Verdict
from core.model.network import TrainedNetwork
from core.model.results import Architecture, CellCounts, Picture, Provenance
from core.model.rows import (
    Closest,
    Curve,
    Difference,
    Matrices,
    PerSeed,
    Planted,
    Quantile,
    Spread,
    SummaryRow,
    WithinBudget,
)
from tests import model
from tests.reports import derived
from tests.reports.derived import of_attack
from tests.reports.pieces import encode, network

FATES = ("some", "none", "all", "wrong from the start")
"""Which samples an attack moved."""
_SHARE = {"some": (0.5, 0.4), "none": (0.0, 1.0), "all": (1.0, 0.1), "wrong from the start": (1, 0)}
"""Success rate, and rho as a share of its cap."""


@dataclass(frozen=True)
class Run:
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


def row(run: Run, one: NetworkId, attack: AttackId, fate: str) -> SummaryRow:
    """One attack that moved as many samples as its fate says."""
    params, distance = attack.params, distance_of(attack.attack, attack.params)
    most = run.data.extent.of(distance)
    budget = params.get("budget", params.get("eps"))
    cap = 1.0 if budget is None else min(1.0, budget / most)
    success, of_cap = _SHARE[fate]
    rho, rate = of_cap * cap, None if "stop" in params else success
    moved = None if rate in (0, None) else 1.0
    mean, looks = rho * most, facts(attack.attack).looks_for_closest
    low, high = 0.9 * rho, min(1.0, 1.1 * rho)
    return SummaryRow(
        **run.under(one, attack),
        seeds=run.seeds,
        budget=budget,
        accuracy=0.75,
        mean_confidence=0.9,
        distance=distance,
        samples=run.samples,
        inputs=run.samples * len(run.seeds),
        misclassified=len(run.seeds),
        pairs=run.samples * len(run.seeds) * (1 if not params.get("targeted", True) else 2),
        success_rate=rate,
        success_low=None if rate is None else max(0.0, rate - 0.3),
        success_high=None if rate is None else min(1.0, rate + 0.3),
        rho=rho if looks else None,
        rho_low=low if looks else None,
        rho_high=high if looks else None,
        rho_cap=cap,
        censored=1 - success,
        zero_gradient_samples=1.0 - success,
        mean_l1=moved,
        mean_l2=moved,
        mean_linf=moved,
        robustness={distance: Spread(mean=mean, low=0.9 * mean, high=1.1 * mean)} if looks else {},
        rho_increase=of_cap if looks else None,
        rho_increase_low=of_cap - 1 if looks else None,
        rho_increase_high=of_cap + 1 if looks else None,
        per_seed=[
            PerSeed(seed=s, accuracy=0.75, success_rate=rate, rho=rho if looks else None)
            for s in run.seeds
        ],
    )


def closest(run: Run, one: NetworkId, rows: list[SummaryRow]) -> list[Closest]:
    """One entry a distance in which an attack looked for the closest example."""
    found = []
    for distance in ("l0", "l2", "linf"):
        mine = derived.looking_for_closest(derived.rows_of(one, rows), distance)
        if mine:
            unmoved = min(row.censored or 0.0 for row in mine)
            shares = [None if unmoved == 1 else 1 / len(mine)] * len(mine)
            most = run.data.extent.of(distance)
            found.append(derived.closest(mine, most, (0.2, -0.1, 0.4), unmoved, shares))
    return found


def within(row: SummaryRow) -> WithinBudget:
    """What one attack left right."""
    kept = row.censored or 0.0
    return derived.within([row], kept, kept, kept)


def differences(row: SummaryRow) -> list[Difference]:
    """In each metric: none from the undefended network, one from the control."""
    if row.identity.undefended:
        return []
    return [
        derived.difference(row, against, 0.1, -0.1 if against == "none" else 0.05, 0.3, metric)
        for against in ("none", "temperature")
        for metric in ("rho", "success_rate")
        if metric != "rho" or row.rho is not None
    ]


def curve(run: Run, row: SummaryRow) -> Curve:
    """Three points up to the largest distance."""
    points = [0.0, 1.0, run.data.extent.of(row.distance)]
    rates = [0.0, (row.success_rate or 0.0) / 2, row.success_rate or 0.0]
    looks = facts(row.attack).looks_for_closest
    half = points[1] if rates[1] >= 0.5 else points[2] if rates[2] >= 0.5 else None
    return Curve(
        **of_attack(row),
        distance=row.distance,
        budget=points,
        success_rate=rates,
        low=[0.0] * 3,
        high=[1.0] * 3,
        quantiles=[Quantile(share=0.5, budget=half)] if looks else [],
        robust_accuracy=[]
        if looks
        else [Spread(mean=1 - rate, low=0.0, high=1.0) for rate in rates],
    )


def matrices(run: Run, row: SummaryRow) -> Matrices:
    """Only the first class was ever attacked, and only where the attack succeeded it moved."""
    classes = range(run.data.classes)
    rates = [[row.success_rate if i and not j else None for j in classes] for i in classes]
    far = [[2.0 if rate else None for rate in line] for line in rates]
    return Matrices(**of_attack(row), distance=row.distance, success_rate=rates, distortion=far)


def detection(row: SummaryRow, noticed: bool) -> Detection:
    """Everything noticed, in one bin, or nothing, in none."""
    counted = {"pairs": row.pairs, "samples": row.samples, "noticed": row.pairs * noticed}
    counted |= {"detected": float(noticed), "low": 0.0, "high": 1.0}
    return derived.detection(row, 0, counted, [(0.0, 1.0)] if noticed else [])


def planted(row: SummaryRow, found: int) -> Planted:
    """Of three planted examples this many were found; all three: none could be planted."""
    if found < 3:
        return model.planted(row, found, of=3)
    made = model.planted(row, 0, of=1)
    absent = {"low": None, "high": None, "by_chance": None, "reason": "the last layer is none"}
    return made.model_copy(update={"of": 0, **absent})


def check(row: SummaryRow, name: str) -> Check:
    """A check that fails where a sample could not be moved."""
    return derived.check(row, name, row.censored or 0.0, "A sentence about a check.", seed=0)


def verdict(run: Run, one: NetworkId, word: str, criteria: list[Criterion]) -> Verdict:
    """A verdict of one word by every criterion."""
    judged = [Judged(criterion=c, verdict=word, reason="A reason.") for c in criteria]
    return Verdict(
        **run.of(one),
        verdict=word,
        reason="A reason.",
        criterion=criteria[0] if criteria else None,
        criteria=judged,
    )


def picture(run: Run, row: SummaryRow) -> Picture:
    """Four features, of which two changed."""
    return Picture(
        **of_attack(row),
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


def trained(one: NetworkId, seed: int) -> TrainedNetwork:
    """A network of one seed with all that is measured of it."""
    answers = {"count": 3, "mean_confidence": 0.9, "low": 0.8, "high": 0.95}
    point = {"low": 0.5, "high": 1.0, "count": 3, "mean_confidence": 0.9, "accuracy": 0.75}
    powers = [{"power": None, "share": 0.5}, {"power": -40, "share": 0.5}]
    return network(
        *(one.defense, one.temperature, 0.75, seed),
        trained=one.defense != "given",
        defense_params=one.params,
        parameters=12,
        calibration={
            "samples": 4,
            "expected_calibration_error": 0.1,
            "accuracy": 0.75,
            "right": answers,
            "wrong": answers,
            "bins": [point],
        },
        amplitudes={
            "samples": 3,
            "median_power": -40.0,
            "zero_in_float32": 0.5,
            "bins": powers,
        },
        network_sha256="7d" * 32,
    )


def provenance(run: Run, networks: list[NetworkId], finished: bool) -> Provenance:
    """Of a run that is finished or has a failed cell."""
    return Provenance(
        data=run.data,
        architecture=Architecture(name="mlp", requested="paper-mnist", parameters=12),
        networks=[trained(one, seed) for one in networks for seed in run.seeds],
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
