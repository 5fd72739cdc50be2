"""From what defences ask for to cells that give networks, and what a row says about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.defenses.asked import FromFile, Scaled, Trained, on_labels
from core.defenses.defense import Defense
from core.defenses.none import Undefended
from core.errors import UserError
from core.model.cell import GivenNetwork, Key, NewNetwork, ScaledLogits
from core.model.data import DataFacts
from core.model.planned import GivenFile, PlannedArchitecture, PlannedNetwork
from core.model.training import Adversarial, ArchitectureSettings, OptimizerSettings
from core.planning.keys import Cells
from core.spec.spec import ArchitectureFile, Experiment

SMALLEST_IMAGE = 16
INDEPENDENT = 1_000_003
"""Added to a seed for the network that is independent of the run's own."""


class Networks:
    """The networks of an experiment.

    Args: files: for every `.keras` file that the spec names. cells: to which each is added.
    """

    def __init__(
        self,
        experiment: Experiment,
        data: DataFacts,
        files: Mapping[str, GivenFile],
        cells: Cells,
    ):
        self.experiment, self.data, self.files, self.cells = experiment, data, files, cells
        self.notes: list[str] = []
        """What a reader has to know about the networks that are made."""
        self._trains = False
        self._architecture, self._architecture_notes = _architecture(experiment, data, files)

    @property
    def architecture(self) -> PlannedArchitecture:
        """What is trained; where nothing is, the files that were given."""
        if self._trains:
            return self._architecture
        given = (one.given for one in self.experiment.defenses)
        named = ", ".join(self.files[one.key].title for one in given if one)
        return PlannedArchitecture(name=named, requested=named)

    def of(self, defense: Defense) -> Iterator[PlannedNetwork]:
        """The networks of a defence, each with every seed; one from a file once for all seeds."""
        seeds = self.experiment.seeds
        for asked in defense.plan(self.data):
            for seed in seeds[:1] if isinstance(asked.made, FromFile) else seeds:
                params = asked.params
                if isinstance(asked.made, FromFile):
                    file = self.files[asked.made.key]
                    params = {"file": file.title, "sha256": file.artifact[:12]}
                    params |= asked.made.chosen
                yield PlannedNetwork(
                    key=self._made(asked.made, seed, defense.name),
                    defense=defense.name,
                    params=params,
                    temperature=asked.temperature,
                    seed=seed,
                )

    def undefended(self, seed: int) -> Key:
        """The reference of a seed: trained on hard labels at T = 1, or given by the spec."""
        every = (one for one in self.experiment.defenses if isinstance(one, Undefended))
        reference = next((one for one in every if one.file), Undefended())
        return self._made(reference.plan(self.data)[0].made, seed, reference.name)

    def independent(self, seed: int) -> Key:
        """An undefended network that shares neither weights nor seed with any of the run."""
        made = on_labels()
        return self._trained(made, seed + INDEPENDENT, "independent source")

    def _made(self, made: Trained | FromFile | Scaled, seed: int, defense: str) -> Key:
        match made:
            case FromFile():
                return self._given(self.files[made.key], defense)
            case Scaled(factor=factor):
                payload = ScaledLogits(
                    data=self.cells.data, environment=self.cells.environment, factor=factor
                )
                label = f"{defense}, seed {seed}"
                return self.cells.add(label, payload, (self.undefended(seed),), 0)
            case Trained():
                return self._trained(made, seed, made.label)

    def _given(self, file: GivenFile, defense: str) -> Key:
        self.notes += file.notes
        payload = GivenNetwork(
            data=self.cells.data,
            environment=self.cells.environment,
            network=file.artifact,
            title=file.title,
            reading=file.reading,
        )
        return self.cells.add(f"{defense}, {file.title}", payload, (), 0)

    def _trained(self, made: Trained, seed: int, label: str) -> Key:
        if not self.data.n_train:
            raise UserError(
                f"{label}: this network would have to be trained, for a defence or as the source of"
                f" a transfer attack, and {self.data.title} holds only test data; give x_train and"
                " y_train, or leave out what needs it",
                2,
            )
        self._trains = True
        self.notes += self._architecture_notes
        teacher = made.teacher
        parents = () if teacher is None else (self._trained(teacher, seed, teacher.label),)
        payload = self._payload(made, seed)
        # One step of PGD costs about one step of training.
        targets = payload.targets
        passes = 1 + (targets.steps if isinstance(targets, Adversarial) else 0)
        epochs = payload.epochs + payload.warm_start
        work = epochs * self.data.n_train * self.data.n_features * passes
        return self.cells.add(f"{label}, seed {seed}", payload, parents, work)

    def _payload(self, made: Trained, seed: int) -> NewNetwork:
        training = self.experiment.training
        own = self._architecture
        return NewNetwork(
            data=self.cells.data,
            environment=self.cells.environment,
            architecture=ArchitectureSettings(
                name=None if own.artifact else own.name,
                artifact=own.artifact,
                dropout=own.dropout if made.dropout is None else made.dropout,
            ),
            targets=made.targets,
            temperature=made.temperature,
            optimizer=OptimizerSettings(
                optimizer=training.optimizer,
                learning_rate=training.learning_rate,
                momentum=training.momentum if training.optimizer == "sgd" else None,
                batch_size=training.batch_size,
                halve_every=training.halve_every,
                weight_decay=made.weight_decay,
            ),
            epochs=training.epochs,
            warm_start=training.warm_start_at(made.temperature),
            seed=seed,
        )


def _architecture(
    experiment: Experiment, data: DataFacts, files: Mapping[str, GivenFile]
) -> tuple[PlannedArchitecture, list[str]]:
    """What is trained, and what a reader of a run that trains has to know about it."""
    wanted = experiment.architecture
    if isinstance(wanted, ArchitectureFile):
        file = files[wanted.file]
        found = PlannedArchitecture(name=file.title, requested=wanted.file, artifact=file.artifact)
        return found, file.notes
    requested, dropout = (
        (wanted, None) if isinstance(wanted, str) else (wanted.name, wanted.dropout)
    )
    shape = data.shape
    name, notes = requested, []
    if requested != "mlp" and (len(shape) != 3 or min(shape[:2]) < SMALLEST_IMAGE):
        name = "mlp"
        notes = [
            f"{requested} needs images of {SMALLEST_IMAGE} x {SMALLEST_IMAGE} or more; inputs of"
            f" shape {tuple(shape)} got the MLP instead."
        ]
    return PlannedArchitecture(name=name, requested=requested, dropout=dropout), notes
