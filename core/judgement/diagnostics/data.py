"""A check of the data: are the test inputs new to the network?"""

from __future__ import annotations

from core.judgement.diagnostics.check import NOT_RUN, Outcome, judged
from core.metrics.intervals.exact import clopper_pearson
from core.metrics.shares import Share
from core.model.data import DataFacts
from core.wording import repeated


def inputs_new(data: DataFacts) -> Outcome:
    """A network may know by heart what it was trained on.

    It fails where surely more than 5 % of the test inputs also stand in the training data; any
    number of them is said. `number` is their share.
    """
    name, count, n = "test_inputs_new", data.test_in_training, data.n_test
    if not data.n_train:
        sentence = (
            "There are no training inputs, so whether the network saw test inputs is not known;"
            " give x_train and y_train."
        )
        return Outcome(name, NOT_RUN, None, sentence)
    if count is None or not n:
        sentence = "Nobody looked whether test inputs also stand in the training data."
        return Outcome(name, NOT_RUN, None, sentence)
    share = Share(count / n, *clopper_pearson(min(count, n), n), n)
    said = repeated(count, n)
    known = f"{said}: accuracy and robustness on them are no evidence for new inputs."
    good = known if count else "No test input also stands in the training data."
    few = f"whether test inputs were seen in training: {said}"
    return judged(name, share, good, known, few)
