"""From the attacks of a spec to cells that attack one network each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.attacks.attack import Attack
from core.attacks.engine.fractions import require_fractions
from core.model.cell import AttackPayload, Key
from core.model.identity import AttackId
from core.model.planned import PlannedAttack, PlannedNetwork
from core.planning.networks import Networks

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
    samples: int,
    networks: Networks,
) -> PlannedAttack:
    """Add the cells of one attack on one network.

    Args: attack: as the spec holds it. samples: test inputs to attack.
    """
    cells, data = networks.cells, networks.data
    params, budget = attack.params_for(data), attack.budget_for(data)
    require_fractions(f"attacks.{attack.name}", params, attack.distance, data)
    wanted = attack.source_network
    source = None if wanted is None else _source(wanted, network, networks)
    parents = (network.key,) if source is None else (network.key, source)
    targets = data.classes - 1 if attack.aims else 1
    work = targets * attack.passes(data) * data.n_features
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
                # What draws, draws from the network's own seed.
                seed=network.seed if attack.facts.draws else 0,
                source=source,
            ),
            parents,
            work * shard.count,
        )
        for shard in shards(samples)
    ]
    return PlannedAttack(
        key=keys[0],
        network=network.key,
        attack=attack.name,
        params=params,
        budget=budget,
        distance=attack.distance,
        more=keys[1:],
    )


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
