"""One row a network and attack, and the paired differences between networks."""

from __future__ import annotations

import numpy as np

from core.evaluation.attacked import Attacked
from core.evaluation.evaluation import Evaluation
from core.metrics import robustness
from core.model.network import TrainedNetwork
from core.model.rows import Difference, PerSeed, SummaryRow


def summary(evaluation: Evaluation, networks: list[TrainedNetwork]) -> list[SummaryRow]:
    """One row per (dataset, defence with its settings, temperature, attack with its settings).

    Args: networks: all that were attacked, one a seed.
    """
    return [_row(one, evaluation.reference(one), networks) for one in evaluation.attacked]


def differences(evaluation: Evaluation) -> list[Difference]:
    """Each defence minus `none`, and distillation minus its control, paired by sample.

    Over the inputs that both networks get right; none where there is no such input.
    """
    return [
        found
        for one in evaluation.attacked
        for other in evaluation.attacked
        if _comparable(one, other)
        for found in _differences(one, other)
    ]


def _row(one: Attacked, reference: Attacked | None, networks: list[TrainedNetwork]) -> SummaryRow:
    trained = [_network(networks, one, seed) for seed in one.seeds]
    increase = (None, None, None)
    if reference is not None:
        mine, theirs = robustness.of_both(one.per_sample, reference.per_sample)
        increase = robustness.relative_increase(mine["rho"], theirs["rho"])
    rho_increase, low, high = increase
    return SummaryRow(
        dataset=one.dataset,
        defense=one.defense,
        defense_params=one.network.params,
        temperature=one.network.temperature,
        attack=one.attack,
        attack_params=one.params,
        seeds=one.seeds,
        budget=one.budget,
        accuracy=_mean([network.accuracy for network in trained]),
        mean_confidence=_mean([network.mean_confidence for network in trained]),
        misclassified=one.misclassified,
        **robustness.summarize(one.rows, one.measure, one.every_target),
        robustness=robustness.in_every_distance(
            one.rows, one.measure, one.extent, one.every_target
        ),
        rho_increase=rho_increase,
        rho_increase_low=low,
        rho_increase_high=high,
        per_seed=[_of_seed(one, network) for network in trained],
    )


def _of_seed(one: Attacked, network: TrainedNetwork) -> PerSeed:
    rows = one.rows[one.rows["seed"] == network.seed]
    numbers = robustness.summarize(rows, one.measure, one.every_target)
    return PerSeed(
        seed=network.seed,
        accuracy=network.accuracy,
        success_rate=numbers["success_rate"],
        rho=numbers["rho"],
    )


def _network(networks: list[TrainedNetwork], one: Attacked, seed: int) -> TrainedNetwork:
    return next(n for n in networks if n.seed == seed and n.identity == one.network)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def _comparable(one: Attacked, other: Attacked) -> bool:
    if (one.dataset, one.setting) != (other.dataset, other.setting) or one.network.undefended:
        return False
    control = one.defense == "distillation" and other.defense == "temperature"
    return other.network.undefended or (
        control and one.network.temperature == other.network.temperature
    )


def _differences(one: Attacked, other: Attacked) -> list[Difference]:
    """In each metric that the attack measures."""
    mine, theirs = robustness.of_both(one.per_sample, other.per_sample)
    if not len(mine):
        return []
    metrics = {"rho": one.measure.cap / one.measure.most}
    if one.every_target:
        metrics["success_rate"] = 1.0
    return [
        Difference(
            dataset=one.dataset,
            defense=one.defense,
            defense_params=one.network.params,
            temperature=one.network.temperature,
            attack=one.attack,
            attack_params=one.params,
            against=other.defense,
            metric=metric,
            **robustness.paired_difference(mine, theirs, metric, most),
        )
        for metric, most in metrics.items()
    ]
