"""What is known of a defence before it is planned, whatever its settings: plain values, no code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["reference", "defence", "control", "given", "broken"]
"""What its networks are in a comparison: the undefended reference; a defence; a control that shares
a part of another defence; a network as it was handed in; one that is broken on purpose."""

_REMARKS: dict[Role, str] = {
    "reference": "undefended",
    "control": "control",
    "broken": "broken",
}


@dataclass(frozen=True)
class Facts:
    """What forms, help, reports and the README say and ask of a defence.

    Attributes:
        title: what it does, in half a sentence.
        label: its name in reports.
        trained: what is trained, for the README's table.
        role: what its networks are in a comparison.
    """

    title: str
    label: str
    trained: str
    role: Role = "defence"

    @property
    def is_reference(self) -> bool:
        """Whether others are held against it."""
        return self.role == "reference"

    @property
    def is_control(self) -> bool:
        """Whether it only shows how much of another defence a part of it explains."""
        return self.role == "control"

    @property
    def is_broken(self) -> bool:
        """Whether no sound evaluation may call it robust."""
        return self.role == "broken"

    @property
    def is_defense(self) -> bool:
        """Whether a finding may be about it: somebody could propose it to make networks robust."""
        return self.role in ("defence", "control")

    @property
    def remark(self) -> str:
        """What it is in the comparison, where its name does not say it; or nothing."""
        return _REMARKS.get(self.role, "")


def unknown(name: str) -> Facts:
    """What can be said of a defence that this version does not have: nothing but its name."""
    return Facts(title="", label=name, trained="")
