"""From a spec to cells: which networks to train, which attacks to run, and each one's key.

Knows the data set only by its facts (`Dataset.info`), so it runs without Keras and in the app.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from core.attacks import ATTACKS
from core.attacks.engine.fractions import require_fractions
from core.canonical import canonical
from core.errors import UserError
from core.metrics.robustness import tries_every_target
from core.planning.sources import fingerprint
from core.spec.attack_spec import Jsma, Transfer, default_eps
from core.spec.defense_spec import AdversarialTraining, Dropout, WeightDecay
from core.spec.spec import ArchitectureFile, Experiment

TRAIN_CODE = ("core.cells.train_cell",)
SMALLEST_IMAGE = 16
SHARD = 1_000
"""Samples that one attack cell attacks at most; more are several cells, each kept when done."""
INDEPENDENT = 1_000_003
"""Added to a seed for the network that is independent of the run's own."""


@dataclass(frozen=True)
class Cell:
    """The unit of work and of reuse: train one network, or attack one.

    Args:
        key: sha256 hex of all that decides the result. kind: `train` or `attack`.
        label: for people. payload: everything the child needs beside its parents' outputs.
        parents: keys. priority: smaller first. work: epochs x images x features, or pairs x
            gradient evaluations x features: the unit of time estimates.
    """

    key: str
    kind: str
    label: str
    payload: dict[str, Any]
    parents: tuple[str, ...]
    priority: int
    work: float


@dataclass(frozen=True)
class Network:
    """One network of an experiment: what a row of the results says about it."""

    key: str
    defense: str
    params: dict[str, Any]
    temperature: float | None
    seed: int


