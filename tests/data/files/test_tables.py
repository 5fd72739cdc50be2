"""CSV and Parquet tables become data sets; what is missing, mixed or too large is refused."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.files import opening
from core.errors import UserError

RNG = np.random.default_rng(5)


def frame(n=50, **changes):
    """A table with a number, a whole number, a truth value, a category and two classes."""
    columns = {
        "age": RNG.integers(18, 90, n),
        "income": RNG.normal(3, 1, n).astype("f4"),
        "member": np.arange(n) % 3 == 0,
        "colour": np.array(["red", "green", "blue"])[np.arange(n) % 3],
        "target": np.array(["spam", "good"])[np.arange(n) // 5 % 2],
    }
    return pd.DataFrame({k: v for k, v in (columns | changes).items() if v is not None})


def opened(table, folder, kind="csv", label=None):
    path = folder / f"mine.{kind}"
    if kind == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path, index=False)
    return opening.read(path, opening.Asked(path.name, label))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_becomes_a_data_set(tmp_path, kind):
    table = frame()
    if kind == "parquet":
        table["colour"] = table["colour"].astype("category")
    found = opened(table, tmp_path, kind)
    names = ("age", "income", "member", "colour=blue", "colour=green", "colour=red")
    assert found.feature_names == names
    assert found.class_names == ("good", "spam")
    assert found.group.tolist() == [-1, -1, -1, 0, 0, 0]
    assert found.step.tolist() == [1, 0, 1, 0, 0, 0]
    x = np.concatenate([found.x_train, found.x_test])
    np.testing.assert_array_equal(found.low, x.min(0))
    np.testing.assert_array_equal(found.high, x.max(0))
    assert found.high[0] == table["age"].max()
    np.testing.assert_array_equal(x[:, 3:].sum(1), 1)
    assert sorted(x[:, 1]) == pytest.approx(sorted(table["income"]))
    said = "; ".join(found.conversions)
    for part in (
        "the classes are those of the column 'target'",
        "10 of 50 rows, a fifth of each class",
        "texts became one-hot columns: colour (3)",
        "2 of 4 columns hold whole numbers",
        "its least and its greatest value in 50 rows",
        "2 names became labels 0 to 1 (good, spam)",
    ):
        assert part in said


def test_rows_keep_their_class(tmp_path):
    """Class 1 of the table is where `a` is high, in either part."""
    a = np.arange(40.0)
    table = pd.DataFrame({"a": a, "b": -a, "y": (a > 19).astype(int)})
    found = opened(table, tmp_path)
    np.testing.assert_array_equal(found.y_train, found.x_train[:, 0] > 19)
    np.testing.assert_array_equal(found.y_test, found.x_test[:, 0] > 19)
    assert np.bincount(found.y_test).tolist() == [4, 4]
    again = opened(table, tmp_path)
    np.testing.assert_array_equal(again.x_test, found.x_test)


def test_a_column_says_which_rows_are_the_test_part(tmp_path):
    split = np.array(["train", "test"])[np.arange(50) % 2]
    found = opened(frame(split=split), tmp_path)
    assert (len(found.x_train), len(found.x_test)) == (25, 25)
    assert "split" not in str(found.feature_names)
    alone = opened(frame(split=np.full(50, "test")), tmp_path)
    assert (len(alone.x_train), len(alone.x_test)) == (0, 50)
    assert "there is only test data" in str(alone.conversions)


def test_a_label_may_be_named(tmp_path):
    found = opened(frame(), tmp_path, label="colour")
    assert found.class_names == ("blue", "green", "red")
    assert "target=good" in found.feature_names
    assert opened(frame(target=None), tmp_path, label="member").classes == 2


def test_a_constant_column_never_changes(tmp_path):
    found = opened(frame(age=np.full(50, 7)), tmp_path)
    assert found.mutable.tolist() == [False, True, True, True, True, True]
    assert "1 feature has one value only" in str(found.conversions)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"target": None}, "no column is called label, target, class, y; say which column"),
        ({"label": np.arange(50) % 2}, "target and label may each be the label"),
        ({"income": np.where(np.arange(50) == 3, np.nan, 1.0)}, "'income' has 1 missing values"),
        ({"colour": ["", "red"] * 25}, "'colour' has 25 missing values"),
        ({"age": ["?", "41"] * 25}, "'age' holds numbers and '?'"),
        ({"colour": [f"w{i}a" for i in range(50)] * 1}, None),
        ({"split": np.array(["train", "dev"])[np.arange(50) % 2]}, "holds 'dev'"),
        ({"split": np.full(50, "train")}, "says test of no row"),
        ({"target": RNG.normal(0, 1, 50)}, "no class number"),
        ({"": np.arange(50)}, "save the table with index=False"),
        ({"when": pd.date_range("2024-01-01", periods=50)}, "'when' holds date32[day]"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path, changes, expected):
    if expected is None:
        assert opened(frame(**changes), tmp_path).classes == 2
        return
    with pytest.raises(UserError) as error:
        opened(frame(**changes), tmp_path)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_too_many_texts_are_no_categories(tmp_path):
    table = frame(202, colour=[f"w{i}a" for i in range(101)] * 2)
    with pytest.raises(UserError, match="101 different texts, at most 100"):
        opened(table, tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a;b;y\n1;2;0\n", "separate columns by ';'"),
        (b"a\n1\n", "has one column"),
        (b"no line at all", "no line of column names"),
        (b"a,b,y\n1,2\n", "is no CSV file"),
        (b"a,a,y\n1,2,0\n", "two columns 'a'"),
        (b"a,b,y\n\xff\xfe,2,0\n", "'a' holds binary"),
        (b"a,b,y\n", "holds no rows"),
        (b"x," * 30_000 + b"y\n", "more than 20,000 columns"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, content, expected):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=expected) as error:
        opening.read(path, opening.Asked(path.name))
    assert "\n" not in str(error.value)


def parquet(tmp_path, table):
    path = tmp_path / "bad.parquet"
    pq.write_table(table, path)
    with pytest.raises(UserError) as error:
        opening.read(path, opening.Asked(path.name))
    return str(error.value)


def test_parquet_files_that_are_no_flat_table_are_refused(tmp_path):
    nested = pa.table({"a": [[1, 2], [3]], "y": [0, 1]})
    assert "holds lists or records" in parquet(tmp_path, nested)
    dates = pa.table({"a": pd.date_range("2024-01-01", periods=4), "y": [0, 1, 0, 1]})
    assert "'a' holds timestamp" in parquet(tmp_path, dates)
    # A page of equal values is a few bytes in the file, whatever it unpacks to.
    constant = np.zeros(70_000_000, np.int8)
    big = pa.table(dict.fromkeys("abcd", constant) | {"y": constant})
    assert "more than 268,435,456 values" in parquet(tmp_path, big)
    path = tmp_path / "no.parquet"
    path.write_bytes(b"PAR1 no")
    with pytest.raises(UserError, match="is no Parquet file"):
        opening.read(path, opening.Asked(path.name))
