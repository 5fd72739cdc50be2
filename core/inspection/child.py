"""The child that opens untrusted or slow files: `python -m core.inspection.child`.

One request on stdin. Started only by `core.inspection.check`, with limits on memory and time.
Answers one JSON object on its last line: `{"ok": {...}}` or `{"error": "one line"}`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.data import datasets, overlap, stored
from core.data.files import opening
from core.errors import UserError
from core.inspection import networks
from core.model.reading import Asked


def inspect(request: dict) -> dict:
    """Answer one request.

    Args: request: `{"kind": "data", "name" or "file", "out", "label", "outputs"}` writes the
    canonical data set to `out`; `{"kind": "network", "file", "asked", "data", "shape", "classes",
    "attacked"}` opens a network, see `core.inspection.networks.inspect`.
    """
    if request["kind"] == "backend":
        return _backend()
    if request["kind"] == "network":
        return _network(request)
    return _data(request)


def _data(request: dict) -> dict:
    if request.get("name"):
        dataset = datasets.load(request["name"])
    else:
        asked = opening.Asked(request["title"], request.get("label"), request.get("outputs"))
        dataset = opening.read(Path(request["file"]), asked)
    dataset = replace(dataset, unit=request.get("unit") or "range")
    if request.get("out"):
        Path(request["out"]).write_bytes(stored.to_bytes(dataset))
    repeated = overlap.in_training(dataset.x_train, dataset.x_test)
    return {**dataset.info(), "test_in_training": repeated}


def _network(request: Mapping[str, Any]) -> dict:
    data, shape = request["data"], request["shape"]
    return networks.inspect(
        Path(request["file"]),
        request["title"],
        Asked.model_validate(request["asked"]),
        data=None if data is None else Path(data),
        shape=None if shape is None else tuple(shape),
        classes=request["classes"],
        attacked=request["attacked"],
    )


def _backend() -> dict:
    import keras

    from core.networks.numerics import denormals_flushed

    return {
        "backend": keras.backend.backend(),
        "devices": keras.distribution.list_devices() or ["cpu"],
        "denormals_flushed": denormals_flushed(),
    }


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
