"""How a network in a file is read: which output, on which scale, with whose code. Plain values."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from core.model.base import Count, Number, Share, Text, Value

ScaleName = Literal["stored", "unit", "signed", "bytes"]
"""Values as they stand in the data's file; from 0 to 1; from -1 to 1; from 0 to 255."""


class Reading(Value):
    """What decides which network a file gives, beside its bytes.

    Attributes:
        output: name of the output that holds the class scores; None: the only one.
        at_low, at_high: what the network gets of a feature at its lowest and its highest value;
            None: the values of the data set as they are.
        trusted: sha256 of the Python file that defines its layers, named by the operator.
        lambdas: whether the operator named the network's own file too, so that its Lambda layers
            may run.
    """

    output: Text | None = None
    at_low: Number | None = None
    at_high: Number | None = None
    trusted: Text | None = None
    lambdas: bool = False


class Tried(Value):
    """A scale on which a network was asked, and the share of answers that were right."""

    scale: ScaleName
    at_low: Number | None = None
    at_high: Number | None = None
    accuracy: Share


class ScaleFound(Value):
    """On which scale a network works.

    Attributes:
        tried: the scales, the one that is used without a choice first. taken: the one in use.
        inputs: how many were asked about; what: which, in words; apart: none of them is attacked.
        chance: share of the most frequent class among them.
        other_order: share that is right once each class stands for the one it mostly is given for;
        other_channels: once red and blue are exchanged. None: not looked at, or no better.
    """

    tried: list[Tried] = Field(min_length=1)
    taken: ScaleName
    inputs: Count
    what: Text
    apart: bool
    chance: Share
    other_order: Share | None = None
    other_channels: Share | None = None

    @property
    def used(self) -> Tried:
        """The scale in use."""
        return next(one for one in self.tried if one.scale == self.taken)


class Asked(Value):
    """What a spec or the operator says about the reading of a network's file.

    Attributes:
        output, scale: as in the spec. trusted: path of the Python file that defines its layers.
        lambdas: whether the operator trusts the code in the network's own file.
    """

    output: Text | None = None
    scale: ScaleName | None = None
    trusted: Text | None = None
    lambdas: bool = False
