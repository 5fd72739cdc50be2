"""From the attacks of a spec to cells that attack one network each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.attacks.attack import Attack
from core.attacks.engine.fractions import require_fractions
from core.model.cell import AttackPayload, Key, PlantPayload
from core.model.identity import AttackId
from core.model.planned import PlannedAttack, PlannedNetwork
from core.planning.networks import Networks
from core.spec.spec import Experiment

PLANTED_SHARE, LEAST_PLANTED, MOST_PLANTED = 0.25, 10, 100
"""Planted examples where a spec gives no number: as many as a quarter of an attack's pairs, so that
they cost at most about a quarter of its time, between these limits."""

SHARD = 1_000
"""Samples that one attack cell attacks at most; more are several cells, each kept when done."""


@dataclass(frozen=True)
class Shard:
    """A part of an attack: `count` samples from the `first` on, and what its label adds."""

    first: int
    count: int
    label: str


def attacked(
    attack: Attack,
    network: PlannedNetwork,
    experiment: Experiment,
    networks: Networks,
) -> PlannedAttack:
    """Add the cells of one attack on one network. Args: attack: as the spec holds it."""
    cells, data = networks.cells, networks.data
    params, budget = attack.setting_for(data), attack.budget_for(data)
    require_fractions(f"attacks.{attack.name}", params, attack.distance, data)
    wanted = attack.source_network
    source = None if wanted is None else _source(wanted, network, networks)
    parents = (network.key,) if source is None else (network.key, source)
    work = attack.pairs_for(data) * attack.passes(data) * data.n_features
    alone = "" if AttackId.of(attack.name, params).every_target else ", rho alone,"
    title = f"{attack.name}{alone} on {network.title}"
    keys = [
        cells.add(
            title + shard.label,
            AttackPayload(
                data=cells.data,
                environment=cells.environment,
                network=network.key,
                attack=attack.name,
                params=params,
                budget=budget,
                distance=attack.distance,
                samples=shard.count,
                first=shard.first,
                classes=experiment.attacked_labels(data),
                # What draws, draws from the network's own seed.
                seed=network.seed if attack.facts.draws else 0,
                source=source,
            ),
            parents,
            work * shard.count,
        )
        for shard in shards(attacked_samples(attack, experiment))
    ]
    return PlannedAttack(
        key=keys[0],
        network=network.key,
        attack=attack.name,
        params=params,
        budget=budget,
        distance=attack.distance,
        more=keys[1:],
        planted=_planted(attack, network, experiment, networks),
    )


def _planted(
    attack: Attack, network: PlannedNetwork, experiment: Experiment, networks: Networks
) -> Key | None:
    """Add the cell in which an attack looks for planted examples."""
    cells, data = networks.cells, networks.data
    pairs = attack.pairs_for(data)
    count = planted_samples(experiment, pairs, attacked_samples(attack, experiment))
    ball = attack.ball_for(data)
    if not count or ball is None:
        return None
    return cells.add(
        f"planted examples for {attack.name} on {network.title}",
        PlantPayload(
            data=cells.data,
            environment=cells.environment,
            network=network.key,
            attack=attack.name,
            params=attack.params_for(data),
            distance=ball.distance,
            radius=ball.radius,
            step=ball.step,
            samples=count,
            classes=experiment.attacked_labels(data),
            seed=network.seed if attack.facts.draws else 0,
        ),
        (network.key,),
        attack.passes(data) * data.n_features * count,
    )


def attacked_samples(attack: Attack, experiment: Experiment) -> int:
    """How many samples an attack attacks: all of the experiment's, or its own first few."""
    return min(attack.samples or experiment.samples, experiment.samples)


def planted_samples(experiment: Experiment, pairs: int, attacked: int) -> int:
    """How many samples get a planted example.

    Args: pairs: of each sample. attacked: samples that the attack attacks.
    """
    if experiment.planted is not None:
        return min(experiment.planted, attacked)
    usual = int(PLANTED_SHARE * attacked * pairs)
    return min(attacked, max(LEAST_PLANTED, min(MOST_PLANTED, usual)))


def shards(samples: int) -> Iterator[Shard]:
    """Parts of an attack.

    The first says nothing of being one, so that a run of more samples finds it done.
    """
    for first in range(0, samples, SHARD):
        count = min(SHARD, samples - first)
        label = f", samples {first + 1} to {first + count}" if samples > SHARD else ""
        yield Shard(first, count, label)


def _source(source: str, network: PlannedNetwork, networks: Networks) -> Key:
    """The network on which adversarial examples to be transferred are made.

    The undefended network is no stranger to itself: it gets the independent one.
    """
    undefended = networks.undefended(network.seed)
    if source == "independent" or network.key == undefended:
        return networks.independent(network.seed)
    return undefended
