"""The values of a figure against temperature: lines, and what is written beside them."""

from __future__ import annotations

from dataclasses import dataclass

from core.spec.catalog import Published


@dataclass(frozen=True)
class Point:
    """A fraction with its interval, and what the reader sees on hover."""

    value: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Line:
    """One attack over temperatures.

    Args:
        title, remark: what stands at its end.
        points: by temperature in rising order; None, the undefended network, comes first.
    """

    attack: str
    title: str
    remark: str
    points: dict[float | None, Point]


@dataclass(frozen=True)
class Budget:
    """The most features that attacks may change, and what share of all features that is."""

    features: float
    share: float


@dataclass(frozen=True)
class Gap:
    """Temperatures at which one line lies above another, intervals apart."""

    upper: Line
    lower: Line
    at: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """A figure against temperature.

    Args:
        above, above_narrow: what the values are, for a page and for a phone.
        below: which temperature. top: end of the axis, in percent.
        falling: values fall from the left end, so that labels of published ones stand beside.
        human: whether to say where people begin to misread digits.
    """

    lines: tuple[Line, ...]
    published: tuple[Published, ...]
    above: str
    above_narrow: str
    below: str
    top: float
    falling: bool = False
    budgets: tuple[Budget, ...] = ()
    human: bool = False
    gap: Gap | None = None

    @property
    def places(self) -> dict[float | None, int]:
        """Temperatures evenly spaced, the undefended network first; published ones have a place."""
        seen = {at for line in self.lines for at in line.points}
        seen |= {point.temperature for point in self.published}
        order: list[float | None] = [None] if None in seen else []
        order += sorted(at for at in seen if at is not None)
        return {at: i for i, at in enumerate(order)}
