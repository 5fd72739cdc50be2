"""An HDF5 file of a network that a stranger sent: its layers as JSON, and nothing hostile in it.

Runs in the child only. What the layers may be is core.inspection.networks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.inspection.network_files import weights_alone

MAX_MEMBERS = 100_000
MAX_UNPACKED = 4 * 2**30


def layers_of(path: Path, title: str) -> Any:
    """The configuration of the network in the file. Raises `UserError`."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            _refuse_odd(file, title)
            stored = file.attrs.get("model_config")
    except UserError:
        raise
    except Exception as error:  # h5py raises all kinds on damaged files
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{title}: is damaged or is no HDF5 file: {reason}") from None
    if stored is None:
        raise UserError(f"{title}: {weights_alone(Path(title))}")
    try:
        return json.loads(stored.decode() if isinstance(stored, bytes) else stored)
    except (ValueError, RecursionError, TypeError):
        raise UserError(f"{title}: its configuration of layers is damaged") from None


def _refuse_odd(file: Any, title: str) -> None:
    """Links and data sets that would read other files, and sizes that nobody can hold."""
    import h5py

    waiting, members, size = [file], 0, 0
    while waiting:
        group = waiting.pop()
        for name in group:
            members += 1
            if members > MAX_MEMBERS:
                raise UserError(f"{title}: holds more than {MAX_MEMBERS:,} members")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise UserError(f"{title}: holds a link, which no saved network does")
            member = group[name]
            if isinstance(member, h5py.Group):
                waiting.append(member)
                continue
            if not isinstance(member, h5py.Dataset) or member.external or member.is_virtual:
                raise UserError(f"{title}: holds data that lie in another file")
            size += member.size * member.dtype.itemsize
            if size > MAX_UNPACKED:
                raise UserError(f"{title}: unpacks to more than 4 GiB")
