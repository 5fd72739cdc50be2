"""The child that opens untrusted or slow files: `python -m core.inspection.child`.

One request on stdin. Started only by `core.inspection.check`, with limits on memory and time.
Answers one JSON object on its last line: `{"ok": {...}}` or `{"error": "one line"}`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.data import datasets, overlap
from core.errors import UserError
from core.model.data import DATA_NAMES

MAX_UNPACKED = 4 * 2**30
MAX_MEMBERS = 64
MAX_CONFIG = 5_000_000
KNOWN = {"6328d8068340bc4f425a84069d9c2833f633cca30298e110ae20d34d8997f644": ("mnist", "MNIST")}
"""Checksums of the data sets that published numbers belong to."""
KERAS_MEMBERS = ("metadata.json", "config.json", "model.weights.h5")


def inspect(request: dict) -> dict:
    """Answer one request.

    Args: request: `{"kind": "data", "name" or "file", "out"}` writes the canonical data set to
    `out`; `{"kind": "network", "file", "shape", "classes"}` opens a network for that data, or
    only describes it when shape is null.
    """
    if request["kind"] == "backend":
        return _backend()
    if request["kind"] == "network":
        return _network(Path(request["file"]), request.get("shape"), request.get("classes"))
    if request.get("name"):
        dataset = datasets.load(request["name"])
    else:
        dataset = read_npz(Path(request["file"]), request["title"])
    dataset = replace(dataset, unit=request.get("unit") or "range")
    if request.get("out"):
        Path(request["out"]).write_bytes(datasets.to_bytes(dataset))
    repeated = overlap.in_training(dataset.x_train, dataset.x_test)
    return {**dataset.info(), "test_in_training": repeated}


def _backend() -> dict:
    import keras

    from core.networks.numerics import denormals_flushed

    return {
        "backend": keras.backend.backend(),
        "devices": keras.distribution.list_devices() or ["cpu"],
        "denormals_flushed": denormals_flushed(),
    }


def read_npz(path: Path, title: str) -> datasets.Dataset:
    """Read an untrusted `.npz`: archive looked at first, no pickles. Raises `UserError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, title, [])
            if any(not name.endswith(".npy") for name in archive.namelist()):
                raise UserError(f"{title}: is a zip archive, but not one that numpy.savez wrote")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except UserError:
        raise
    except zipfile.BadZipFile:
        raise UserError(
            f"{title}: is not an .npz archive or is damaged; write one with numpy.savez(file,"
            " x_train=..., y_train=..., x_test=..., y_test=...)"
        ) from None
    except ValueError as error:
        if "pickle" in str(error).lower() or "object array" in str(error).lower():
            raise UserError(
                f"{title}: holds pickled Python objects, which are never opened; store plain"
                " numeric arrays"
            ) from None
        raise UserError(f"{title}: is damaged: {' '.join(str(error).split())[:200]}") from None
    except (OSError, EOFError, zipfile.LargeZipFile, NotImplementedError) as error:
        raise UserError(f"{title}: cannot be read: {' '.join(str(error).split())[:200]}") from None
    except Exception as error:  # zlib.error and whatever else a damaged archive provokes
        raise UserError(f"{title}: is damaged: {' '.join(str(error).split())[:200]}") from None
    stem = Path(title).stem
    return _named(datasets.from_arrays(arrays, stem, stem, f"file {title}"), title)


def _named(dataset: datasets.Dataset, title: str) -> datasets.Dataset:
    """A file counts as a known data set by its content, never by what it is called."""
    known = KNOWN.get(dataset.checksum())
    if known:
        return replace(dataset, name=known[0], title=known[1])
    if dataset.name in DATA_NAMES:
        return replace(dataset, name=title, title=title)
    return dataset


def _check_members(archive: zipfile.ZipFile, title: str, expected: list[str]) -> None:
    members = archive.infolist()
    if not members or len(members) > MAX_MEMBERS:
        raise UserError(f"{title}: holds {len(members)} members; between 1 and {MAX_MEMBERS} fit")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UserError(f"{title}: unpacks to more than 4 GiB")
    for member in members:
        if member.filename.startswith("/") or ".." in Path(member.filename).parts:
            raise UserError(f"{title}: holds a member with an unsafe name")
    absent = [name for name in expected if name not in archive.namelist()]
    if absent:
        raise UserError(f"{title}: has no {absent[0]}, so it is not a .keras file of Keras 3")


def _network(path: Path, shape: list[int] | None, classes: int | None) -> dict:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path.name, list(KERAS_MEMBERS))
            if archive.getinfo("config.json").file_size > MAX_CONFIG:
                raise UserError(f"{path.name}: its config.json is too large to be a network")
            config = json.loads(archive.read("config.json"))
    except zipfile.BadZipFile:
        raise UserError(
            f"{path.name}: is not a .keras file; save the network with model.save('name.keras')"
        ) from None
    except (ValueError, RecursionError):
        raise UserError(f"{path.name}: its config.json is damaged") from None
    _refuse_custom(config, path.name)
    from core.networks import architectures

    if shape is None or classes is None:
        import keras

        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        inputs = [list(tensor.shape[1:]) for tensor in model.inputs]
        outputs = [list(tensor.shape[1:]) for tensor in model.outputs]
        return {
            "inputs": inputs,
            "outputs": outputs,
            "parameters": architectures.parameters(model),
            "notes": [],
        }
    model, notes = architectures.from_file(path, tuple(shape), classes)
    return {"parameters": architectures.parameters(model), "notes": notes}


def _refuse_custom(config: object, title: str) -> None:
    """Only classes that Keras itself ships may stand in a config; a Lambda carries code."""
    waiting = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, dict):
            continue
        module, name = node.get("module"), node.get("class_name")
        if isinstance(name, str) and isinstance(module, str | None):
            builtin = module is None or module == "builtins" or module.split(".")[0] == "keras"
            custom = node.get("registered_name") not in (None, name)
            if name in ("Lambda", "__lambda__"):
                raise UserError(
                    f"{title}: has a Lambda layer, which carries code; rebuild it"
                    " from Keras's own layers"
                )
            if not builtin or (custom and ">" in str(node.get("registered_name"))):
                raise UserError(
                    f"{title}: uses {module or ''}.{name}, which Keras does not ship; only"
                    " built-in layers are opened"
                )
        waiting += node.values()


def main() -> None:
    """Read the request from stdin, answer on the last line of stdout."""
    request = json.loads(sys.stdin.read())
    limit = int(request["memory"])
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    # Loaders print; only the answer may reach stdout.
    answer_fd = os.dup(1)
    os.dup2(2, 1)
    try:
        answer = {"ok": inspect(request)}
    except UserError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": f"{request.get('title')}: needs more than {limit >> 30} GiB to open"}
    with os.fdopen(answer_fd, "w") as out:
        out.write(json.dumps(answer))


if __name__ == "__main__":
    main()
