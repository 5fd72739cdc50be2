"""What this machine can do, in lines for a person; a child looks at the backend."""

from __future__ import annotations

import shutil

from core import environment
from core.data.datasets import EMBEDDED
from core.errors import UserError
from core.execution import launch
from core.inspection import check
from core.store.ledger import Ledger


def lines(ledger: Ledger) -> list[str]:
    """Backend, devices, denormals, versions, data sets at hand, ledger state."""
    found = []
    for name, version in environment.versions().items():
        found.append(f"{name:14} {version or 'not installed'}")
    try:
        seen = check.backend()
    except UserError as error:
        found.append(f"backend        fails: {error}")
    else:
        found.append(f"backend        {seen['backend']}, devices: {', '.join(seen['devices'])}")
        flushed = "flushed to 0" if seen["denormals_flushed"] else "kept"
        found.append(f"denormals      {flushed} in float32 (jsma-f underflows accordingly)")
        if environment.gpus() and not any("GPU" in d.upper() for d in seen["devices"]):
            found.append(
                f"warning        {environment.gpus()[0]} is present and unused; `make setup GPU=1`"
                " installs what TensorFlow needs for it"
            )
    ledger.check()
    free = shutil.disk_usage(ledger.home).free / 2**30
    alive = "alive" if launch.is_worker_alive(ledger.home) else "none, starts when needed"
    found += [
        f"data sets      {', '.join(EMBEDDED)} at hand; mnist, fashion_mnist, cifar10 are"
        " downloaded by Keras",
        f"ledger         sound, {ledger.count_runs()} runs, {free:.0f} GiB free",
        f"worker         {alive}",
    ]
    return found
