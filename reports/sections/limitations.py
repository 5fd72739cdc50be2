"""Limitations: what no report of this kind can say, and what these data cannot."""

from __future__ import annotations

from core.model.results import Results
from core.wording import repeated
from reports.prose.alone import alone
from reports.sections.blocks import Block, Bullets
from reports.sections.section import Section

_BOUNDS = (
    "Attacks give upper bounds: an attack that succeeds shows how far an attacker needs to go at "
    "most, one that fails shows nothing. A stronger attack may exist."
)
_DISTANCE = (
    "Robustness in one distance says little about another: a network trained against small "
    "changes of all features may fall to large changes of a few."
)
_ATTACKER = (
    "The attacker of this report changes single inputs at the time of use. Poisoned training data, "
    "stolen models and inputs in the physical world were not tested."
)
LIMITATIONS = (
    f"{_BOUNDS} A gain over the undefended network is a ratio of two such bounds, which bounds "
    "nothing by itself.",
    "Defensive distillation was shown to fail against attacks that avoid its vanishing gradients "
    "(Carlini and Wagner, arXiv 1607.04311 and 1608.04644); this report repeats that finding in "
    "the arithmetic of the paper's own attack.",
    _DISTANCE,
    _ATTACKER,
    "With one seed an interval covers the choice of test samples and never the luck of training, "
    "and every sentence is about that one network. With several it holds their spread as well.",
)
OF_ONE_NETWORK = (
    _BOUNDS,
    _DISTANCE,
    _ATTACKER,
    "An interval covers the choice of test samples. Every sentence is about the network that was "
    "handed in, and none about others made in the same way.",
)


def of(results: Results) -> tuple[str, ...]:
    """The limitations of every report of this kind, and those of these data."""
    data, always = results.data, OF_ONE_NETWORK if alone(results) else LIMITATIONS
    if not data.test_in_training:
        return always
    said = repeated(data.test_in_training, data.n_test)
    return (*always, f"{said}: what is measured on them is no evidence for new inputs.")


def body(results: Results) -> tuple[Block, ...]:
    """The limitations as a list."""
    return (Bullets(of(results)),)


SECTION = Section("limitations", "Limitations", body=body)
