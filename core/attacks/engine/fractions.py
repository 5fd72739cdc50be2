"""Settings in the unit of distances: what no data set holds is refused by its name.

The unit is each feature's range, unless a spec asks for another; theta is a fraction of the range.

Imports neither Keras nor a data set: it is asked before anything is computed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.errors import UserError
from core.model.data import DataFacts

FRACTIONS = ("eps", "step_size", "theta")
GREY_LEVELS = 255
_SLACK = 1e-9


def require_fractions(
    field: str,
    settings: Mapping[str, object],
    distance: str,
    data: DataFacts | None = None,
) -> None:
    """Require each of `FRACTIONS` among the settings to be one that the data can hold.

    Args:
        field: where in the spec they stand. settings: of an attack or a defence.
        distance: of eps and step_size, `linf` or `l2`. data: None: from 0 to 1, with an unknown
            number of features, so that L2 distances pass.

    Raises `UserError`, one line that names the fraction that was probably meant.
    """
    span = 1.0 if data is None else data.span or 0.0
    for name in FRACTIONS:
        value = settings.get(name)
        if not isinstance(value, int | float):
            continue
        norm = "linf" if name == "theta" else distance
        most = {"linf": 1.0, "l2": None if data is None else math.sqrt(data.mutable_features)}[norm]
        if name != "theta" and data is not None and data.unit != "range":
            _require_within(f"{field}.{name}", float(value), norm, data)
        elif most is not None and abs(value) > most * (1 + _SLACK):
            raise UserError(f"{field}.{name}: {_refusal(float(value), norm, most, span)}", 2)


def _require_within(field: str, value: float, norm: str, data: DataFacts) -> None:
    most = data.extent.of(norm)
    if abs(value) > most * (1 + _SLACK):
        unit = {"deviation": "standard deviations", "cost": "cost"}[data.unit]
        raise UserError(
            f"{field}: {value:g} is more than {most:.4g}, the largest distance of these data in"
            f" {unit}; give at most {most:.4g}",
            2,
        )


def _refusal(value: float, norm: str, most: float, span: float) -> str:
    largest = "the whole range" if norm == "linf" else "the largest L2 distance of these data"
    said = (
        f"{value:g} is more than {most:.4g}, {largest}; it is a fraction of each feature's range,"
        " not in the data's units"
    )
    # Data from 0 to 1 are mostly images whose 256 grey levels were divided by 255.
    scale = GREY_LEVELS if span == 1 else span
    meant = value / scale if scale else math.inf
    if abs(meant) > most:
        return f"{said}; give at most {most:.4g}"
    return f"{said}; give {value:g}/{scale:g} = {meant:.3g}"
