"""What plans, attacks and reports need to know of a data set, without its arrays."""

from __future__ import annotations

import math
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from core.model.base import MAX_FEATURES, Count, Number, Text, Value
from core.wording import Scale, scale_of

DataName = Literal["mnist5k", "digits", "breast_cancer", "mnist", "fashion_mnist", "cifar10"]
DATA_NAMES: tuple[str, ...] = get_args(DataName)
"""The data sets that are known by name."""


def _small(shape: list[int]) -> list[int]:
    if math.prod(shape) > MAX_FEATURES:
        raise ValueError(f"more than {MAX_FEATURES} features")
    return shape


Shape = Annotated[
    list[Annotated[int, Field(ge=1, le=MAX_FEATURES)]],
    Field(max_length=4),
    AfterValidator(_small),
]


class Extent(Value):
    """The largest distance that an attack can put between two inputs, in each distance.

    In fractions of each feature's range, so that l0 and l1 count the features that may change;
    in results of earlier versions, in the data's own units over all features.
    """

    l0: Number
    l1: Number
    l2: Number
    linf: Number

    def of(self, distance: str) -> float:
        """The largest distance `l0`, `l1`, `l2` or `linf`."""
        return {"l0": self.l0, "l1": self.l1, "l2": self.l2, "linf": self.linf}[distance]


class DataFacts(Value):
    """A data set without its arrays.

    Attributes:
        shape: of one input. n_features: its product. n_train, n_test: inputs; n_train is 0 where
            there is only test data.
        mutable_features: how many an attacker may change. stepped_features: how many take spaced
            values only. low, high: the lowest and the highest bound of any mutable feature.
        one_range: whether every mutable feature runs from `low` to `high`; None in results of
            earlier versions, whose distances are in the data's own units.
        test_in_training: test inputs that also stand in the training data; None: not known, where
            there is only test data and in results of earlier versions.
        conversions: one line for each thing that was read in another form than it was stored.
        checksum: sha256 of all that can change a result. artifact: sha256 of the stored copy.
    """

    name: Text
    title: Text
    source: Text
    note: Text | None = None
    checksum: Text
    n_train: Count
    n_test: Count
    shape: Shape
    n_features: Annotated[int, Field(ge=1, le=MAX_FEATURES)]
    classes: Annotated[int, Field(ge=2)]
    class_names: list[Text] | None = None
    feature_names: list[Text] | None = None
    mutable_features: Annotated[int, Field(ge=1, le=MAX_FEATURES)]
    stepped_features: Count = 0
    kind: Literal["image", "table"]
    low: Number
    high: Number
    one_range: bool | None = None
    extent: Extent
    artifact: Text | None = None
    test_in_training: Count | None = None
    conversions: list[Text] = Field([])

    @property
    def span(self) -> float | None:
        """Highest minus lowest value of every mutable feature; None where their ranges differ."""
        return None if self.one_range is False else self.high - self.low

    @property
    def changeable(self) -> int:
        """What shares of features are shares of: those that may change.

        All of them in results of earlier versions.
        """
        return self.n_features if self.one_range is None else self.mutable_features

    @property
    def scale(self) -> Scale | None:
        """The scale that a sentence has to tell; None where fractions are the data's own units."""
        return scale_of(self.one_range, self.low, self.high)
