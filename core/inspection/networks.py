"""A network in a file that a stranger sent, looked at before Keras opens it, in the child only.

Only classes that Keras ships may stand in it, or that a file of the operator's defines.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.data.files.archives import check_members
from core.errors import UserError
from core.inspection import network_files
from core.inspection.hdf5 import layers_of
from core.model.reading import Asked, Reading

MAX_CONFIG = 5_000_000
KERAS_MEMBERS = ("metadata.json", "config.json", "model.weights.h5")
_RUNS_CODE = {
    "Lambda": "a Lambda layer, which carries code",
    "__lambda__": "a Lambda layer, which carries code",
    "TFSMLayer": "a TFSMLayer, which runs a program from another file",
}


def inspect(
    path: Path,
    title: str,
    asked: Asked,
    *,
    data: Path | None = None,
    shape: tuple[int, ...] | None = None,
    classes: int | None = None,
    attacked: int = 0,
) -> dict[str, Any]:
    """Open a network for data of `shape` and `classes`, or describe it where they are None.

    Args:
        asked: what the spec and the operator say of the file.
        data: stored copy of the data set, on which its scale is found; None: it is left open.
        attacked: test inputs that will be attacked, the first in class-balanced order.

    Returns: JSON values. Raises `UserError`.
    """
    config = layers_of(path, title) if path.suffix != ".keras" else _config(path, title)
    code: dict[str, Any] = {}
    if asked.trusted is not None:
        from core.networks import trusted

        file = Path(asked.trusted)
        code = trusted.definitions(file, file.name)
    _refuse_custom(config, title, code, asked)

    from core.networks import architectures, opening, outputs

    reading = Reading(output=asked.output, lambdas=asked.lambdas)
    if shape is None or classes is None:
        model = opening.loaded(path, title, reading, code)
        return {
            "inputs": [list(tensor.shape[1:]) for tensor in model.inputs],
            "outputs": outputs.classes_of(model, title),
            "parameters": architectures.parameters(model),
            "notes": [],
        }
    opened = opening.from_file(path, shape, classes, title=title, reading=reading, code=code)
    return {
        "parameters": architectures.parameters(opened.model),
        "notes": list(opened.notes),
        "outputs": classes,
        "whole_numbers": opened.whole_numbers,
        "scale": None if data is None else _scale(opened, data, attacked, asked),
    }


def _scale(opened: Any, data: Path, attacked: int, asked: Asked) -> dict[str, Any]:
    from core.data.stored import from_bytes
    from core.networks import finding_scales

    dataset = from_bytes(data)
    found = finding_scales.found(
        opened.model, dataset, attacked, asked.scale, looked_up=opened.whole_numbers
    )
    return found.model_dump(mode="json")


def _config(path: Path, title: str) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(archive, title, KERAS_MEMBERS)
            if archive.getinfo("config.json").file_size > MAX_CONFIG:
                raise UserError(f"{title}: its config.json is too large to be a network")
            config = json.loads(archive.read("config.json"))
            written_by = json.loads(archive.read("metadata.json")).get("keras_version")
    except zipfile.BadZipFile:
        raise UserError(
            f"{title}: is not a .keras file; save the network with model.save('name.keras')"
        ) from None
    except (ValueError, RecursionError, AttributeError):
        raise UserError(f"{title}: its config.json is damaged") from None
    if str(written_by).startswith("2."):
        raise UserError(f"{title}: {network_files.of_keras_2(path, title)}")
    return config


def _refuse_custom(config: object, title: str, code: Mapping[str, Any], asked: Asked) -> None:
    """Only what Keras or a trusted file defines may stand in a config; a Lambda carries code."""
    waiting = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, dict):
            continue
        module, name = node.get("module"), node.get("class_name")
        if isinstance(name, str) and isinstance(module, str | None):
            if name in _RUNS_CODE and not _trusted(node, code, lambdas=asked.lambdas):
                raise UserError(_code_inside(name, title))
            registered = node.get("registered_name")
            builtin = module is None or module == "builtins" or module.split(".")[0] == "keras"
            custom = registered not in (None, name) and ">" in str(registered)
            known = name in code or registered in code
            if (not builtin or custom) and not known:
                raise UserError(
                    _unknown(
                        f"{module}.{name}" if module else name, title, asked.trusted is not None
                    )
                )
        waiting += node.values()


def _trusted(node: Mapping[str, Any], code: Mapping[str, Any], *, lambdas: bool) -> bool:
    """Whether what a node runs is the operator's own code, or code that the operator trusts."""
    name = node["class_name"]
    if name == "TFSMLayer":
        return False
    function = (node.get("config") or {}).get("function")
    named = function.get("config") if isinstance(function, dict) else None
    defined = isinstance(named, str) and named in code
    return lambdas or (name == "Lambda" and defined)


def _code_inside(name: str, title: str) -> str:
    said = f"{title}: has {_RUNS_CODE[name]}; rebuild it from Keras's own layers"
    if name == "TFSMLayer":
        return said
    return f"{said}, or, if you trust the code in this very file, name it too: --trust {title}"


def _unknown(what: str, title: str, trusted: bool) -> str:
    if trusted:
        return f"{title}: uses {what}, which neither Keras nor the file of --trust defines"
    return (
        f"{title}: uses {what}, which Keras does not ship; only built-in layers are opened. Name"
        " the Python file that defines it, if you trust its code, on the command line:"
        f" python -m core evaluate {title} --trust FILE.py"
    )
