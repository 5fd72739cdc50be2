"""Test inputs that also stand in the training data are counted and said."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.data.overlap import in_training
from core.errors import UserError
from core.inspection import check
from core.judgement.diagnostics.data import inputs_new
from core.model.data import DataFacts
from core.planning.prepare import prepare
from core.spec.spec import Experiment
from core.store.ledger import Ledger
from core.wording import repeated
from reports.sections import limitations, tested
from tests.planning.planned import DATA
from tests.reports import changing, synthetic

SMALL = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.just(2)),
    elements=st.sampled_from([0.0, -0.0, 0.5, 1.0]),
)


@given(SMALL, SMALL)
def test_what_is_counted_is_what_equals_a_training_input_in_every_feature(train, test):
    expected = sum((train == one).all(axis=1).any() for one in test)
    assert in_training(train, test) == expected


def test_one_changed_feature_is_another_input():
    x = np.random.default_rng(0).random((20, 4, 4, 1), dtype=np.float32)
    assert in_training(x, x[5:9]) == 4
    other = x[5:9].copy()
    other[0, 3, 3, 0] = np.nextafter(other[0, 3, 3, 0], np.float32(2))
    assert in_training(x, other) == 3


def test_as_many_inputs_as_mnist_take_seconds():
    x = np.random.default_rng(0).integers(0, 256, (70_000, 784)).astype(np.float32)
    x[-3:] = x[:3]
    started = time.process_time()
    assert in_training(x[:60_000], x[60_000:]) == 3
    assert time.process_time() - started < 10


def leaking(tmp_path, repeats):
    """A data file of 40 test inputs, some of which are training inputs."""
    rng = np.random.default_rng(1)
    x_train, x_test = (rng.integers(0, 256, (n, 4, 4), dtype=np.uint8) for n in (60, 40))
    x_test[:repeats] = x_train[:repeats]
    labels = np.arange(60) % 2
    path = tmp_path / "mine.npz"
    np.savez(path, x_train=x_train, y_train=labels, x_test=x_test, y_test=labels[:40])
    return path


@pytest.mark.parametrize("repeats", [0, 1, 12])
def test_preparing_an_experiment_says_it(repeats, tmp_path):
    path = leaking(tmp_path, repeats)
    assert check.data(file=path)["test_in_training"] == repeats
    wanted = {
        "name": "mine",
        "data": {"file": str(path)},
        "architecture": "mlp",
        "defenses": [{"name": "none"}],
        "attacks": [{"name": "fgsm"}],
        "samples": 10,
    }
    for _ in range(2):  # read, and known from before
        said = []
        found = prepare(Experiment.model_validate(wanted), Ledger(tmp_path / "home"), said.append)
        assert found.provenance.data.test_in_training == repeats
        assert (repeated(repeats, 40) in said) == (repeats > 0)


def facts(count, n_test):
    return DataFacts.model_validate({**DATA, "test_in_training": count, "n_test": n_test})


@pytest.mark.parametrize(
    ("count", "n_test", "result"),
    [
        (0, 1_000, "pass"),
        (12, 1_000, "pass"),
        (64, 1_000, "pass"),
        (65, 1_000, "fail"),
        (1_000, 1_000, "fail"),
        (2, 4, "fail"),
        (0, 4, "not run"),
        (None, 1_000, "not run"),
    ],
)
def test_a_check_fails_where_surely_more_than_5_percent_were_seen(count, n_test, result):
    """The exact lower end of 64 of 1,000 is 4.96 %, of 65 it is 5.05 %."""
    outcome = inputs_new(facts(count, n_test))
    assert outcome.result == result
    assert outcome.number == (None if count is None else count / n_test)
    assert f"{count:,}" in outcome.sentence if count else True


def test_any_number_of_them_is_said():
    said = inputs_new(facts(12, 1_000)).sentence
    assert said == (
        "12 of 1,000 test inputs also stand in the training data: accuracy and robustness on them"
        " are no evidence for new inputs."
    )
    assert "1 of 9 test inputs also stands" in repeated(1, 9)


def test_the_report_says_it_of_its_data_and_in_its_limitations():
    made = synthetic.paper_like()
    leak = changing.data(made, test_in_training=12)
    told = repeated(12, made.data.n_test)
    for results, there in (
        (made, False),
        (leak, True),
        (changing.data(made, test_in_training=0), False),
    ):
        assert (told in str(tested.body(results))) is there
        assert any(told in text for text in limitations.of(results)) is there


def test_a_file_that_is_no_data_is_still_refused(tmp_path):
    path = tmp_path / "bad.npz"
    path.write_bytes(b"no")
    with pytest.raises(UserError):
        check.data(file=path)
