"""Files of networks: which open, which are refused with the lines that convert, whose code runs."""

import json
import sys
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from core.errors import UserError
from core.inspection import check, hdf5, network_files, networks
from core.model.reading import Asked
from core.networks import opening, trusted

SHAPE = (4, 4, 1)
NOTHING = Asked()
X = np.random.default_rng(1).random((6, *SHAPE), np.float32)


def answers(model):
    return keras.ops.convert_to_numpy(model(X))


def plain(*before):
    return keras.Sequential(
        [keras.Input(SHAPE), *before, layers.Flatten(), layers.Dense(3, activation="softmax")]
    )


def inspected(path, asked=NOTHING, shape=SHAPE, classes=3):
    """What the child does, here: networks of these tests are our own."""
    return networks.inspect(path, path.name, asked, shape=shape, classes=classes)


def refused(path, asked=NOTHING):
    with pytest.raises(UserError) as error:
        inspected(path, asked)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_an_h5_file_gives_the_network_of_its_keras_twin(tmp_path):
    model = plain(layers.Rescaling(2.0))
    logits = []
    for name in ("mine.keras", "mine.h5"):
        model.save(tmp_path / name)
        answer = inspected(tmp_path / name)
        assert answer["outputs"] == 3
        assert "softmax was taken off" in answer["notes"][0]
        logits.append(answers(opening.from_file(tmp_path / name, SHAPE, 3).model))
    np.testing.assert_array_equal(*logits)


def test_a_child_says_how_many_classes_a_network_tells_apart(tmp_path):
    for units, activation in ((3, "softmax"), (1, "sigmoid")):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation=activation)])
        model.save(tmp_path / "mine.h5")
        assert check.network(tmp_path / "mine.h5")["outputs"] == max(2, units)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("old.pkl", "joblib.load('old.pkl').save('old.keras')"),
        ("old.joblib", "run code when they are opened"),
        ("net.pt", "dense.set_weights([linear.weight.detach().numpy().T,"),
        ("net.onnx", "onnx.load('net.onnx').graph.initializer"),
        ("net.tflite", "network.save('net.keras')"),
        ("net.json", "keras.models.model_from_json(open('net.json').read())"),
        ("my.weights.h5", "network.load_weights('my.weights.h5'); network.save('my.keras')"),
        ("net.txt", "is not a .keras or .h5 file"),
    ],
)
def test_other_kinds_are_refused_with_the_lines_that_convert(tmp_path, name, expected):
    (tmp_path / name).write_bytes(b"content")
    with pytest.raises(UserError) as error:
        network_files.readable(tmp_path / name)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_folders_are_refused_and_a_saved_model_is_converted(tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        network_files.readable(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"program")
    with pytest.raises(UserError, match=r"SavedModel.*tf_keras\.models\.load_model"):
        network_files.readable(tmp_path)
    with pytest.raises(UserError, match="no such file"):
        network_files.readable(tmp_path / "absent.keras")


def test_weights_without_layers_are_told_by_their_content_too(tmp_path):
    model = plain()
    model.save_weights(tmp_path / "mine.weights.h5")
    (tmp_path / "mine.weights.h5").rename(tmp_path / "mine.h5")
    assert "holds weights without layers" in refused(tmp_path / "mine.h5")


def test_a_keras_file_of_keras_2_is_refused_with_the_lines_that_convert(tmp_path):
    plain().save(tmp_path / "new.keras")
    with zipfile.ZipFile(tmp_path / "new.keras") as source:
        content = {name: source.read(name) for name in source.namelist()}
    content["metadata.json"] = json.dumps({"keras_version": "2.15.0"})
    with zipfile.ZipFile(tmp_path / "old.keras", "w") as target:
        for name, data in content.items():
            target.writestr(name, data)
    said = refused(tmp_path / "old.keras")
    assert "tf_keras.models.load_model('old.keras').save('old.h5')" in said


def damaged(kind, path):
    with h5py.File(path, "a") as file:
        if kind == "soft link":
            file["there"] = h5py.SoftLink("/model_weights")
        elif kind == "external link":
            file["there"] = h5py.ExternalLink("other.h5", "/")
        elif kind == "external data":
            file.create_dataset("there", (8,), "u1", external=[("/etc/hostname", 0, 8)])
        elif kind == "virtual data":
            layout = h5py.VirtualLayout((8,), "u1")
            layout[:] = h5py.VirtualSource("other.h5", "data", (8,))
            file.create_virtual_dataset("there", layout)
        elif kind == "size":
            file.create_dataset("there", (2**50,), "u1", chunks=(2**20,), compression="gzip")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("soft link", "holds a link"),
        ("external link", "holds a link"),
        ("external data", "lie in another file"),
        ("virtual data", "lie in another file"),
        ("size", "unpacks to more than 4 GiB"),
    ],
)
def test_an_hdf5_file_reads_no_other_file_and_unpacks_to_no_more_than_fits(
    tmp_path, kind, expected
):
    path = tmp_path / "mine.h5"
    plain().save(path)
    assert hdf5.layers_of(path, "mine.h5")["class_name"] == "Sequential"
    damaged(kind, path)
    assert expected in refused(path)


