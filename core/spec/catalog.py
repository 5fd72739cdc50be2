"""Plain facts for forms, help and reports: published values, names of data and defences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

HUMAN_THRESHOLD = 0.1379
"""Share of features beyond which, says DD (text), people begin to misread digits."""

OBTAINED = {
    "text": "stands in the text of the paper",
    "figure": "read off the published figure; consistent with k/900",
    "secondary": "quoted by others",
}


@dataclass(frozen=True)
class Published:
    """One published value: a fraction, at a temperature (None: undefended), and its origin."""

    temperature: float | None
    value: float
    obtained: str
    source: str


@dataclass(frozen=True)
class PublishedValues:
    """What the paper reports on one data set.

    Attributes:
        title: the data, in words. success_rate, rho: its values, by rising temperature.
        exact: whether the data asked about are these; False where they are a part of them
            (`mnist5k`) and must be labelled as other data.
    """

    title: str
    success_rate: tuple[Published, ...]
    rho: tuple[Published, ...]
    exact: bool = True

    def of(self, measure: Literal["success_rate", "rho"]) -> tuple[Published, ...]:
        """The values of one measure."""
        return self.rho if measure == "rho" else self.success_rate


def _success(*values: float) -> tuple[Published, ...]:
    temperatures = [None, 1, 2, 5, 10, 20, 30, 40, 50, 100]
    return tuple(
        Published(t, round(v / 100, 6), "figure", "DD, Figure 7")
        for t, v in zip(temperatures, values, strict=True)
    )


PUBLISHED = {
    "mnist": PublishedValues(
        title="MNIST's 60,000 training images",
        success_rate=_success(95.89, 91.00, 82.23, 24.67, 6.78, 1.34, 1.44, 0.45, 1.45, 0.45),
        rho=(
            Published(None, 0.0155, "text", "DD, Figure 10"),
            Published(20, 0.1379, "text", "DD, Figure 10"),
            Published(100, 0.1408, "secondary", "DD, Figure 10, quoted by others"),
        ),
    ),
    "cifar10": PublishedValues(
        title="CIFAR-10's 50,000 training images",
        success_rate=_success(87.89, 92.78, 87.67, 67.00, 47.56, 18.23, 13.23, 9.34, 6.23, 5.11),
        rho=(
            Published(None, 0.0039, "secondary", "DD, Figure 10, quoted by others"),
            Published(100, 0.0257, "secondary", "DD, Figure 10, quoted by others"),
        ),
    ),
}
"""By the name of the data set."""


def published_for(dataset: str) -> PublishedValues | None:
    """Published values to print beside a data set, or None."""
    if dataset == "mnist5k":
        return replace(PUBLISHED["mnist"], exact=False)
    return PUBLISHED.get(dataset)


DATA = {
    "mnist5k": "MNIST, 5,000 images",
    "digits": "scikit-learn digits, 8 x 8",
    "breast_cancer": "Breast cancer Wisconsin (table, 30 features)",
    "spambase": "Spambase (table of mails, 57 features)",
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
}
