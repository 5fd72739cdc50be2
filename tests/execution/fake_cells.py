"""A stand-in for `core.cells.cells` that needs no Keras: a cell does what its `params` say."""

import ctypes
import errno
import os
import signal
import sys
import time
from pathlib import Path

from core.cells.progress import Cancelled
from core.errors import UserError


def compute(kind, payload, parents, artifacts, progress):
    payload = payload["params"]
    with Path(payload["diary"]).open("a") as diary:
        diary.write(f"{payload['name']} {os.getpid()}\n")
    first_time = Path(payload["diary"]).read_text().count(f"{payload['name']} ") == 1
    print(f"noise of {payload['name']}")
    progress(0, 10, "starting", loss=2.5)
    try:
        getattr(Does, payload["do"])(payload, progress, first_time)
    except Cancelled:
        Path(payload["diary"]).with_name("heard").touch()
        raise
    names = sorted(str(output["metrics"].get("name")) for output in parents.values())
    sha256 = artifacts.put_bytes(payload["name"].encode(), ".keras")
    metrics = {"name": payload["name"], "parents": names, "backend": os.environ["KERAS_BACKEND"]}
    metrics["gpu"] = os.environ.get("CUDA_VISIBLE_DEVICES")
    return {"artifacts": {"network": sha256}, "metrics": metrics}


class Does:
    """What a cell can do before it writes its artifact."""

    @staticmethod
    def nothing(payload, progress, first_time):
        os.write(1, b"C library noise\n")

    @staticmethod
    def work(payload, progress, first_time):
        for step in range(int(payload["seconds"] / 0.05)):
            time.sleep(0.05)
            progress(step, 1000, "working")

    @staticmethod
    def slow_once(payload, progress, first_time):
        if first_time:
            Does.work({"seconds": 60}, progress, first_time)

    @staticmethod
    def fail(payload, progress, first_time):
        raise ValueError("accuracy is not a number\nand more")

    @staticmethod
    def user_error(payload, progress, first_time):
        raise UserError("the file holds no images: give one with x_train")

    @staticmethod
    def exit_once(payload, progress, first_time):
        if first_time:
            os._exit(3)

    @staticmethod
    def kill_itself_once(payload, progress, first_time):
        if first_time:
            os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def segfault(payload, progress, first_time):
        ctypes.string_at(0)

    @staticmethod
    def hang_once(payload, progress, first_time):
        if first_time:
            time.sleep(60)

    @staticmethod
    def hold_the_interpreter_once(payload, progress, first_time):
        if first_time:
            ctypes.PyDLL(None).sleep(60)  # no other thread of this process gets to run

    @staticmethod
    def hang_deaf(payload, progress, first_time):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)

    @staticmethod
    def full_disk(payload, progress, first_time):
        raise OSError(errno.ENOSPC, "No space left on device")

    @staticmethod
    def not_json(payload, progress, first_time):
        progress(2, 2, object())

    @staticmethod
    def leave(payload, progress, first_time):
        sys.exit("a library wanted to leave")