@dataclass(frozen=True)
class AttackedNetwork:
    """One attack on one network.

    Args:
        key: of the cell that attacks the first samples, whose examples are kept.
        budget: the largest distance it may go, in units of `distance` (features for `l0`, else
            fractions of each feature's range); None where it is not limited.
        more: keys of the cells that attack the other samples, in their order.
    """

    key: str
    network: str
    attack: str
    params: dict[str, Any]
    budget: int | float | None
    distance: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Cells in the order in which they are wanted, and what each stands for."""

    cells: tuple[Cell, ...]
    networks: tuple[Network, ...]
    attacks: tuple[AttackedNetwork, ...]
    architecture: dict[str, Any]
    notes: tuple[str, ...]


def plan(experiment: Experiment, data: dict, files: dict[str, dict], environment: dict) -> Plan:
    """Cells of an experiment.

    Args:
        data: `Dataset.info()` with `artifact` (sha256 of the stored data set).
        files: for every `.keras` file that the spec names, `{"artifact", "title", "notes"}`.
        environment: `core.environment.describe()`.

    Raises `UserError` when the spec does not fit the data or lists a network twice.
    """
    return _Planner(experiment, data, files, environment).plan()


class _Planner:
    def __init__(self, experiment: Experiment, data: dict, files: dict, environment: dict):
        self.experiment, self.data, self.files = experiment, data, files
        self.environment = environment
        self.cells: dict[str, Cell] = {}
        self.networks: list[Network] = []
        self.attacks: list[AttackedNetwork] = []
        self.notes: list[str] = []
        self.architecture = self._architecture()
        self.samples = self._samples()
        self.data_ref = {"artifact": data["artifact"], "checksum": data["checksum"]}

    def plan(self) -> Plan:
        seen: set[str] = set()
        for defense in self.experiment.defenses:
            for temperature in getattr(defense, "temperatures", [None]):
                for seed in self._seeds(defense):
                    network = self._network(defense, temperature, seed)
                    identity = canonical([network.defense, network.params, temperature, seed])
                    if identity in seen:
                        raise UserError(f"defenses: {_title(network)} is listed twice", 2)
                    seen.add(identity)
                    self.networks.append(network)
                    for attack in self.experiment.attacks:
                        self._attack(attack, network)
        return Plan(
            tuple(self.cells.values()),
            tuple(self.networks),
            tuple(self.attacks),
            self.architecture,
            tuple(dict.fromkeys(self.notes)),
        )

    def _seeds(self, defense: Any) -> list[int]:
        seeds = self.experiment.seeds
        return seeds[:1] if getattr(defense, "file", None) else seeds

    def _architecture(self) -> dict[str, Any]:
        wanted = self.experiment.architecture
        if isinstance(wanted, ArchitectureFile):
            entry = self._file(wanted.file)
            return {"name": entry["title"], "requested": wanted.file, "artifact": entry["artifact"]}
        dropout = {} if isinstance(wanted, str) else {"dropout": wanted.dropout}
        wanted = wanted if isinstance(wanted, str) else wanted.name
        shape = self.data["shape"]
        name = wanted
        if wanted != "mlp" and (len(shape) != 3 or min(shape[:2]) < SMALLEST_IMAGE):
            name = "mlp"
            self.notes.append(
                f"{wanted} needs images of {SMALLEST_IMAGE} x {SMALLEST_IMAGE} or more; inputs of"
                f" shape {tuple(shape)} got the MLP instead."
            )
        return {"name": name, "requested": wanted, **dropout}

    def _samples(self) -> int:
        wanted, there = self.experiment.samples, self.data["n_test"]
        if wanted > there:
            raise UserError(
                f"samples: {wanted} exceeds the {there} test inputs of {self.data['title']};"
                f" give at most {there}",
                2,
            )
        return wanted

    def _file(self, path: str) -> dict:
        entry = self.files[path]
        self.notes += entry["notes"]
        return entry

    def _network(self, defense: Any, temperature: float | None, seed: int) -> Network:
        name = defense.name
        if getattr(defense, "file", None):
            entry = self._file(defense.file)
            params = {"file": entry["title"], "sha256": entry["artifact"][:12]}
            key = self._given(entry, f"{name}, {entry['title']}")
            return Network(key, name, params, None, seed)
        if name == "scaled-logits":
            params = {"factor": defense.factor}
            return Network(self._scaled(defense.factor, seed), name, params, None, seed)
        if name == "none":
            return Network(self._on_labels(1.0, seed, "none"), name, {}, None, seed)
        if temperature is not None:
            make = self._student if name == "distillation" else self._control
            return Network(make(temperature, seed), name, {}, temperature, seed)
        params, changes = self._regularized(defense)
        label = ", ".join([name, *(f"{key} {value:g}" for key, value in params.items())])
        return Network(self._train(label, 1.0, seed, **changes), name, params, None, seed)

    def _regularized(self, defense: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Parameters of a defence trained at T = 1, and what they change in its training."""
        match defense:
            case Dropout(rate=rate):
                return {"rate": rate}, {"dropout": rate}
            case WeightDecay(strength=strength):
                return {"strength": strength}, {"weight_decay": strength}
            case AdversarialTraining(steps=steps):
                params = {"eps": default_eps(defense.eps, "linf", self.data), "steps": steps}
                self._require_fractions(f"defenses.{defense.name}", params, "linf")
                return params, {"targets": {"kind": "adversarial", **params}}
        params = self._spread(defense)
        targets = {"kind": "spread", "right": params.pop("right"), "wrong": params.pop("wrong")}
        return params, {"targets": targets}

    def _spread(self, defense: Any) -> dict[str, float]:
        n = self.data["classes"]
        if defense.name == "label-smoothing":
            wrong = defense.strength / n
            return {
                "strength": defense.strength,
                "right": 1 - defense.strength + wrong,
                "wrong": wrong,
            }
        rest = defense.rest
        if rest is None:
            rest = (1 - defense.confidence) / (n - 1)
        total = defense.confidence + rest * (n - 1)
        if abs(total - 1) > 1e-6:
            raise UserError(
                f"defenses.soft-labels: confidence {defense.confidence:g} and rest {rest:g} for"
                f" {n - 1} other classes sum to {total:g}, which is no distribution; leave rest"
                f" out, or give {(1 - defense.confidence) / (n - 1):.6g}",
                2,
            )
        params = {"confidence": defense.confidence, "right": defense.confidence, "wrong": rest}
        return params if defense.rest is None else {**params, "rest": rest}

    def _on_labels(self, temperature: float, seed: int, label: str) -> str:
        return self._train(label, temperature, seed)

    def _control(self, temperature: float, seed: int) -> str:
        title = "none" if temperature == 1 else f"temperature, T = {temperature:g}"
        return self._on_labels(temperature, seed, title)

    def _student(self, temperature: float, seed: int) -> str:
        teacher = self._control(temperature, seed)
        label = f"distillation, T = {temperature:g}"
        targets = {"kind": "teacher"}
        return self._train(label, temperature, seed, targets=targets, teacher=teacher)

    def _train(
        self,
        label: str,
        temperature: float,
        seed: int,
        *,
        targets: dict | None = None,
        teacher: str | None = None,
        dropout: float | None = None,
        weight_decay: float | None = None,
    ) -> str:
        """A network to train; on hard labels where no targets are given."""
        training = self.experiment.training
        warm = training.warm_start_at(temperature)
        targets = targets or {"kind": "labels"}
        architecture = {
            key: value for key, value in self.architecture.items() if key != "requested"
        }
        if dropout is not None:
            architecture["dropout"] = dropout
        payload = {
            "task": "train",
            "architecture": architecture,
            "targets": targets,
            "temperature": temperature,
            "optimizer": {
                "optimizer": training.optimizer,
                "learning_rate": training.learning_rate,
                "momentum": training.momentum if training.optimizer == "sgd" else None,
                "batch_size": training.batch_size,
                "halve_every": training.halve_every,
                "weight_decay": weight_decay,
            },
            "epochs": training.epochs,
            "warm_start": warm,
            "seed": seed,
        }
        if "artifact" in payload["architecture"]:
            payload["architecture"].pop("name")
        # One step of PGD costs about one step of training.
        passes = 1 + targets.get("steps", 0)
        work = (training.epochs + warm) * self.data["n_train"] * self.data["n_features"] * passes
        parents = () if teacher is None else (teacher,)
        return self._cell("train", f"{label}, seed {seed}", payload, parents, work)

    def _given(self, entry: dict, label: str) -> str:
        payload = {"task": "given", "network": entry["artifact"], "title": entry["title"]}
        return self._cell("train", label, payload, (), 0)

    def _scaled(self, factor: float, seed: int) -> str:
        parent = self._undefended(seed)
        payload = {"task": "scaled-logits", "factor": factor}
        return self._cell("train", f"scaled-logits, seed {seed}", payload, (parent,), 0)

    def _attack(self, attack: Any, network: Network) -> None:
        n_features = self.data["n_features"]
        budget, params = attack.budget_for(self.data), attack.params_for(self.data)
        self._require_fractions(f"attacks.{attack.name}", params, attack.distance)
        payload = {
            "network": network.key,
            "attack": attack.name,
            "params": params,
            "budget": budget,
            "distance": attack.distance,
        }
        parents = [network.key]
        if isinstance(attack, Transfer):
            payload["source"] = self._source(attack.source, network)
            parents.append(payload["source"])
        if not isinstance(attack, Jsma):
            # JSMA draws nothing; the others draw from the network's own seed.
            payload["seed"] = network.seed
        targets = self.data["classes"] - 1 if params.get("targeted", True) else 1
        work = targets * attack.passes(self.data) * n_features
        alone = "" if tries_every_target(params) else ", rho alone,"
        title = f"{attack.name}{alone} on {_title(network)}"
        keys = [
            self._cell("attack", title + label, payload | part, tuple(parents), work * count)
            for label, part, count in _shards(self.samples)
        ]
        self.attacks.append(
            AttackedNetwork(
                keys[0],
                network.key,
                attack.name,
                params,
                budget,
                attack.distance,
                tuple(keys[1:]),
            )
        )

    def _require_fractions(self, field: str, params: dict, distance: str) -> None:
        alike, data = self.data.get("one_range", True), self.data
        low, high = (data.get("low", 0.0), data.get("high", 1.0)) if alike else (0.0, 0.0)
        mutable = data.get("mutable_features", data["n_features"])
        require_fractions(field, params, distance, mutable, low, high)

    def _source(self, source: str, network: Network) -> str:
        """The network on which adversarial examples to be transferred are made.

        The undefended network is no stranger to itself: it gets the independent one.
        """
        undefended = self._undefended(network.seed)
        if source == "independent" or network.key == undefended:
            return self._on_labels(1.0, network.seed + INDEPENDENT, "independent source")
        return undefended

    def _undefended(self, seed: int) -> str:
        files = [d.file for d in self.experiment.defenses if d.name == "none" and d.file]
        if files:
            return self._given(self._file(files[0]), f"none, {files[0]}")
        return self._on_labels(1.0, seed, "none")

    def _cell(
        self, kind: str, label: str, payload: dict, parents: tuple[str, ...], work: float
    ) -> str:
        code = TRAIN_CODE
        if kind == "attack":
            gradients = f"core.networks.gradients.{self.environment['backend']}"
            code = ("core.cells.attack_cell", ATTACKS[payload["attack"]][0], gradients)
        decides = {
            "kind": kind,
            "payload": payload,
            "data": self.data["checksum"],
            "parents": list(parents),
            "environment": self.environment,
            "code": fingerprint(*code),
        }
        key = hashlib.sha256(canonical(decides).encode()).hexdigest()
        if key not in self.cells:
            full = {**payload, "data": self.data_ref, "environment": self.environment}
            self.cells[key] = Cell(key, kind, label, full, parents, len(self.cells), float(work))
        return key


def _shards(samples: int) -> list[tuple[str, dict[str, int], int]]:
    """Parts of an attack: what the label and the payload add, and how many samples.

    The first says nothing of being one, so that a run of more samples finds it done.
    """
    parts = []
    for start in range(0, samples, SHARD):
        count = min(SHARD, samples - start)
        label = f", samples {start + 1} to {start + count}" if samples > SHARD else ""
        parts.append((label, {"samples": count, **({"first": start} if start else {})}, count))
    return parts


def attack_id(attack: str, params: dict) -> str:
    """Short name of an attack with its parameters, equal for equal attacks."""
    return hashlib.sha256(canonical([attack, params]).encode()).hexdigest()[:12]


def _title(network: Network) -> str:
    at = "" if network.temperature is None else f", T = {network.temperature:g}"
    details = "".join(f", {key} {value}" for key, value in network.params.items())
    return f"{network.defense}{details}{at}, seed {network.seed}"
