"""Settle the backend once a process: deterministic kernels in whole float32."""

from __future__ import annotations

from functools import lru_cache

import keras

from core.errors import UserError
from core.model.cell import EnvironmentFacts


@lru_cache(maxsize=1)
def settle() -> None:
    """Deterministic kernels in whole float32, once a process, before the first cell.

    On recent GPUs a float32 product is by default one of TF32, with 10 bits of mantissa: another
    arithmetic than the one whose underflow is measured here. JAX is told of deterministic kernels
    where its process starts (`core.execution.process`).
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


def require(planned: EnvironmentFacts) -> None:
    """Settle, and see that this process is where a cell was planned to be computed.

    Raises `UserError` when its backend or its device is another.
    """
    settle()
    # set_random_seed comes with each training; attacks draw from seeds of their own.
    found = keras.backend.backend()
    if found != planned.backend:
        raise UserError(
            f"this cell was planned for {planned.backend}, but the process runs {found};"
            " stop the worker, set KERAS_BACKEND and resume the run"
        )
    expected = "cpu" if planned.device == "cpu" else "gpu"
    if _device_kind() != expected:
        raise UserError(
            f"this cell was planned for {planned.device}, but {found} sees only a"
            f" {_device_kind()}; `python -m core doctor` shows why"
        )
