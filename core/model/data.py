"""What plans, attacks and reports need to know of a data set, without its arrays."""

from __future__ import annotations

import math
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from core.model.base import MAX_FEATURES, Count, Number, Text, Value
from core.wording import Scale, scale_of

DataName = Literal[
    "mnist5k", "digits", "breast_cancer", "spambase", "mnist", "fashion_mnist", "cifar10"
]
Unit = Literal["range", "deviation", "cost"]
"""In what distances are measured: each feature's range, its standard deviation, its cost."""
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

    In the unit of `DataFacts.unit`. l0 counts the features that may change, by their costs where
    they have any, and then `features` is how many there are. In results of earlier versions, in
    the data's own units over all features.
    """

    l0: Number
    l1: Number
    l2: Number
    linf: Number
    features: Count | None = None

    @property
    def count(self) -> float:
        """How many features may change."""
        return self.l0 if self.features is None else self.features

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
        unit: in which distances are measured.
        up_only, down_only: of the mutable features, how many may only rise, or only fall.
        groups, totals: how many one-hot groups and sums hold mutable features, and
            `group_features`, `total_features` of them. priced: whether features differ in cost.
        test_per_class: test inputs of each class; None: not known, in results of earlier versions.
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
    test_per_class: list[Count] | None = None
    feature_names: list[Text] | None = None
    mutable_features: Annotated[int, Field(ge=1, le=MAX_FEATURES)]
    stepped_features: Count = 0
    kind: Literal["image", "table"]
    low: Number
    high: Number
    one_range: bool | None = None
    extent: Extent
    unit: Unit = "range"
    up_only: Count = 0
    down_only: Count = 0
    groups: Count = 0
    group_features: Count = 0
    totals: Count = 0
    total_features: Count = 0
    priced: bool = False
    artifact: Text | None = None
    test_in_training: Count | None = None
    conversions: list[Text] = Field([])

    @property
    def span(self) -> float | None:
        """Highest minus lowest value of every mutable feature; None where their ranges differ."""
        return None if self.one_range is False else self.high - self.low

    @property
    def changeable(self) -> float:
        """What shares of features are shares of: those that may change.

        All of them in results of earlier versions; where features have costs, what all of them
        cost.
        """
        if self.priced:
            return self.extent.l0
        return self.n_features if self.one_range is None else self.mutable_features

    @property
    def tied_features(self) -> int:
        """How many mutable features cannot move alone."""
        return self.group_features + self.total_features

    @property
    def freely_directed(self) -> bool:
        """Whether no feature goes one way only or is tied to others."""
        return not (self.up_only or self.down_only or self.tied_features)

    @property
    def free(self) -> bool:
        """Whether an attacker may change every feature, to any value of its range."""
        whole = self.mutable_features == self.n_features and not self.stepped_features
        return whole and self.freely_directed

    @property
    def scale(self) -> Scale | None:
        """The scale that a sentence has to tell; None where fractions are the data's own units."""
        found = scale_of(self.one_range, self.low, self.high)
        if self.unit == "range" and not self.priced:
            return found
        found = found or Scale(self.low, self.high)
        return Scale(found.low, found.high, self.unit, self.priced)
