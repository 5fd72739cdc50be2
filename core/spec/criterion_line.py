"""A criterion in one line, as a command line, a field or a spec takes it: text to plain values."""

from __future__ import annotations

import re

from core.criteria import METRICS
from core.model.base import DISTANCES, Settings

FORM = "METRIC>=SHARE@DISTANCE:RADIUS, such as robust_accuracy>=0.5@linf:0.1"
_LINE = re.compile(r"(?P<metric>[a-z_]+)(?P<side>>=|<=)(?P<bound>[^@]+)(@(?P<place>.+))?")


def read(text: str) -> Settings:
    """The fields of a criterion that a line gives.

    Args:
        text: as `FORM`. The metric is one of `core.criteria.METRICS`; what is asked is a fraction
            or a percentage (`50%`); the distance is `l0`, `l1`, `l2` or `linf`, the radius a
            fraction of each feature's range (`8/255` too) or, for `l0`, a number of features. Both
            may be left out: then it holds for each that was measured.

    Raises:
        ValueError: it is none; the message says what is wrong.
    """
    found = _LINE.fullmatch("".join(text.split()))
    if found is None:
        raise ValueError(f"got {text!r}; write {FORM}")
    if found["metric"] not in METRICS:
        raise ValueError(f"{found['metric']!r} is none of {', '.join(METRICS)}")
    distance, _, radius = (found["place"] or "").partition(":")
    if distance and distance not in DISTANCES:
        raise ValueError(f"distance {distance!r} is none of {', '.join(DISTANCES)}")
    return {
        "metric": found["metric"],
        "at_least" if found["side"] == ">=" else "at_most": _number(found["bound"]),
        "distance": distance or None,
        "eps": _number(radius) if radius else None,
    }


def _number(text: str) -> float:
    """A number as somebody wrote it: 0.5, 50%, 8/255."""
    over, stroke, under = text.removesuffix("%").partition("/")
    try:
        value = float(over) / (float(under) if stroke else 1.0)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is no number; write 0.5, 50% or 8/255") from None
    return value / 100 if text.endswith("%") else value
