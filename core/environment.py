"""Where cells are computed: backend, versions, device kind, threads. Never imports Keras.

Part of every cell's key, because each of these changes the last bits of the weights.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from functools import lru_cache
from importlib import metadata

from core.errors import UserError

THREADS = 2
"""Threads of every child; one count gives identical weights run after run, another gives others."""

BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}
_CUDA_SUPPORT = {
    "tensorflow": ("nvidia-cudnn-cu12", "nvidia-cudnn-cu13"),
    "jax": ("jax-cuda12-plugin", "jax-cuda13-plugin"),
    "torch": ("nvidia-cudnn-cu12", "nvidia-cudnn-cu13"),
}


def backend() -> str:
    """The Keras backend: `KERAS_BACKEND`, or tensorflow. Raises `UserError`."""
    name = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if name not in BACKENDS:
        raise UserError(f"KERAS_BACKEND={name!r} is not supported; use tensorflow, jax or torch", 2)
    return name


def version(package: str) -> str | None:
    """Installed version of a package, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def gpus() -> tuple[str, ...]:
    """Names of the NVIDIA GPUs that are present, usable by the backend or not."""
    if shutil.which("nvidia-smi") is None:
        return ()
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return tuple(line.strip() for line in answer.stdout.splitlines() if line.strip())


def gpu_support() -> bool:
    """Whether the installed backend brings its GPU libraries."""
    return any(version(package) for package in _CUDA_SUPPORT[backend()])


def device_kind() -> str:
    """`cpu`, or the name of the GPU that the backend will use."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    return gpus()[0] if gpus() and gpu_support() and not hidden else "cpu"


def describe() -> dict[str, str | int | None]:
    """What decides a result: backend and its version, Keras, device kind, threads.

    Raises `UserError` when the backend or Keras is not installed.
    """
    name = backend()
    for package in (name, "keras"):
        if version(BACKENDS.get(package, package)) is None:
            raise UserError(f"{package} is not installed; `make setup` installs what is needed")
    return {
        "backend": name,
        "backend_version": version(BACKENDS[name]),
        "keras": version("keras"),
        "device": device_kind(),
        "threads": THREADS,
    }


def versions() -> dict[str, str | None]:
    """Versions for the provenance of a report."""
    packages = ("keras", BACKENDS[backend()], "numpy", "pandas", "scipy", "scikit-learn")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
