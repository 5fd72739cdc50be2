"""Compute one cell in a child process: settle the backend, load what it needs, hand it on."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import keras

from core.cells.attack_cell import attack
from core.cells.train_cell import train
from core.data import datasets
from core.errors import UserError
from core.store.artifacts import ArtifactStore


def compute(
    kind: str,
    payload: dict,
    parents: dict[str, dict],
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> dict:
    """Compute a cell and store what it gives.

    Args: see `core.planning.plan.Cell`; parents: key -> output of that cell.
    Returns: `{"artifacts": {role: sha256}, "metrics": {...}}`.
    Raises `UserError` when this process cannot compute what was planned.
    """
    _check_environment(payload["environment"])
    dataset = _dataset(str(artifacts.path(payload["data"]["artifact"])))
    networks = {key: _stored_network(output, artifacts) for key, output in parents.items()}
    if kind == "train":
        teacher = next(iter(networks.values()), None)
        return train(payload, dataset, teacher, artifacts, progress)
    source = networks.get(payload.get("source"))
    return attack(payload, dataset, networks[payload["network"]], source, artifacts, progress)


def _stored_network(output: dict, artifacts: ArtifactStore) -> keras.Model:
    path = artifacts.path(output["artifacts"]["network"])
    return keras.saving.load_model(path, compile=False, safe_mode=True)


@lru_cache(maxsize=2)
def _dataset(path: str) -> datasets.Dataset:
    return datasets.from_bytes(Path(path))


@lru_cache(maxsize=1)
def settle() -> None:
    """Deterministic kernels in whole float32, once a process, before the first cell.

    On recent GPUs a float32 product is by default one of TF32, with 10 bits of mantissa: another
    arithmetic than the one whose underflow is measured here.
    """
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
        tf.config.experimental.enable_tensor_float_32_execution(False)
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)
    elif name == "torch":
        import torch

        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
    elif name == "jax":
        import jax

        jax.config.update("jax_default_matmul_precision", "highest")


def _device_kind() -> str:
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    if name == "jax":
        import jax

        return "cpu" if jax.default_backend() == "cpu" else "gpu"
    import torch

    return "gpu" if torch.cuda.is_available() else "cpu"


def _check_environment(planned: dict) -> None:
    settle()
    # set_random_seed comes with each training; attacks draw nothing.
    found = keras.backend.backend()
    if found != planned["backend"]:
        raise UserError(
            f"this cell was planned for {planned['backend']}, but the process runs {found};"
            " stop the worker, set KERAS_BACKEND and resume the run"
        )
    expected = "cpu" if planned["device"] == "cpu" else "gpu"
    if _device_kind() != expected:
        raise UserError(
            f"this cell was planned for {planned['device']}, but {found} sees only a"
            f" {_device_kind()}; `python -m core doctor` shows why"
        )
