"""Which numbers of a report its rows do not give."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pandas as pd

from core.model.base import Value
from core.model.results import Picture, Results
from core.results.computed import FOLLOW, computed

TOLERANCE = 1e-6
"""Relative; equal rows give equal numbers but for the order in which a machine adds."""
_PICTURED = (
    *("label", "predicted_clean", "predicted", "success", "status"),
    *("l0", "l1", "l2", "linf"),
)


@dataclass(frozen=True)
class Disagreement:
    """A value that stands in the results and not in what the rows give.

    Attributes:
        part: of the results, such as `summary`. field: in it, such as `success_rate`; "" where a
            whole entry is missing on one side. about: the entry that it belongs to.
        said, given: what the results say, and what the rows give; None where there is none.
    """

    part: str
    field: str
    about: Value | None
    said: Any
    given: Any


def disagreements(results: Results, rows: pd.DataFrame) -> Iterator[Disagreement]:
    """Every value that follows from the rows and is not what the results say of it.

    Recomputed with the functions that made it: rates, rho, gains, intervals, robust accuracy,
    the closest examples, checks, verdicts, and the numbers under the pictures of the gallery.

    Raises whatever the evaluation raises where the rows are of other networks or attacks.
    """
    again = computed(results, rows)
    for part in FOLLOW:
        for said, given in zip_longest(getattr(results, part), getattr(again, part)):
            yield from _entry(part, said, given)
    yield from _pictures(results, rows)


def _entry(part: str, said: Value | None, given: Value | None) -> Iterator[Disagreement]:
    if said is None or given is None:
        about = said or given
        yield Disagreement(part, "", about, said, given)
        return
    for field, one, other in _unlike(
        "", said.model_dump(mode="json"), given.model_dump(mode="json")
    ):
        yield Disagreement(part, field, said, one, other)


def _unlike(path: str, said: Any, given: Any) -> Iterator[tuple[str, Any, Any]]:
    """Fields of JSON values that differ, with what stands on each side."""
    if isinstance(said, dict) and isinstance(given, dict):
        for key in dict.fromkeys([*said, *given]):
            yield from _unlike(f"{path}.{key}".lstrip("."), said.get(key), given.get(key))
    elif isinstance(said, list) and isinstance(given, list) and len(said) == len(given):
        for one, other in zip(said, given, strict=True):
            yield from _unlike(path, one, other)
    elif not _same(said, given):
        yield path, said, given


def _same(said: Any, given: Any) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (said, given))
    return math.isclose(said, given, rel_tol=TOLERANCE, abs_tol=1e-9) if numbers else said == given


def _pictures(results: Results, rows: pd.DataFrame) -> Iterator[Disagreement]:
    """A picture of the gallery is one of the rows."""
    for picture in results.gallery:
        temperature = rows["temperature"].to_numpy("<f8", na_value=math.nan)
        hot = picture.temperature
        found = rows[
            (rows["defense"] == picture.defense)
            & (pd.isna(temperature) if hot is None else temperature == hot)
            & (rows["attack"] == picture.attack)
            & (rows["seed"] == picture.seed)
            & (rows["sample"] == picture.sample)
            & (rows["target"] == picture.target)
        ]
        others = [_differing(picture, row) for row in found.itertuples(index=False)]
        if not others:
            yield Disagreement("gallery", "", picture, picture, None)
        elif (first := others[0]) is not None and None not in others:
            yield first


def _differing(picture: Picture, row: object) -> Disagreement | None:
    """The first number of a picture that a row does not have, with what the row has."""
    for name in _PICTURED:
        said, given = getattr(picture, name), getattr(row, name)
        if said is not None and not _same(said, given):
            return Disagreement("gallery", name, picture, said, given)
    return None
