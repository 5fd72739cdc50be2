"""From a spec to cells: which networks to train, which attacks to run, in the order of the spec.

Knows the data set only by its facts, so it runs without Keras and in the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import UserError
from core.model.cell import Cell, EnvironmentFacts, NewNetwork
from core.model.data import DataFacts
from core.model.planned import GivenFile, PlannedArchitecture, PlannedAttack, PlannedNetwork
from core.planning.attacks import attacked
from core.planning.gradients import require_gradients
from core.planning.keys import Cells
from core.planning.networks import Networks
from core.spec.spec import Experiment


@dataclass(frozen=True)
class Plan:
    """Cells in the order in which they are wanted, and what each stands for."""

    cells: tuple[Cell, ...]
    networks: tuple[PlannedNetwork, ...]
    attacks: tuple[PlannedAttack, ...]
    architecture: PlannedArchitecture
    notes: tuple[str, ...]

    @property
    def trained(self) -> tuple[NewNetwork, ...]:
        """What is trained from new weights; empty where every network comes from a file."""
        payloads = (cell.payload for cell in self.cells)
        return tuple(one for one in payloads if isinstance(one, NewNetwork))


def plan(
    experiment: Experiment,
    data: DataFacts,
    files: Mapping[str, GivenFile],
    environment: EnvironmentFacts,
) -> Plan:
    """Cells of an experiment.

    Args:
        data: of a data set in the store. files: for every `.keras` file that the spec names.
        environment: where they will be computed.

    Raises `UserError` when the spec does not fit the data or lists a network twice.
    """
    if experiment.samples > data.n_test:
        raise UserError(
            f"samples: {experiment.samples} exceeds the {data.n_test} test inputs of"
            f" {data.title}; give at most {data.n_test}",
            2,
        )
    given = (one.given for one in experiment.defenses)
    require_gradients([files[one.key] for one in given if one], experiment.attacks)
    _require_enough(experiment, data)
    cells = Cells(data, environment)
    networks = Networks(experiment, data, files, cells)
    planned: list[PlannedNetwork] = []
    attacks: list[PlannedAttack] = []
    seen = set()
    for defense in experiment.defenses:
        for network in networks.of(defense):
            if (network.identity, network.seed) in seen:
                raise UserError(f"defenses: {network.title} is listed twice", 2)
            seen.add((network.identity, network.seed))
            planned.append(network)
            attacks += [
                attacked(attack, network, experiment, networks) for attack in experiment.attacks
            ]
    return Plan(
        cells.all(),
        tuple(planned),
        tuple(attacks),
        networks.architecture,
        tuple(dict.fromkeys(networks.notes)),
    )


def _require_enough(experiment: Experiment, data: DataFacts) -> None:
    """Raise `UserError` where the attacked classes hold fewer test inputs than are asked for."""
    labels = experiment.attacked_labels(data)
    if labels is None or data.test_per_class is None:
        return
    there = sum(data.test_per_class[label] for label in labels)
    if experiment.samples > there:
        names = data.class_names or [str(label) for label in range(data.classes)]
        raise UserError(
            f"samples: {experiment.samples} exceeds the {there} test inputs of"
            f" {', '.join(names[label] for label in labels)} in {data.title}; give at most {there}",
            2,
        )
