"""What defences ask for: networks to train, to take from a file, or to change. Plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.model.base import Settings
from core.model.reading import ScaleName
from core.model.training import Labels, Targets

HARD = Labels()


@dataclass(frozen=True)
class Trained:
    """A network to train from new weights, with the run's own training but for what stands here.

    Attributes:
        label: for people, without the seed. temperature: T of the softmax in the loss.
        teacher: the network whose soft labels it learns, where its targets are a teacher's.
        dropout: rate of all dropout layers; None: the run's own. weight_decay: None: none.
    """

    label: str
    temperature: float = 1.0
    targets: Targets = HARD
    teacher: Trained | None = None
    dropout: float | None = None
    weight_decay: float | None = None


@dataclass(frozen=True)
class FromFile:
    """A trained network from the user's own file, the same for every seed.

    Attributes: output, scale: how it is to be read, see `core.model.reading.Asked`.
    """

    file: str
    output: str | None = None
    scale: ScaleName | None = None

    @property
    def key(self) -> str:
        """File and reading: what tells two networks of one file apart."""
        return ", ".join([self.file, *(f"{name} {value}" for name, value in self.chosen.items())])

    @property
    def chosen(self) -> Settings:
        """What a spec says about the reading."""
        said = {"output": self.output, "scale": self.scale}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Scaled:
    """The undefended network of the same seed with its logits times `factor`."""

    factor: float


@dataclass(frozen=True)
class Asked:
    """One network that a defence asks for, with each seed of the run.

    Attributes:
        made: how it comes to be.
        params: what its rows say of the settings; of a file they say its name and checksum.
        temperature: what its rows say of T; None where none was chosen.
    """

    made: Trained | FromFile | Scaled
    params: Settings = field(default_factory=dict)
    temperature: float | None = None


def on_labels(temperature: float = 1.0) -> Trained:
    """A network trained on hard labels at T; at T = 1 it is the undefended one."""
    label = "none" if temperature == 1 else f"temperature, T = {temperature:g}"
    return Trained(label, temperature)


def regularized(
    name: str,
    params: Settings,
    *,
    targets: Targets | None = None,
    dropout: float | None = None,
    weight_decay: float | None = None,
) -> Asked:
    """A network trained at T = 1 with one thing changed.

    Args: params: what its rows say, and what its label says after the name of the defence.
    """
    label = ", ".join([name, *(f"{key} {value:g}" for key, value in params.items())])
    made = Trained(label, targets=targets or HARD, dropout=dropout, weight_decay=weight_decay)
    return Asked(made, params)
