"""Results like those that were built but for what a test is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.model.base import Value
from core.model.results import Results


def changed(value: Any, **fields: Any) -> Any:
    """The value with other fields, checked; it holds nothing that it knew of the old ones."""
    kept = {name: getattr(value, name) for name in type(value).model_fields}
    return type(value).model_validate({**kept, **fields})


def where(rows: Iterable[Any], meant: Callable[[Any], bool], **fields: Any) -> list[Any]:
    """All rows, with other fields those that are meant."""
    return [changed(row, **fields) if meant(row) else row for row in rows]


def each(rows: Iterable[Any], **fields: Any) -> list[Any]:
    """All rows with other fields."""
    return [changed(row, **fields) for row in rows]


def first(rows: list[Any], **fields: Any) -> list[Any]:
    """All rows, with other fields the first."""
    return [changed(rows[0], **fields), *rows[1:]]


def provenance(results: Results, **fields: Any) -> Results:
    """Results with other fields of their provenance."""
    return changed(results, provenance=changed(results.provenance, **fields))


def data(results: Results, **fields: Any) -> Results:
    """Results on data with other facts."""
    return provenance(results, data=changed(results.data, **fields))


def spec(results: Results, **fields: Any) -> Results:
    """Results of an experiment that asked for something else."""
    return changed(results, spec={**results.spec, **fields})


def about(value: Value, **fields: Any) -> bool:
    """Whether a value has these fields."""
    return all(getattr(value, name) == wanted for name, wanted in fields.items())
