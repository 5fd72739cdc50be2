"""Classes that a room lists by their places, so that something new is one file and one line there.

What is listed stands in the room itself: core.attacks, core.defenses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Annotated, Any, TypeVar, Union

from pydantic import BaseModel, Field

Kind = TypeVar("Kind", bound=BaseModel)


def by_name(places: Iterable[str], base: type[Kind]) -> dict[str, type[Kind]]:
    """Load classes, each with a field `name` of one value, and give them by these names.

    Args:
        places: `"module:Class"` of each. base: what all of them extend.

    Raises:
        TypeError: if something else stands in one of the places.
    """
    found = [_at(place, base) for place in places]
    return {one.model_fields["name"].default: one for one in found}


def any_of(kinds: Mapping[str, type[BaseModel]]) -> Any:
    """The type of a field that holds one of these: the class that its `name` says."""
    union: Any = Union[tuple(kinds.values())]  # noqa: UP007
    return Annotated[union, Field(discriminator="name")]


def _at(place: str, base: type[Kind]) -> type[Kind]:
    module, _, name = place.partition(":")
    found: type[Kind] = getattr(import_module(module), name)
    if not issubclass(found, base):
        raise TypeError(f"{place} is listed, but is no {base.__name__}")
    return found
