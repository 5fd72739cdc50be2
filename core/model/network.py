"""What is known of each trained network: accuracy, confidence, gradients, how training went."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.model.base import Count, Number, Share, Text, Value
from core.model.subject import OfOneNetwork


class Answers(Value):
    """Confidence of the right or of the wrong answers, with its interval; None without any."""

    count: Count
    mean_confidence: Share | None
    low: Share | None
    high: Share | None


class ConfidenceBin(Value):
    """Answers of a confidence from `low` on, to the next bin: how many, how sure, how right."""

    low: Number
    high: Number | None = None
    count: Count
    mean_confidence: Share | None
    accuracy: Share | None


class Calibration(Value):
    """How far confidence and accuracy are apart on the test set."""

    samples: Count | None = None
    expected_calibration_error: Share
    accuracy: Share | None = None
    right: Answers
    wrong: Answers
    bins: Annotated[list[ConfidenceBin], Field(max_length=1_000)]


class Power(Value):
    """Share of inputs whose largest gradient entry lies in this power of ten; None: exactly 0."""

    power: Annotated[int, Field(ge=-400, le=400)] | None
    share: Share


class Amplitudes(Value):
    """Sizes of the probabilities' gradients, by powers of ten.

    Attributes: zero_in_float32: share of inputs whose gradient underflows to exactly 0.
    """

    samples: Count
    median_power: Number | None
    zero_in_float32: Share
    bins: Annotated[list[Power], Field(max_length=1_000)]


class Outputs(Value):
    """Two passes over the same inputs: are the outputs logits, and the same twice?"""

    inputs: Count
    lowest: Number
    highest: Number
    largest_sum_error: Number
    pass_difference: Number


class History(Value):
    """One value an epoch; accuracies are fractions."""

    epoch: list[Number] = Field([])
    loss: list[Number | None] = Field([])
    accuracy: list[Number | None] = Field([])
    test_accuracy: list[Number | None] = Field([])


class AccuracyChange(Value):
    """Accuracy of a network minus that of the undefended one of its seed, on the same test inputs.

    Attributes:
        gained, lost: inputs that this network alone gets right, and that the other alone does.
        difference: of the two shares. low, high: its interval at 95 %, about these two networks.
    """

    gained: Count
    lost: Count
    difference: Number
    low: Number
    high: Number


class Examined(Value):
    """What is measured of every network before it is attacked, on the test set.

    Attributes:
        chance: share of the most frequent class.
        answers: which test inputs it gets right, see `core.metrics.answers`; None where they are
            too many to keep.
    """

    accuracy: Share
    accuracy_low: Share
    accuracy_high: Share
    answers: Text | None = None
    mean_confidence: Share
    chance: Share
    parameters: Count
    calibration: Calibration
    amplitudes: Amplitudes
    outputs: Outputs


class TrainedNetwork(OfOneNetwork):
    """One network of the run, of one seed.

    Attributes:
        network_id: as in results.parquet. chance: share of the most frequent class.
        accuracy_change: against the undefended network; None: not known input by input.
        trained: whether accuracy is far from chance. seconds: of computing.
        epochs: 0 for a network that was not trained here.
    """

    network_id: Text = ""
    seed: int
    accuracy: Share | None
    accuracy_low: Share | None
    accuracy_high: Share | None
    accuracy_change: AccuracyChange | None = None
    mean_confidence: Share | None
    chance: Share | None = None
    parameters: Count | None = None
    calibration: Calibration | None = None
    amplitudes: Amplitudes | None = None
    outputs: Outputs | None = None
    train_accuracy: Share | None
    epochs: Count | None
    notes: list[Text] = Field([])
    trained: bool
    seconds: Number | None
    history: History | None
    network_sha256: Text | None = None

    @property
    def from_a_file(self) -> bool:
        """Whether somebody handed it in: nobody can say here how it was trained."""
        return "sha256" in self.defense_params
