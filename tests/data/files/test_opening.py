"""All kinds of files are opened in the limited child, from the command line to the plan."""

import json

import numpy as np
import pandas as pd
import pytest

from core.data import stored
from core.data.files import opening
from core.errors import UserError
from core.inspection import check
from core.planning import contents
from core.planning.prepare import resolve_data
from core.spec.spec import Data
from core.store.ledger import Ledger
from tests.data.files.pictures import folder, grey, tree, zipped
from tests.data.files.test_tables import frame


def test_a_child_opens_what_check_is_given(tmp_path):
    frame().to_csv(tmp_path / "mine.csv", index=False)
    found = check.data(file=tmp_path / "mine.csv", label="colour", out=tmp_path / "out.npz")
    assert found["class_names"] == ["blue", "green", "red"]
    kept = stored.from_bytes(tmp_path / "out.npz")
    assert kept.checksum() == found["checksum"]
    assert kept.group.tolist() == [-1, -1, -1, 0, 0]
    pets = check.data(file=folder(tmp_path / "pets", tree()))
    again = check.data(file=zipped(tmp_path / "pets.zip", tree()))
    assert pets["checksum"] == again["checksum"]
    assert (pets["n_train"], pets["test_in_training"], again["source"]) == (8, 8, "file pets.zip")
    with pytest.raises(UserError, match=r"is not a \.npz or \.csv or \.parquet or \.zip file"):
        check.data(file=tmp_path / "x.txt")
    with pytest.raises(UserError, match="has no columns"):
        check.data(file=npz(tmp_path), label="y")


def npz(tmp_path):
    x, y = np.random.default_rng(0).random((20, 4)), np.arange(20) % 2
    np.savez(tmp_path / "t.npz", x_test=x, y_test=y + 1)
    return tmp_path / "t.npz"


def test_every_conversion_is_said_when_read_and_when_known(tmp_path):
    wanted = Data(file=str(npz(tmp_path)))
    ledger = Ledger(tmp_path / "home")
    for _ in range(2):
        said = []
        found = resolve_data(wanted, ledger, said.append)
        assert said[-3:] == found.conversions
        assert (found.n_train, found.test_in_training, found.classes) == (0, None, 2)
    assert "y_test: labels 1 to 2 became 0 to 1 (with a network of more outputs they stay)" in said
    more = resolve_data(wanted, ledger, outputs=3)
    assert (more.classes, more.checksum == found.checksum) == (3, False)
    assert json.loads(more.model_dump_json())["conversions"] == more.conversions


def test_a_folder_is_known_by_all_that_is_in_it(tmp_path):
    root = folder(tmp_path / "pets", tree())
    first = contents.sha256_of(root)
    assert contents.sha256_of(folder(tmp_path / "copy", tree())) == first
    (root / "test" / "dog" / "0.png").write_bytes(grey(200))
    second = contents.sha256_of(root)
    (root / "test" / "dog" / "0.png").rename(root / "test" / "dog" / "00.png")
    assert len({first, second, contents.sha256_of(root)}) == 3


def test_a_label_goes_with_a_file():
    with pytest.raises(ValueError, match="label goes with a file"):
        Data(name="digits", label="y")


def test_a_table_and_its_arrays_are_the_same_data(tmp_path):
    table = pd.DataFrame(np.random.default_rng(2).normal(0, 9, (30, 4)), columns=list("abcd"))
    table["y"] = np.arange(30) % 2
    x = table[list("abcd")].to_numpy()
    np.savez(
        tmp_path / "same.npz",
        **{"x_train": x[:20], "y_train": table["y"][:20], "low": x.min(0), "high": x.max(0)},
        **{"x_test": x[20:], "y_test": table["y"][20:]},
    )
    table["split"] = ["train"] * 20 + ["test"] * 10
    table.to_csv(tmp_path / "same.csv", index=False)
    found = [
        opening.read(tmp_path / name, opening.Asked(name)) for name in ("same.csv", "same.npz")
    ]
    assert found[0].checksum() == found[1].checksum()
