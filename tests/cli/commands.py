"""The command line as somebody types it, in a workspace of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def core(home, *arguments, check=True):
    done = subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "THERMOCLINE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def told_in_one_line(done, code, expected):
    """The command ended with this code, and its last line says what is wrong."""
    assert done.returncode == code, done.stderr
    lines = done.stderr.strip().splitlines()
    assert expected in lines[-1]
    assert lines[-1].startswith("error: ")
    assert "Traceback" not in done.stderr
