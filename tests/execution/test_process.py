import os
import subprocess

import pytest

from core.execution import process


class Started(Exception):
    """A child would start now."""


@pytest.fixture
def environment_of_child(tmp_path, monkeypatch):
    """What a child would find in its environment."""
    (tmp_path / "logs").mkdir()

    def asked(**settings) -> dict[str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        kept = {}

        def popen(*_, env, **__):
            kept.update(env)
            raise Started

        monkeypatch.setattr(subprocess, "Popen", popen)
        with pytest.raises(Started):
            process.start_child(tmp_path, "1", "jax")
        return kept

    return asked


def test_kernels_on_a_gpu_are_deterministic_on_jax_whatever_else_xla_is_told(environment_of_child):
    flags = environment_of_child(XLA_FLAGS="--xla_dump_to=/tmp/x")["XLA_FLAGS"].split()
    assert flags == ["--xla_gpu_deterministic_ops=true", "--xla_dump_to=/tmp/x"]


def test_a_child_is_told_its_device_backend_and_workspace(environment_of_child, tmp_path):
    told = environment_of_child()
    assert (told["CUDA_VISIBLE_DEVICES"], told["KERAS_BACKEND"]) == ("1", "jax")
    assert told["THERMOCLINE_HOME"] == str(tmp_path)
    assert told["OMP_NUM_THREADS"] == "2"
    assert told["PATH"] == os.environ["PATH"]
