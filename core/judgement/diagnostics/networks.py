"""Checks of one network: did it train, does it give logits, does it always say the same?"""

from __future__ import annotations

from core.judgement.diagnostics.check import FAIL, NOT_RUN, PASS, Outcome
from core.metrics.intervals.exact import clopper_pearson
from core.model.network import Outputs
from core.wording import percent

NEAR_CHANCE = 0.1
"""A network that surely covers more than this share of the way from chance to perfect trained."""

HALF_WAY = 0.5
"""One that does not, and surely covers less than this share, did not; else too few were tested."""

SUM_TOLERANCE = 1e-3
"""Outputs of float32 softmax sum to one more closely than this; logits hardly ever do, and never
on every input."""

PASS_TOLERANCE = 1e-4
"""Sums in another order differ by about 1e-6 of the largest output; dropout by far more."""


def trained(accuracy: float, n: int, chance: float) -> bool | None:
    """Whether a network's accuracy on `n` test inputs is clearly above chance.

    Args: accuracy, chance: fractions; chance is the share of the most frequent class.
    Returns: None where the test inputs are too few to tell.
    """
    low, high = clopper_pearson(round(accuracy * n), n)
    if low > chance + NEAR_CHANCE * (1 - chance):
        return True
    return None if high > chance + HALF_WAY * (1 - chance) else False


def network_trained(
    accuracy: float, n: int, chance: float, *, from_a_file: bool = False
) -> Outcome:
    """A network near chance says nothing about its defence.

    Args: as of `trained`; from_a_file: it was handed in, so that its training is not known here.
    """
    name, is_trained = "network_trained", trained(accuracy, n, chance)
    measured, guessed = percent(accuracy, 1), percent(chance, 1)
    if is_trained:
        sentence = f"Clean accuracy {measured}, far from chance ({guessed})."
        return Outcome(name, PASS, accuracy, sentence)
    if is_trained is None:
        low, high = (percent(end, 1) for end in clopper_pearson(round(accuracy * n), n))
        sentence = (
            f"Clean accuracy {measured} on {n} test inputs, surely between {low} and {high}: too"
            f" few to tell from chance ({guessed}); test on more."
        )
        return Outcome(name, NOT_RUN, accuracy, sentence)
    why = "this network did not train"
    if from_a_file:
        why = (
            "this network, which was not trained here, answers near chance on these data (scale of"
            " the values, order of the labels or of the channels?)"
        )
    sentence = (
        f"Clean accuracy {measured} is near chance ({guessed}): {why}, and its robustness means"
        " nothing."
    )
    return Outcome(name, FAIL, accuracy, sentence)


def logits_given(outputs: Outputs | None) -> Outcome:
    """Attacks need logits; a network that gives probabilities blinds them.

    Args: outputs: of this network, or None. `number` is the largest
        distance of the sum of a network's outputs from 1.
    Source: AutoAttack's checks (arXiv 2003.01690).
    """
    name = "logits_given"
    if outputs is None:
        return Outcome(name, NOT_RUN, None, "The outputs of this network were not looked at.")
    error = outputs.largest_sum_error
    inside = outputs.lowest >= 0 and outputs.highest <= 1
    if inside and error < SUM_TOLERANCE:
        sentence = (
            f"On all of {outputs.inputs} inputs the outputs lie between 0 and 1 and sum to 1:"
            " these are probabilities where logits are needed, and gradients through them vanish."
            " Take the final softmax off."
        )
        return Outcome(name, FAIL, error, sentence)
    sentence = "The network gives logits, not probabilities: its outputs do not sum to 1."
    return Outcome(name, PASS, error, sentence)


def same_answer_twice(outputs: Outputs | None) -> Outcome:
    """A random forward pass hides a network from attacks that take one gradient at a time.

    Args: outputs: as for `logits_given`. `number` is the largest difference between two passes,
        as a fraction of the largest output.
    Source: OG (arXiv 1802.00420), "stochastic gradients"; AutoAttack's checks.
    """
    name = "same_answer_twice"
    if outputs is None:
        return Outcome(name, NOT_RUN, None, "The network was not asked twice.")
    difference = outputs.pass_difference
    if difference > PASS_TOLERANCE:
        sentence = (
            f"Asked twice about the same {outputs.inputs} inputs, the network's outputs differ"
            f" by up to {difference:.2g} of their size: it answers at random, and attacks that do"
            " not average over that randomness understate its weakness."
        )
        return Outcome(name, FAIL, difference, sentence)
    sentence = "Asked twice about the same inputs, the network gave the same outputs."
    return Outcome(name, PASS, difference, sentence)