def test_what_is_no_hdf5_file_is_refused(tmp_path):
    (tmp_path / "mine.h5").write_bytes(b"hello")
    assert "is no HDF5 file" in refused(tmp_path / "mine.h5")


CODE = """
import keras, pathlib
pathlib.Path({marker!r}).touch()

@keras.saving.register_keras_serializable("mine")
class Registered(keras.layers.Layer):
    def call(self, x):
        return 2 * x

class Plain(keras.layers.Layer):
    def call(self, x):
        return 3 * x

def triple(x):
    return 3 * x
"""


@pytest.fixture
def code(tmp_path):
    """A Python file with layers that leaves a mark when it runs; and what it defines."""
    path = tmp_path / "my_layers.py"
    path.write_text(CODE.format(marker=str(tmp_path / "ran")))
    defined = trusted.definitions(path, path.name)
    (tmp_path / "ran").unlink()
    yield path, defined
    keras.saving.get_custom_objects().pop("mine>Registered", None)
    sys.modules.pop("trusted_my_layers", None)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("layer", ["Registered", "Plain"])
def test_layers_of_a_file_that_the_operator_names_open_and_no_others(tmp_path, code, layer, ending):
    file, defined = code
    path = tmp_path / f"mine{ending}"
    model = plain(defined[layer]())
    model.save(path)
    keras.saving.get_custom_objects().pop("mine>Registered")
    sys.modules.pop("trusted_my_layers")
    said = refused(path)
    assert layer in said
    assert "--trust FILE.py" in said
    assert not (tmp_path / "ran").exists()
    asked = Asked(trusted=str(file))
    assert inspected(path, asked)["outputs"] == 3
    assert (tmp_path / "ran").exists()


def test_a_file_of_other_layers_does_not_help(tmp_path, code):
    path = tmp_path / "mine.keras"
    plain(code[1]["Plain"]()).save(path)
    other = tmp_path / "other.py"
    other.write_text("x = 1\n")
    assert "neither Keras nor the file of --trust" in refused(path, Asked(trusted=str(other)))
    broken = tmp_path / "broken.py"
    broken.write_text("raise OSError('no disk')\n")
    assert "broken.py: does not run: OSError: no disk" in refused(path, Asked(trusted=str(broken)))


def test_a_lambda_runs_only_where_its_own_file_is_trusted(tmp_path, code):
    file, defined = code
    path = tmp_path / "lambda.keras"
    original = plain(layers.Lambda(lambda x: 2 * x))
    original.save(path)
    for asked in (Asked(), Asked(trusted=str(file))):
        said = refused(path, asked)
        assert "Lambda layer, which carries code" in said
        assert "--trust lambda.keras" in said
    assert inspected(path, Asked(lambdas=True))["outputs"] == 3
    # A function of the operator's own file is no code of the network's file.
    plain(layers.Lambda(defined["triple"])).save(path)
    assert "Lambda layer" in refused(path)
    assert inspected(path, Asked(trusted=str(file)))["outputs"] == 3


def test_a_lambda_that_misses_a_name_says_which(tmp_path):
    path = tmp_path / "lambda.keras"
    plain(layers.Lambda(lambda x: layers.Rescaling(2.0)(x))).save(path)
    assert "which is not in the file" in refused(path, Asked(lambdas=True))


@pytest.mark.parametrize("asked", [Asked(), Asked(lambdas=True)])
def test_a_layer_that_runs_another_file_is_never_opened(tmp_path, asked):
    path = tmp_path / "mine.keras"
    plain().save(path)
    with zipfile.ZipFile(path) as source:
        content = {name: source.read(name) for name in source.namelist()}
    config = json.loads(content["config.json"])
    config["config"]["layers"][-1] |= {"class_name": "TFSMLayer", "config": {"filepath": "/tmp"}}
    content["config.json"] = json.dumps(config)
    with zipfile.ZipFile(path, "w") as target:
        for name, data in content.items():
            target.writestr(name, data)
    assert "runs a program from another file" in refused(path, asked)
