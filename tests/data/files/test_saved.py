"""What Hugging Face's `datasets` saves to a folder is read without it, by pyarrow alone."""

import json

import numpy as np
import pyarrow as pa
import pytest

from core.data.files import opening
from core.errors import UserError
from tests.data.files.pictures import grey

NAMES = ["cat", "dog", "eel"]


def save(folder, table, names=NAMES, files=2):
    """One split as `save_to_disk` of datasets 4 writes it."""
    folder.mkdir(parents=True)
    state = {"_data_files": [], "_fingerprint": "0", "_format_type": None, "_split": "train"}
    step = -(-table.num_rows // files)
    for i in range(files):
        name = f"data-{i:05d}-of-{files:05d}.arrow"
        state["_data_files"].append({"filename": name})
        with pa.OSFile(str(folder / name), "wb") as sink:
            part = table.slice(i * step, step)
            with pa.ipc.new_stream(sink, part.schema) as stream:
                stream.write_table(part)
    features = {"label": {"names": names, "_type": "ClassLabel"}, "image": {"_type": "Image"}}
    (folder / "state.json").write_text(json.dumps(state))
    (folder / "dataset_info.json").write_text(json.dumps({"features": features}))
    return folder


def pair(folder, train, test, more=()):
    """Two splits."""
    save(folder / "train", train)
    save(folder / "test", test)
    for name in more:
        save(folder / name, test)
    (folder / "dataset_dict.json").write_text(json.dumps({"splits": ["train", "test", *more]}))
    return folder


def pictures(n, start=0):
    content = [{"bytes": grey(start + i), "path": None} for i in range(n)]
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    return pa.table({"image": pa.array(content, kind), "label": pa.array(np.arange(n) % 3)})


def nested(n):
    x = np.arange(n * 12, dtype=np.float32).reshape(n, 3, 4) / (n * 12)
    return pa.table({"series": x.tolist(), "label": np.arange(n) % 3}), x


def opened(path, **asked):
    return opening.read(path, opening.Asked(path.name, **asked))


def test_images_of_two_splits(tmp_path):
    found = opened(pair(tmp_path / "pets", pictures(9), pictures(6, 100), ["validation"]))
    assert found.class_names == tuple(NAMES)
    np.testing.assert_array_equal(np.round(found.x_train[:, 0, 0, 0] * 255), np.arange(9))
    np.testing.assert_array_equal(np.round(found.x_test[:, 0, 0, 0] * 255), np.arange(100, 106))
    np.testing.assert_array_equal(found.y_train, np.arange(9) % 3)
    assert "the split validation is left out" in found.conversions


def test_one_split_is_test_data(tmp_path):
    table, x = nested(6)
    found = opened(save(tmp_path / "one", table))
    assert (len(found.x_train), found.shape) == (0, (3, 4, 1))
    np.testing.assert_allclose(found.x_test[..., 0], x)
    assert "the only split is taken as test data" in found.conversions


def test_plain_columns_are_a_table(tmp_path):
    def table(n):
        return pa.table(
            {"a": np.linspace(0, 9, n), "b": ["x", "z"] * (n // 2), "label": np.arange(n) % 3}
        )

    found = opened(pair(tmp_path / "plain", table(12), table(6)))
    assert (len(found.x_train), len(found.x_test)) == (12, 6)
    assert found.feature_names == ("a", "b=x", "b=z")
    assert found.class_names == tuple(NAMES)
    assert found.group.tolist() == [-1, 0, 0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"filename": "../../secret.arrow"}, "or one that is not beside it"),
        ({"filename": "/etc/passwd"}, "or one that is not beside it"),
        ({}, "or one that is not beside it"),
        ({"filename": {}}, "or one that is not beside it"),
    ],
)
def test_no_path_leaves_the_folder(tmp_path, change, expected):
    root = save(tmp_path / "one", pictures(6))
    save(tmp_path / "secret", pictures(6))
    (root / "state.json").write_text(json.dumps({"_data_files": [change]}))
    with pytest.raises(UserError, match=expected):
        opened(root)


def test_what_is_wrong_is_named(tmp_path):
    table, _ = nested(6)
    ragged = table.set_column(0, "series", pa.array([[[1.0], [2.0, 3.0]]] * 6))
    with pytest.raises(UserError, match="differ in length"):
        opened(save(tmp_path / "ragged", ragged))
    with pytest.raises(UserError, match="no column is called label"):
        opened(save(tmp_path / "unnamed", table.rename_columns(["series", "digit"])))
    by_path = pa.array([{"bytes": None, "path": "/etc/passwd"}] * 6, pictures(1).schema[0].type)
    with pytest.raises(UserError, match="is only a path"):
        opened(save(tmp_path / "paths", pictures(6).set_column(0, "image", by_path)))
    root = save(tmp_path / "damaged", table)
    (root / "data-00000-of-00002.arrow").write_bytes(b"ARROW1 no")
    with pytest.raises(UserError, match="is damaged"):
        opened(root)
    (root / "state.json").write_text("[" * 100_000)
    with pytest.raises(UserError, match="is damaged"):
        opened(root)
