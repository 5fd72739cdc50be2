"""Plain facts for forms, help and reports: published values, names of data and defences."""

from __future__ import annotations

from dataclasses import dataclass

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


def _success(values: list[float]) -> list[Published]:
    temperatures = [None, 1, 2, 5, 10, 20, 30, 40, 50, 100]
    return [
        Published(t, round(v / 100, 6), "figure", "DD, Figure 7")
        for t, v in zip(temperatures, values, strict=True)
    ]


PUBLISHED: dict[str, dict] = {
    "mnist": {
        "title": "MNIST, all 70,000 images",
        "success_rate": _success(
            [95.89, 91.00, 82.23, 24.67, 6.78, 1.34, 1.44, 0.45, 1.45, 0.45],
        ),
        "rho": [
            Published(None, 0.0155, "text", "DD, Figure 10"),
            Published(20, 0.1379, "text", "DD, Figure 10"),
            Published(100, 0.1408, "secondary", "DD, Figure 10, quoted by others"),
        ],
    },
    "cifar10": {
        "title": "CIFAR-10, all 60,000 images",
        "success_rate": _success(
            [87.89, 92.78, 87.67, 67.00, 47.56, 18.23, 13.23, 9.34, 6.23, 5.11],
        ),
        "rho": [
            Published(None, 0.0039, "secondary", "DD, Figure 10, quoted by others"),
            Published(100, 0.0257, "secondary", "DD, Figure 10, quoted by others"),
        ],
    },
}


def published_for(dataset: str) -> dict | None:
    """Published values to print beside a data set, or None.

    Returns: the entry of `PUBLISHED` with `exact`: True when the data are the paper's own, False
    when they are a part of it (`mnist5k`) and must be labelled as other data.
    """
    if dataset in PUBLISHED:
        return {**PUBLISHED[dataset], "exact": True}
    if dataset == "mnist5k":
        return {**PUBLISHED["mnist"], "exact": False}
    return None


DATA = {
    "mnist5k": "MNIST, 5,000 images",
    "digits": "scikit-learn digits, 8 x 8",
    "breast_cancer": "Breast cancer Wisconsin (table, 30 features)",
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
}
