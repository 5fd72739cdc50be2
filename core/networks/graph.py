"""Steps through the graph of a network: what gave a tensor, and from what."""

from __future__ import annotations

from typing import Any

import keras


def source(tensor: Any) -> tuple[keras.Operation, keras.KerasTensor]:
    """What gave a tensor, and the first of what that was given (itself, of an input)."""
    made = tensor._keras_history
    given = made.operation._inbound_nodes[made.node_index].arguments.keras_tensors
    return made.operation, given[0] if given else tensor


def is_linear(layer: Any) -> bool:
    """Whether a layer with an activation has none in effect."""
    return layer.activation is keras.activations.linear


def ships_with_keras(operation: Any) -> bool:
    """Whether Keras itself defines an operation, so that its name says what it does."""
    return type(operation).__module__.split(".")[0] == "keras"


def has_one_end(model: keras.Model) -> bool:
    """Whether a network is a graph with one input and one output; a subclassed one is none."""
    ends = (getattr(model, "inputs", None) or (), getattr(model, "outputs", None) or ())
    return [len(end) for end in ends] == [1, 1]
