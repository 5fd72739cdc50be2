"""What an anomaly detector noticed of an attack's successes: as a cell keeps it, and in results."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from core.model.base import Count, Distance, Number, Share, Value
from core.model.subject import OfAttack

Counts = Annotated[list[Count], Field(max_length=1_000_000)]


class AlarmBin(Value):
    """Successes of a distortion between two edges, and how many raised an alarm."""

    low_edge: Number
    high_edge: Number
    pairs: Count
    noticed: Count


class Alarms(Value):
    """What the attack cell of one network of one seed keeps.

    Attributes:
        false_alarms: share of clean inputs that raise an alarm.
        successes, noticed: by sample that was moved, how many pairs succeeded and how many of
            these raised an alarm.
    """

    false_alarms: Share
    successes: Counts
    noticed: Counts
    bins: Annotated[list[AlarmBin], Field(max_length=1_000)]


class DetectionBin(Value):
    """Successes of a distortion between two edges.

    Attributes: noticed, detected: as in `Detection`.
    """

    low_edge: Number
    high_edge: Number
    pairs: Count
    noticed: Count | None = None
    detected: Share | None


class Detection(OfAttack):
    """What an anomaly detector noticed of one attack's successes on one network of one seed.

    Attributes:
        pairs: successes. samples: inputs that they are of. noticed: how many successes raised an
            alarm; None: an earlier version, which kept an average over inputs alone.
        detected: `noticed` of `pairs`; low, high: its interval. None below 30 successes.
        false_alarms: share of clean inputs that raise an alarm.
    """

    seed: int
    distance: Distance
    pairs: Count
    samples: Count
    noticed: Count | None = None
    detected: Share | None
    low: Share | None
    high: Share | None
    false_alarms: Share
    bins: Annotated[list[DetectionBin], Field(max_length=1_000)]

    @model_validator(mode="after")
    def _some_of_all(self) -> Detection:
        for part in (self, *self.bins):
            if part.noticed is not None and part.noticed > part.pairs:
                raise ValueError("more successes were noticed than there are")
        return self
