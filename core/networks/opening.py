"""A trained network from a file, as every other part wants it: in logits, on the data's shape.

The file was looked at before (core.inspection). How its values are scaled is core.networks.scales.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from core.errors import UserError
from core.model.reading import Reading
from core.networks import inputs, outputs, trusted

_ONLY_ONE = Reading()
_PROBES = 8
_SAME = 2e-3
"""Probabilities of one network by two ways agree more closely than this, in half precision too."""


@dataclass(frozen=True)
class Opened:
    """A network from a file.

    Attributes:
        model: takes inputs of the data's shape and gives logits.
        notes: one sentence for each thing that was changed, for the report.
        whole_numbers: whether it looks its inputs up, so that no gradient reaches them.
    """

    model: keras.Model
    notes: tuple[str, ...]
    whole_numbers: bool


def loaded(
    path: Path, title: str, reading: Reading = _ONLY_ONE, code: Mapping[str, Any] | None = None
) -> keras.Model:
    """A network with one input, as it stands in the file, with the output that is asked for.

    Args: code: what a file that the operator trusts defines, by name.

    Raises `UserError` when it cannot be read.
    """
    try:
        model = trusted.load(path, code, lambdas=reading.lambdas)
    except Exception as error:
        reason = _reason(error)
        raise UserError(f"{title}: not a network that Keras can open safely: {reason}") from None
    if not isinstance(model, keras.Model):
        raise UserError(f"{title}: holds a {type(model).__name__} and not a network")
    if not model.built:
        raise UserError(f"{title}: the network must be built and take one input")
    if not getattr(model, "inputs", None):
        model = _as_a_graph(model, title)
    if len(model.inputs) != 1:
        raise UserError(
            f"{title}: the network takes {len(model.inputs)} inputs and must take one that holds"
            f" all features{_joined(model)}"
        )
    return outputs.chosen(model, reading.output, title)


def from_file(
    path: Path,
    shape: tuple[int, ...],
    classes: int,
    *,
    title: str = "",
    reading: Reading = _ONLY_ONE,
    code: Mapping[str, Any] | None = None,
) -> Opened:
    """A trained network from a file, ending in logits, for inputs of `shape`.

    Args: title: its name, for what is said of it; else that of the file. reading, code: see
    `loaded`; of `reading`, the scale is left to `core.networks.scales`.

    Raises `UserError` when it cannot be read or does not fit the data.
    """
    title = title or path.name
    model = loaded(path, title, reading, code)
    declared = not keras.backend.is_float_dtype(model.inputs[0].dtype)
    model, arranged = inputs.fitted(inputs.in_floats(model, title), shape, title)
    found = outputs.classes_of(model, title)
    if found != classes:
        raise UserError(f"{title}: the network has {found} outputs, the data set {classes} classes")
    probes = _probes(shape)
    before = _scores(model, probes)
    if not np.isfinite(before).all():
        raise UserError(f"{title}: gives NaN or infinity on inputs between 0 and 1")
    network, changed = outputs.in_logits(model, title)
    _refuse_probabilities(_scores(network, probes), before, bool(changed), title)
    whole = inputs.takes_whole_numbers(network, declared)
    if whole:
        network = inputs.rounded(network)
        arranged = [
            *arranged,
            f"{title}: looks its inputs up as whole numbers, so no gradient reaches them; what it"
            " is asked is rounded first. Where the numbers stand for words or other symbols, how"
            " far one lies from another means nothing: read only how many were changed.",
        ]
    return Opened(network, (*changed, *arranged), whole)


def _reason(error: Exception) -> str:
    """Why Keras does not open a file, on one line."""
    said = " ".join(re.sub(r"\x1b\[\d*m", "", str(error)).split())
    unknown = re.search(r"Unknown [a-z_ ]+: '?([\w>.]+)'?", said)
    if unknown:
        name = unknown[1].rpartition(">")[2]
        return (
            f"it uses {name}, which Keras does not ship; name the Python file that defines it, if"
            " you trust its code, on the command line: --trust FILE.py"
        )
    missing = next((one.name for one in _chain(error) if isinstance(one, NameError)), None)
    # Keras hides what a Lambda layer raised behind what it then tried.
    if missing or "Lambda's output" in said or "compute_output_spec()" in said:
        what = f"needs {missing}" if missing else "needs a name"
        return (
            f"the function of its Lambda layer {what}, which is not in the file; put a"
            " layer of Keras in its place, or a function of a Python file that --trust names"
        )
    return said[:200]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _joined(model: keras.Model) -> str:
    """The Python that makes one input of several vectors."""
    sizes = [tensor.shape[1:] for tensor in model.inputs]
    if any(len(size) != 1 or size[0] is None for size in sizes):
        return ", joined along one axis and cut inside the network"
    ends = np.cumsum([size[0] for size in sizes])
    parts = ", ".join(f"x[:, {end - size[0]}:{end}]" for end, size in zip(ends, sizes, strict=True))
    return f": x = keras.Input(({ends[-1]},)); keras.Model(x, network([{parts}])).save('one.keras')"


def _as_a_graph(model: keras.Model, title: str) -> keras.Model:
    """A subclassed network, opened with trusted code, as a graph with one input."""
    shape = (model.get_build_config() or {}).get("input_shape")
    if not isinstance(shape, list | tuple) or not all(
        size is None or isinstance(size, int) for size in shape
    ):
        raise UserError(f"{title}: the network must be built and take one input")
    given = keras.Input(tuple(shape[1:]))
    try:
        return keras.Model(given, model(given))
    except Exception as error:
        raise UserError(f"{title}: does not run: {_reason(error)}") from None


def _probes(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).random((_PROBES, *shape), np.float32)


def _scores(model: keras.Model, x: np.ndarray) -> np.ndarray:
    scores = keras.ops.convert_to_numpy(model(x, training=False))
    return scores.reshape(len(x), -1).astype(np.float64)


def _refuse_probabilities(logits: np.ndarray, given: np.ndarray, changed: bool, title: str) -> None:
    """Of logits that are none, or that are not those of what the network gave."""
    if (logits >= 0).all() and np.allclose(logits.sum(-1), 1, atol=1e-4):
        raise UserError(
            f"{title}: still gives probabilities once its last layer's activation is off: the"
            " softmax is not its last operation; save the network with logits as its output"
        )
    if not changed:
        return
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    probability = shifted / shifted.sum(-1, keepdims=True)
    # A sigmoid that gives 0 to every probe is no logarithm of anything.
    told = np.exp(given) if (given <= 0).all() and (given < 0).any() else given
    if not np.allclose(probability[:, -told.shape[1] :], told, atol=_SAME):
        raise UserError(
            f"{title}: the logits before its last activation do not give its probabilities (a"
            " softmax over another axis?); save the network with logits as its output"
        )
