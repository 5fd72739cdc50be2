"""All that text, numbers, names and distances offer, until every room asks them by their names."""

# ruff: noqa: F401, F403
from core.wording import SPACE, amount
from reports.prose.distances import *
from reports.prose.distances import Measured
from reports.prose.names import *
from reports.prose.numbers import *
from reports.prose.phrases import *


def distance_of(row: Measured) -> str:
    """The distance of a row."""
    return row.distance
