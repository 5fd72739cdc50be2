"""How core's sentences write numbers, for everybody who may read them. Reports have more words."""

from __future__ import annotations

from dataclasses import dataclass

SPACE = "\u00a0"
"""No-break space, between a number and its unit."""

_DISTANCES = {"l0": "L0", "l1": "L1", "l2": "L2", "linf": "L∞"}


def percent(fraction: float, decimals: int = 0) -> str:
    """A fraction in percent: "95 %", "−6.0 %"."""
    text = f"{fraction * 100:.{decimals}f}"
    if not float(text):
        text = text.removeprefix("-")
    return f"{text.replace('-', '−')}{SPACE}%"


UNITS = {
    "range": "fractions of each feature's range",
    "deviation": "standard deviations of each feature",
    "cost": "units of cost",
}
"""What distances other than L0 count, by the unit that was asked for."""


@dataclass(frozen=True)
class Scale:
    """What a reader has to be told about distances.

    Attributes:
        low, high: between which every feature that may change runs; None where they differ.
        unit: of distances, one of `UNITS`. priced: L0 counts the cost of changed features.
    """

    low: float | None = None
    high: float | None = None
    unit: str = "range"
    priced: bool = False

    def told(self, name: str, size: float) -> str:
        """What stands behind a distance: " (63.8 of 0 to 255)", " of each feature's range"."""
        if self.unit != "range":
            return f" {'' if name == 'linf' else 'in '}{UNITS[self.unit]}"
        if self.low is None or self.high is None:
            return f" {'of' if name == 'linf' else 'in fractions of'} each feature's range"
        if self.high - self.low == 1:
            return ""
        own = _plain(size * (self.high - self.low))
        place = "of" if name == "linf" else "on a scale of"
        return f" ({own} {place} {_plain(self.low)} to {_plain(self.high)})"


def scale_of(one_range: bool | None, low: float, high: float) -> Scale | None:
    """The scale that a sentence has to tell, or None where fractions are the data's own units.

    Args: as in `core.model.data.DataFacts`; `one_range` is None in results of earlier versions,
    whose distances are in the data's own units.
    """
    if one_range is None or (one_range and high - low == 1):
        return None
    return Scale(low, high) if one_range else Scale()


def amount(name: str, size: float, scale: Scale | None = None) -> str:
    """A size in a distance: "14.2 features", "L2 1.41", "L∞ 0.25 (63.8 of 0 to 255)"."""
    if name == "l0":
        counted = f"{round(size, 1):.9g}"
        if scale is not None and scale.priced:
            return f"cost {counted}"
        return f"{counted} feature" if counted == "1" else f"{counted} features"
    told = "" if scale is None else scale.told(name, size)
    return f"{distance(name)}{SPACE}{size:.3g}{told}"


def targets(choice: str) -> str:
    """`nearest-9` or `random-9` among the wrong classes, in words."""
    how, _, number = choice.partition("-")
    if how == "nearest":
        return f"the {number} that the attacked network ranks next"
    return f"{number} drawn at random, the same for every network"


def distance(name: str) -> str:
    """The field's sign of a distance: "L0", "L∞"."""
    return _DISTANCES[name]


def _plain(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def repeated(count: int, n_test: int) -> str:
    """How many test inputs a network may have learnt: "12 of 1,000 test inputs also stand in ...".

    Args: count: of the test inputs that equal a training input. n_test: of all test inputs.
    """
    stand = "stands" if count == 1 else "stand"
    return f"{count:,} of {n_test:,} test inputs also {stand} in the training data"
