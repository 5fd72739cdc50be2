"""Code of the operator's own: layers that a Python file defines, named with `--trust`.

Nothing here looks for such a file; who calls it was told by the operator which one it is.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from core.errors import UserError


def definitions(file: Path, title: str) -> dict[str, Any]:
    """Run a Python file and return what a network may name of it, by every name it may have.

    Classes and functions that stand in the file, and whatever it registers with Keras.

    Raises `UserError` with the reason where it does not run.
    """
    before = dict(keras.saving.get_custom_objects())
    module = _run(file, title)
    own = {
        name: found
        for name, found in vars(module).items()
        if (inspect.isclass(found) or inspect.isfunction(found))
        and found.__module__ == module.__name__
    }
    registered = keras.saving.get_custom_objects()
    new = {name: found for name, found in registered.items() if before.get(name) is not found}
    # A script that both defines and saves a network registers nothing: it names its classes so.
    return {**{f"Custom>{name}": found for name, found in own.items()}, **own, **new}


def _run(file: Path, title: str) -> ModuleType:
    name = f"trusted_{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise UserError(f"{title}: is not a Python file", 2)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{title}: does not run: {type(error).__name__}: {reason}") from None
    return module


def load(path: Path, custom: Mapping[str, Any] | None = None, *, lambdas: bool = False) -> Any:
    """A network from a file, in safe mode unless its Lambda layers were trusted."""
    return keras.saving.load_model(
        path, custom_objects=dict(custom or {}), compile=False, safe_mode=not lambdas
    )
