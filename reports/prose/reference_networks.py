"""Networks of a study under the attacks of `evaluate`: what a network of one's own stands beside.

The numbers are those of docs/studies/reference-networks, taken out by
`python -m reports.prose.reference_networks`; nothing here is typed.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

from pydantic import Field

from core.attacks import distance_of
from core.model.base import Count, Distance, Number, Settings, Share, Text, Value
from core.model.identity import AttackId
from core.model.results import Results
from core.model.rows import Closest, WithinBudget
from reports.prose import names, planted

FILE = Path(__file__).with_suffix(".json")
EVERYTHING = "mnist"
"""All images of which those of the study are a part."""


class Half(Value):
    """Within what change half of the samples fall; None: it lies beyond what was searched."""

    distance: Distance
    median: Number | None
    low: Number | None
    high: Number | None
    cap: Number | None
    samples: Count


class Stays(Value):
    """What stays right within a radius."""

    distance: Distance
    budget: Number
    robust_accuracy: Share
    low: Share
    high: Share
    samples: Count


class OtherNetwork(Value):
    """One network of the study. Attributes: blind: distances in which an attack is blind on it."""

    name: Text
    accuracy: Share
    half: list[Half]
    stays: list[Stays]
    blind: list[Distance] = Field([])


class Study(Value):
    """A run with networks to stand beside: its data, its attacks, what it found.

    Attributes: attacks: name and settings, as a row of the results holds them.
    """

    run: Text
    created: Text
    data: Text
    title: Text
    checksum: Text
    architecture: Text
    attacks: list[tuple[Text, Settings]]
    networks: list[OtherNetwork]

    def attacks_in(self, distance: Distance) -> set[AttackId]:
        """The attacks that kept a distance small."""
        every = (AttackId.of(name, params) for name, params in self.attacks)
        return {one for one in every if distance_of(one.attack, one.params) == distance}


@cache
def study() -> Study:
    """The study, as its file holds it."""
    return Study.model_validate_json(FILE.read_text("utf-8"))


def beside(results: Results) -> Study | None:
    """The study, where the data of a run are its own or the whole of which they are a part."""
    found, data = study(), results.data
    return found if data.checksum == found.checksum or data.name == EVERYTHING else None


def alike(results: Results, found: Study) -> list[Distance]:
    """The distances in which a run was attacked exactly as the study was."""
    mine: dict[Distance, set[AttackId]] = {}
    for row in results.summary:
        mine.setdefault(row.distance, set()).add(row.setting)
    return [one for one in mine if mine[one] == found.attacks_in(one)]


def taken(results: Results) -> Study:
    """What is kept of a run's results."""
    first = results.summary[0].identity
    return Study(
        run=results.run,
        created=results.created,
        data=results.data.name,
        title=results.data.title,
        checksum=results.data.checksum,
        architecture=results.provenance.architecture.name,
        attacks=[
            (row.attack, row.attack_params) for row in results.summary if row.identity == first
        ],
        networks=[
            OtherNetwork(
                name=names.defense_of(one),
                accuracy=one.accuracy or 0.0,
                half=[_half(e) for e in results.closest if e.identity == one.identity],
                stays=[_stays(e) for e in results.within_budget if e.identity == one.identity],
                blind=list(
                    dict.fromkeys(
                        row.distance
                        for row in results.summary
                        if row.identity == one.identity and planted.blind(results, row)
                    )
                ),
            )
            for one in results.networks
        ],
    )


def _half(entry: Closest) -> Half:
    return Half(
        distance=entry.distance,
        median=entry.median,
        low=entry.median_low,
        high=entry.median_high,
        cap=entry.cap,
        samples=entry.samples,
    )


def _stays(entry: WithinBudget) -> Stays:
    return Stays(
        distance=entry.distance,
        budget=entry.budget,
        robust_accuracy=entry.robust_accuracy,
        low=entry.low,
        high=entry.high,
        samples=entry.samples,
    )


if __name__ == "__main__":
    raw = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    FILE.write_text(taken(Results.from_json(raw)).model_dump_json(indent=1) + "\n", "utf-8")
