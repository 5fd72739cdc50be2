"""Data get as many classes as the networks that are given tell apart, where labels allow it."""

import numpy as np
import pytest

from core.errors import UserError
from core.inspection import check
from core.planning.prepare import prepare
from core.spec.spec import Experiment
from core.store.ledger import Ledger


@pytest.fixture
def networks(monkeypatch):
    """Networks by the name of their file, each with the classes that it tells apart or None."""
    outputs = {}

    def opened(file, *, shape=None, classes=None, **_):
        told = outputs[file.name]
        if shape is None and told is None:
            raise UserError(f"{file.name}: has several outputs")
        if shape is not None and told != classes:
            raise UserError(f"{file.name}: the network has other outputs than {classes}")
        answer = {"outputs": told, "whole_numbers": False, "scale": None}
        return {"parameters": 1, "notes": [], **answer}

    monkeypatch.setattr(check, "network", opened)
    return outputs


def prepared(tmp_path, labels, files, class_names=None):
    names = {} if class_names is None else {"class_names": np.array(class_names)}
    x = np.random.default_rng(0).random((12, 4))
    np.savez(tmp_path / "mine.npz", x_test=x, y_test=labels, **names)
    for file in files:
        (tmp_path / file).write_bytes(file.encode())
    wanted = {
        "data": {"file": str(tmp_path / "mine.npz")},
        "defenses": [{"name": "given", "file": str(tmp_path / file)} for file in files],
        "attacks": [{"name": "fgsm"}],
        "samples": 4,
    }
    said = []
    found = prepare(Experiment.model_validate(wanted), Ledger(tmp_path / "home"), said.append)
    return found.provenance.data, said


@pytest.mark.parametrize(
    ("labels", "outputs", "classes", "line"),
    [
        (np.arange(12) % 3, 3, 3, None),
        (np.arange(12) % 3, 5, 5, "no test input has the labels 3, 4, which are classes"),
        (np.arange(12) % 3 + 1, 3, 3, "y_test: labels 1 to 3 became 0 to 2"),
        (np.arange(12) % 3 + 1, 4, 4, "y_test: labels 1 to 3 stay as they are"),
    ],
)
def test_more_outputs_are_more_classes(tmp_path, networks, labels, outputs, classes, line):
    networks["a.keras"] = outputs
    data, said = prepared(tmp_path, labels, ["a.keras"])
    assert data.classes == classes
    assert line is None or any(line in one for one in said)
    again, told = prepared(tmp_path, labels, ["a.keras"])
    assert again == data
    assert [one for one in told if one in data.conversions] == [
        one for one in said if one in data.conversions
    ]


@pytest.mark.parametrize(
    ("labels", "outputs", "names"),
    [
        (np.arange(12) % 3, {"a.keras": 2}, None),
        (np.arange(12) % 3, {"a.keras": 5, "b.keras": 6}, None),
        (np.arange(12) % 3, {"a.keras": None}, None),
        (np.arange(12) % 3, {"a.keras": 5}, ["a", "b", "c"]),
        (np.eye(3)[np.arange(12) % 3], {"a.keras": 5}, None),
        (np.array(["a", "b", "c"])[np.arange(12) % 3], {"a.keras": 5}, None),
    ],
)
def test_where_labels_or_networks_say_otherwise_the_network_does_not_fit(
    tmp_path, networks, labels, outputs, names
):
    networks |= outputs
    with pytest.raises(UserError, match=r"a\.keras: the network has other outputs than 3"):
        prepared(tmp_path, labels, list(outputs), names)
