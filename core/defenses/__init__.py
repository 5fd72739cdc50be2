"""Defences by name. The registry is the only list: a defence is one file and one line in it.

Spec, form, help, plan, reports and the README's table read what is asked for here. No training loop
(core.networks) and no cells (core.planning, core.cells); nothing here imports Keras.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.defenses.defense import Defense
from core.defenses.facts import Facts, unknown
from core.registry import any_of, by_name

REGISTRY = (
    "core.defenses.none:Undefended",
    "core.defenses.distillation:Distillation",
    "core.defenses.temperature:TemperatureControl",
    "core.defenses.soft_labels:SoftLabels",
    "core.defenses.label_smoothing:LabelSmoothing",
    "core.defenses.dropout:Dropout",
    "core.defenses.weight_decay:WeightDecay",
    "core.defenses.adversarial_training:AdversarialTraining",
    "core.defenses.given:Given",
    "core.defenses.scaled_logits:ScaledLogits",
)
"""The class of every defence, in the order in which forms and tables show them."""

KINDS: dict[str, type[Defense]] = by_name(REGISTRY, Defense)
"""The classes by the names of their defences."""
NAMES: tuple[str, ...] = tuple(KINDS)

if TYPE_CHECKING:
    AnyDefense = Defense
else:
    AnyDefense = any_of(KINDS)
    """A defence as a spec holds it: the class that its name says."""


def facts(name: str) -> Facts:
    """What is known of a defence; of a name that this version does not have, `facts.unknown`."""
    return KINDS[name].facts if name in KINDS else unknown(name)


def place(name: str) -> int:
    """Where reports show a defence: the reference, networks as given, then the registry's order.

    One that this version does not have comes last.
    """
    return _IN_REPORTS.index(name) if name in KINDS else len(_IN_REPORTS)


_FIRST = {"reference": 0, "given": 1}
_IN_REPORTS = sorted(NAMES, key=lambda name: _FIRST.get(facts(name).role, 2))
