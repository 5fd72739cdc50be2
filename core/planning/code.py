"""Code of the operator's own, named with `--trust` on the command line and nowhere else.

No spec, no upload and no part of the app can name any; it is run in children only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.defenses.asked import FromFile
from core.errors import UserError
from core.model.reading import Asked
from core.spec.spec import Experiment


@dataclass(frozen=True)
class Trusted:
    """Files whose code the operator trusts, as full paths.

    Attributes: python: the one that defines layers. networks: those whose Lambda layers may run.
    """

    python: Path | None = None
    networks: frozenset[Path] = frozenset()

    def asked(self, wanted: FromFile) -> Asked:
        """How a network's file is to be read, with what is trusted of it."""
        return Asked(
            output=wanted.output,
            scale=wanted.scale,
            trusted=None if self.python is None else str(self.python),
            lambdas=_full(wanted.file) in self.networks,
        )


NOTHING = Trusted()


def trusted_by(paths: Sequence[str], experiment: Experiment) -> Trusted:
    """What `--trust` names: at most one Python file, and networks that the experiment takes.

    Raises `UserError`.
    """
    full = [_full(path) for path in paths]
    absent = [path for path in full if not path.is_file()]
    if absent:
        raise UserError(f"--trust {absent[0]}: there is no such file", 2)
    python = [path for path in full if path.suffix == ".py"]
    own = {_full(one.given.file) for one in experiment.defenses if one.given}
    odd = [path for path in full if path not in python and path not in own]
    if odd or len(python) > 1:
        raise UserError(
            f"--trust {(odd or python)[-1]}: name one Python file that defines layers, or a network"
            " of this run whose Lambda layers may run",
            2,
        )
    return Trusted(python[0] if python else None, frozenset(full) - set(python))


def _full(path: str) -> Path:
    return Path(path).expanduser().resolve()
