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
from pathlib import Path

from core.data import datasets, overlap, stored
from core.data.files import opening
from core.data.files.archives import check_members
from core.errors import UserError

MAX_CONFIG = 5_000_000
KERAS_MEMBERS = ("metadata.json", "config.json", "model.weights.h5")


def inspect(request: dict) -> dict:
    """Answer one request.

    Args: request: `{"kind": "data", "name" or "file", "out", "label", "outputs"}` writes the
    canonical data set to `out`; `{"kind": "network", "file", "shape", "classes"}` opens a
    network for that data, or only describes it when shape is null.
    """
    if request["kind"] == "backend":
        return _backend()
    if request["kind"] == "network":
        return _network(Path(request["file"]), request.get("shape"), request.get("classes"))
    return _data(request)


def _data(request: dict) -> dict:
    if request.get("name"):
        dataset = datasets.load(request["name"])
    else:
        asked = opening.Asked(request["title"], request.get("label"), request.get("outputs"))
        dataset = opening.read(Path(request["file"]), asked)
    if request.get("out"):
        Path(request["out"]).write_bytes(stored.to_bytes(dataset))
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


def _network(path: Path, shape: list[int] | None, classes: int | None) -> dict:
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(archive, path.name, list(KERAS_MEMBERS))
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
