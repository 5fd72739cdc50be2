"""The table of single attacks as a file: what it keeps, what is hashed, what is refused."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.results import table


def test_rows_come_back_from_their_file_as_they_were(found):
    results, rows = found
    again = table.opened("rows", table.packed(rows))
    assert table.sha256_of(again) == results.rows_sha256
    pd.testing.assert_frame_equal(again, rows, check_dtype=False)
    assert table.packed(again) == table.packed(rows)


def hostile(rows, **changes):
    """The table as Parquet with other columns, of any type."""
    columns = {name: pa.array(rows[name].tolist()) for name in table.COLUMNS} | changes
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def test_hostile_tables_are_refused_in_one_line(found, monkeypatch):
    _, rows = found
    n = len(rows)
    cases = {
        "no parquet": b"PAR1 and nothing else PAR1",
        "pickle": b"\x80\x04\x95",
        "empty": b"",
        "text for a number": hostile(rows, l2=pa.array(["far"] * n)),
        "number for a text": hostile(rows, attack=pa.array([1] * n)),
        "not a number": hostile(rows, l2=pa.array([float("nan")] * n)),
        "negative": hostile(rows, l1=pa.array([-1.0] * n)),
        "infinite": hostile(rows, linf=pa.array([float("inf")] * n)),
        "half a class": hostile(rows, predicted=pa.array([0.5] * n)),
        "cost below 0": hostile(rows, l0=pa.array([-0.5] * n)),
        "no cost": hostile(rows, l0=pa.array([float("nan")] * n)),
        "holes": hostile(rows, sample=pa.array([None] * n, pa.int64())),
        "text with holes": hostile(rows, attack=pa.array([None] * n, pa.string())),
        "bytes": hostile(rows, attack=pa.array([b"\xff"] * n)),
        "no settings": hostile(rows, attack_params=pa.array(["[1]"] * n)),
        "deep settings": hostile(rows, attack_params=pa.array(["[" * 9_000] * n)),
        "long text": hostile(rows, defense=pa.array(["x" * 30_000] * n)),
        "nested": hostile(rows, success=pa.array([[True]] * n)),
    }
    for case, raw in cases.items():
        with pytest.raises(UserError) as refused:
            table.opened("rows", raw)
        assert len(str(refused.value).splitlines()) == 1, case
    whole = table.packed(rows)
    for limit in ("MAX_BYTES", "MAX_UNPACKED", "MAX_ROWS"):
        monkeypatch.setattr(table, limit, 10)
        with pytest.raises(UserError):
            table.opened("rows", whole)
        monkeypatch.undo()
    with pytest.raises(UserError, match="not a table of attacks"):
        table.opened("rows", table.packed(rows.drop(columns="l2")))
    with pytest.raises(UserError, match="not a table of attacks"):
        table.opened("rows", table.packed(rows.drop(columns="attack")))


def test_l0_is_whole_where_it_counts_features_and_a_number_where_they_have_costs(found):
    _, rows = found
    costs = rows["l0"] * 0.5 + 0.25
    again = table.opened("rows", table.packed(rows.assign(l0=costs)))
    assert again["l0"].tolist() == costs.tolist()
    whole = table.opened("rows", hostile(rows, l0=pa.array(rows["l0"].astype(float).tolist())))
    assert whole["l0"].dtype == "int64"
    assert whole["l0"].tolist() == rows["l0"].tolist()


@pytest.fixture(scope="module")
def whole(found):
    """The table as its file."""
    return table.packed(found[1])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_table_is_refused_or_read_and_nothing_worse(whole, data):
    at = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.sampled_from([b"", whole[at + 1 :]]))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + end
    said = ""
    try:
        assert list(table.opened("rows", damaged).columns) == table.COLUMNS
    except UserError as refused:
        said = str(refused)
    assert len(said.splitlines()) < 2


def test_what_is_hashed_is_what_the_table_says(found):
    _, rows = found
    for column in table.COLUMNS:
        other = rows.copy()
        values = other[column].to_list()
        values[3] = (
            f"{values[3]}x"
            if isinstance(values[3], str)
            else (not values[3] if isinstance(values[3], bool | np.bool_) else 977)
        )
        other[column] = values
        assert table.sha256_of(other) != table.sha256_of(rows), column
        moved = rows.copy()
        moved.loc[moved.index[-1], column] = moved[column].iloc[0]  # no value that was not there
        alike = moved[column].equals(rows[column])
        assert (table.sha256_of(moved) == table.sha256_of(rows)) is alike, column
    assert table.sha256_of(rows[1:]) != table.sha256_of(rows)
    assert json.dumps(table.sha256_of(rows[:0]))
