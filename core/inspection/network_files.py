"""Kinds of network files by their name: which can be opened, and how others are converted.

Nothing is opened here; that is the child's work (core.inspection.networks).
"""

from __future__ import annotations

from pathlib import Path

from core.errors import UserError

READABLE = (".keras", ".h5", ".hdf5")
MAX_FILE = 4 * 2**30

_REBUILT = (
    "build the same layers in Keras, copy the weights layer by layer (of a dense layer:"
    " dense.set_weights([{matrix}, {bias}])), then network.save('{stem}.keras')"
)
_TORCH = _REBUILT.replace("{matrix}", "linear.weight.detach().numpy().T").replace(
    "{bias}", "linear.bias.detach().numpy()"
)
_PICKLED = (
    "holds pickled Python objects, which run code when they are opened and never are here; of a"
    " Keras network, where it was made: import joblib; joblib.load('{name}').save('{stem}.keras')"
    " (pickle.load(open('{name}', 'rb')) for a plain pickle)"
)
_OTHER_KINDS = {
    ".pkl": _PICKLED,
    ".pickle": _PICKLED,
    ".joblib": _PICKLED,
    ".pt": f"is a PyTorch file; {_TORCH}",
    ".pth": f"is a PyTorch file; {_TORCH}",
    ".onnx": (
        "is an ONNX file; read its weights with onnx.numpy_helper.to_array(w) for w in"
        " onnx.load('{name}').graph.initializer; "
        + _REBUILT.replace("{matrix}", "matrix").replace("{bias}", "bias")
    ),
    ".tflite": (
        "is a TensorFlow Lite file, rounded for small devices and without gradients; give the"
        " network that it was made from: network.save('{stem}.keras')"
    ),
    ".pb": (
        "is a part of a TensorFlow SavedModel; name its folder and read how that is converted, or"
        " save the network that it was made from: network.save('{stem}.keras')"
    ),
    ".json": (
        "holds layers without weights: network = keras.models.model_from_json(open('{name}')"
        ".read()); network.load_weights('FILE.weights.h5'); network.save('{stem}.keras')"
    ),
}
_SAVED_MODEL = (
    "is a TensorFlow SavedModel, a program without layers that can be looked at; with pip install"
    " tf_keras: import tf_keras; tf_keras.models.load_model('{name}').save('{stem}.h5'), then give"
    " that"
)
_KERAS_2 = (
    "is written by Keras 2, whose .keras files Keras 3 cannot read; with pip install tf_keras:"
    " import tf_keras; tf_keras.models.load_model('{name}').save('{stem}.h5'), then give that"
)
WEIGHTS_ALONE = (
    "holds weights without layers; build the network as it was, then:"
    " network.load_weights('{name}'); network.save('{stem}.keras')"
)


def readable(file: Path) -> Path:
    """The resolved path of a file that may hold a network.

    Raises `UserError`, with the Python that converts it where it is of a kind that is not opened.
    """
    path = Path(file).expanduser()
    if path.is_dir():
        kind = _SAVED_MODEL if (path / "saved_model.pb").is_file() else "is a folder"
        raise UserError(f"{path}: {_told(kind, path)}", 2)
    if path.suffix in _OTHER_KINDS:
        raise UserError(f"{path}: {_told(_OTHER_KINDS[path.suffix], path)}", 2)
    if path.name.endswith(".weights.h5"):
        raise UserError(f"{path}: {weights_alone(path)}", 2)
    if path.suffix not in READABLE:
        raise UserError(f"{path}: is not a .keras or .h5 file", 2)
    if not path.is_file():
        raise UserError(f"{path}: there is no such file; give a .keras or .h5 file", 2)
    size = path.stat().st_size
    if not 0 < size <= MAX_FILE:
        raise UserError(f"{path}: has {size:,} bytes; between 1 byte and 4 GiB can be opened")
    return path.resolve()


def weights_alone(path: Path) -> str:
    """What is wrong with a file of weights, and the Python that adds the layers."""
    return _told(WEIGHTS_ALONE, path)


def of_keras_2(path: Path, title: str) -> str:
    """What is wrong with a `.keras` file of Keras 2, and the Python that converts it."""
    return _told(_KERAS_2, path.with_name(title))


def _told(sentence: str, path: Path) -> str:
    stem = path.name.partition(".")[0] or "network"
    return sentence.replace("{name}", path.name).replace("{stem}", stem)
