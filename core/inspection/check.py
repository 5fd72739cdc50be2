"""Is a file usable, and what is in it? Asks a limited child, so that nothing hostile runs here.

Imports neither Keras nor the data libraries; the child is core/inspection/child.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from core.errors import UserError
from core.inspection import network_files
from core.model.data import Unit
from core.model.reading import Asked

MEMORY = 4 * 2**30
SECONDS = 30
SECONDS_WITH_KERAS = 120
"""Importing a backend alone takes 6 to 14 seconds on a small machine, more when it is busy."""
SECONDS_DOWNLOAD = 900
UNLIMITED = 2**40
"""For our own code on our own input; a GPU driver reserves far more than it uses."""
MAX_FILE = 4 * 2**30
DATA_KINDS = (".npz", ".csv", ".parquet", ".zip")
"""Endings of files that hold data sets; a folder may, too."""
ROOT = Path(__file__).parents[2]


def data(
    *,
    name: str | None = None,
    file: Path | None = None,
    out: Path | None = None,
    label: str | None = None,
    outputs: int | None = None,
    unit: Unit = "range",
) -> dict:
    """Facts of a data set (`Dataset.info()`), by name or from a file or folder of `DATA_KINDS`.

    Args:
        out: where the child writes the canonical data set. label: name of the column that holds
            the classes; None: found by its name. outputs: how many classes a network
            tells apart that is given with the data; None: as many as the labels say.
        unit: of distances.

    Raises `UserError`.
    """
    request: dict[str, object] = {"kind": "data", "name": name, "title": name, "label": label}
    request |= {"out": str(out) if out else None, "outputs": outputs, "unit": unit}
    seconds = SECONDS_DOWNLOAD if name in ("mnist", "fashion_mnist", "cifar10") else SECONDS * 4
    if file is not None:
        path = Path(file) if Path(file).is_dir() else _readable(file, *DATA_KINDS)
        request |= {"file": str(path.resolve()), "title": path.name}
        seconds = SECONDS if path.suffix == ".npz" else SECONDS * 4
    # A data set is held up to three times while it is scaled and written.
    return _ask(request, seconds, MEMORY if file is not None else 4 * MEMORY)


def network(
    file: Path,
    *,
    shape: list[int] | None = None,
    classes: int | None = None,
    asked: Asked | None = None,
    data: Path | None = None,
    attacked: int = 0,
    title: str | None = None,
) -> dict:
    """Whether a `.keras` or `.h5` file opens safely and fits inputs of `shape` and `classes`.

    Args:
        asked: what the spec and the operator say of it. title: what messages call it.
        data: stored copy of a data set, on which the scale of its inputs is found.
        attacked: test inputs that will be attacked.

    Returns: `{"parameters", "notes", "outputs", "whole_numbers", "scale"}`, where outputs are the
    classes that it tells apart (2 for one sigmoid unit); without data its inputs instead of the
    last two. Raises `UserError`.
    """
    path = network_files.readable(file)
    request = {
        "kind": "network",
        "file": str(path),
        "title": title or path.name,
        "shape": shape,
        "classes": classes,
        "attacked": attacked,
        "asked": (asked or Asked()).model_dump(),
        "data": None if data is None else str(data),
    }
    return _ask(request, SECONDS_WITH_KERAS, MEMORY)


def backend() -> dict:
    """What the Keras backend sees: `{"backend", "devices", "denormals_flushed"}`."""
    request = {"kind": "backend", "title": "the Keras backend"}
    return _ask(request, SECONDS_WITH_KERAS, UNLIMITED, hide_gpu=False)


def _readable(file: Path, *suffixes: str) -> Path:
    path = Path(file)
    if path.suffix not in suffixes:
        raise UserError(f"{path}: is not a {' or '.join(suffixes)} file", 2)
    if not path.is_file():
        raise UserError(f"{path}: there is no such file", 2)
    size = path.stat().st_size
    if not 0 < size <= MAX_FILE:
        raise UserError(f"{path}: has {size:,} bytes; between 1 byte and 4 GiB can be opened")
    return path.resolve()


def _ask(request: dict, seconds: int, memory: int, hide_gpu: bool = True) -> dict:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if hide_gpu:
        environment["CUDA_VISIBLE_DEVICES"] = "-1"
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.inspection.child"],
            input=json.dumps(request | {"memory": memory}),
            capture_output=True,
            text=True,
            timeout=seconds,
            cwd=ROOT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(
            f"{request['title']}: could not be opened within {seconds} seconds"
        ) from None
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        if child.returncode in (-9, -6, -11) or "MemoryError" in child.stderr:
            raise UserError(
                f"{request['title']}: opening it needs more than {memory >> 30} GiB"
            ) from None
        reason = (child.stderr.strip().splitlines() or ["no reason given"])[-1][:300]
        raise UserError(f"{request['title']}: could not be opened: {reason}") from None
    if "error" in answer:
        raise UserError(answer["error"])
    return answer["ok"]
