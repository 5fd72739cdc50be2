"""One row a network and attack, and the paired differences between networks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.evaluation.attacked import Attacked
from core.evaluation.comparing import comparisons, detections
from core.evaluation.evaluation import Evaluation
from core.metrics import kept, pairing, robustness
from core.model.network import TrainedNetwork
from core.model.rows import Difference, PerSeed, Spread, SummaryRow


def summary(evaluation: Evaluation, networks: list[TrainedNetwork]) -> list[SummaryRow]:
    """One row per (dataset, defence with its settings, temperature, attack with its settings).

    Args: networks: all that were attacked, one a seed.
    """
    return [_row(one, evaluation.reference(one), networks) for one in evaluation.attacked]


def differences(evaluation: Evaluation) -> list[Difference]:
    """Each defence minus `none`, and distillation minus its control, paired by sample.

    Over the inputs that both networks get right; none where there is no such input.
    """
    made = [
        (one, other, metric, compared)
        for one in evaluation.attacked
        for other in evaluation.attacked
        if _comparable(one, other)
        for metric, compared in comparisons(one, other).items()
    ]
    together = detections(
        [((one.dataset, one.network, other.network, m), found) for one, other, m, found in made]
    )
    return [
        Difference(
            **_about(one),
            against=other.defense,
            metric=metric,
            **compared.fields,
            adjusted=adjusted,
            detected=word in ("above", "below"),
            borderline=word == "borderline",
        )
        for (one, other, metric, compared), (adjusted, word) in zip(made, together, strict=True)
    ]


def _row(one: Attacked, reference: Attacked | None, networks: list[TrainedNetwork]) -> SummaryRow:
    trained = [_network(networks, one, seed) for seed in one.seeds]
    gain, looks = None, one.facts.looks_for_closest
    if looks and reference is one and one.had_a_task:
        gain = pairing.NONE
    elif looks and reference is not None:
        cap = one.measure.cap / one.measure.most
        gain = pairing.gain(one.per_sample, reference.per_sample, "rho", cap, 1.0)
    return SummaryRow(
        **_about(one),
        seeds=one.seeds,
        budget=one.budget,
        accuracy=_mean([network.accuracy for network in trained]),
        mean_confidence=_mean([network.mean_confidence for network in trained]),
        misclassified=one.misclassified,
        **_numbers(one),
        robustness=robustness.in_every_distance(one.rows, one.measure, one.extent, one.every_target)
        if looks
        else {},
        robust_accuracy=_kept(one),
        **pairing.increase(gain),
        per_seed=[_of_seed(one, network) for network in trained],
    )


def _about(one: Attacked) -> dict:
    """Which network and which attack a row is about."""
    return {
        "dataset": one.dataset,
        "defense": one.defense,
        "defense_params": one.network.params,
        "temperature": one.network.temperature,
        "attack": one.attack,
        "attack_params": one.params,
    }


def _numbers(one: Attacked) -> dict:
    """As `robustness.summarize`; an attack inside a ball finds just any example, and has no rho."""
    found = robustness.summarize(one.rows, one.measure, one.every_target)
    own = ("rho", "rho_low", "rho_high", "rho_most")
    return found if one.facts.looks_for_closest else {**found, **dict.fromkeys(own)}


def _kept(one: Attacked) -> Spread | None:
    if one.budget is None:
        return None
    stays = kept.stays(one.all_rows, one.distance, one.budget)
    return Spread(mean=stays.value, low=stays.low, high=stays.high)


def _of_seed(one: Attacked, network: TrainedNetwork) -> PerSeed:
    """Means over the samples of one seed; no interval is asked of them."""
    mine = one.per_sample[one.per_sample["seed"] == network.seed]
    return PerSeed(
        seed=network.seed,
        accuracy=network.accuracy,
        success_rate=_mean_of(mine["success_rate"]) if one.every_target else None,
        rho=_mean_of(mine["rho"]) if one.facts.looks_for_closest else None,
    )


def _mean_of(values: pd.Series) -> float | None:
    return float(values.mean()) if len(values) else None


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
